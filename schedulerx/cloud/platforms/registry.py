"""Every stand-in, by its platform's name, with an account on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from schedulerx.cloud.platforms import bluesky, mastodon, telegram
from schedulerx.cloud.platforms.bluesky import BlueskyStandIn
from schedulerx.cloud.platforms.facebook import FacebookStandIn
from schedulerx.cloud.platforms.instagram import InstagramStandIn
from schedulerx.cloud.platforms.linkedin import LinkedInStandIn
from schedulerx.cloud.platforms.mastodon import MastodonStandIn
from schedulerx.cloud.platforms.pinterest import PinterestStandIn
from schedulerx.cloud.platforms.serving import StandIn
from schedulerx.cloud.platforms.telegram import TelegramStandIn
from schedulerx.cloud.platforms.threads import ThreadsStandIn
from schedulerx.cloud.platforms.tiktok import TikTokStandIn
from schedulerx.cloud.platforms.x import XStandIn
from schedulerx.cloud.platforms.youtube import YouTubeStandIn


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A stand-in, the credentials of its account, and what a post there needs."""

    stand_in: Callable[[Callable[[], float]], StandIn]
    tokens: Callable[[Any], dict[str, Any]]
    options: dict[str, Any] = msgspec.field(default_factory=dict)  # of the account


STAGES: Mapping[str, Stage] = {
    "facebook": Stage(stand_in=FacebookStandIn, tokens=lambda each: each.connected()),
    "mastodon": Stage(stand_in=MastodonStandIn, tokens=lambda _: {"access_token": mastodon.TOKEN}),
    "bluesky": Stage(stand_in=BlueskyStandIn, tokens=lambda _: dict(bluesky.ACCOUNT)),
    "linkedin": Stage(stand_in=LinkedInStandIn, tokens=lambda each: each.desk.account()),
    "telegram": Stage(
        stand_in=TelegramStandIn,
        tokens=lambda _: {"bot_token": telegram.TOKEN},
        options={"chat": telegram.CHANNEL},
    ),
    "youtube": Stage(stand_in=YouTubeStandIn, tokens=lambda each: each.desk.account()),
    "pinterest": Stage(
        stand_in=PinterestStandIn,
        tokens=lambda each: each.desk.account(),
        options={"board": "Garden"},
    ),
    "x": Stage(stand_in=XStandIn, tokens=lambda each: each.desk.account()),
    "tiktok": Stage(stand_in=TikTokStandIn, tokens=lambda each: each.desk.account()),
    "instagram": Stage(stand_in=InstagramStandIn, tokens=lambda each: each.connected()),
    "threads": Stage(stand_in=ThreadsStandIn, tokens=lambda each: each.connected()),
}
