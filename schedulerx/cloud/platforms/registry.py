"""Every stand-in, by its platform's name, with an account on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from schedulerx.cloud.platforms import linkedin, mastodon
from schedulerx.cloud.platforms.linkedin import LinkedInStandIn
from schedulerx.cloud.platforms.mastodon import MastodonStandIn
from schedulerx.cloud.platforms.pinterest import PinterestStandIn
from schedulerx.cloud.platforms.serving import StandIn
from schedulerx.cloud.platforms.x import XStandIn


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A stand-in, the credentials of its account, and what a post there needs."""

    stand_in: Callable[[Callable[[], float]], StandIn]
    tokens: Callable[[Any], dict[str, Any]]
    options: dict[str, Any] = msgspec.field(default_factory=dict)  # of the account
    pulls: bool = False  # fetches media from a URL


STAGES: Mapping[str, Stage] = {
    "linkedin": Stage(
        stand_in=LinkedInStandIn,
        tokens=lambda stand_in: stand_in.desk.account(),
        options={"author": linkedin.AUTHOR},
    ),
    "mastodon": Stage(stand_in=MastodonStandIn, tokens=lambda _: {"access_token": mastodon.TOKEN}),
    "pinterest": Stage(
        stand_in=PinterestStandIn,
        tokens=lambda each: each.desk.account(),
        options={"board": "Garden"},
    ),
    "x": Stage(stand_in=XStandIn, tokens=lambda each: each.desk.account()),
}
