"""Every platform, by name: a new one is its file and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from schedulerx.posts.platform import Platform
from schedulerx.posts.platforms.bluesky import Bluesky
from schedulerx.posts.platforms.facebook import Facebook
from schedulerx.posts.platforms.instagram import Instagram
from schedulerx.posts.platforms.linkedin import LinkedIn
from schedulerx.posts.platforms.mastodon import Mastodon
from schedulerx.posts.platforms.pinterest import Pinterest
from schedulerx.posts.platforms.telegram import Telegram
from schedulerx.posts.platforms.threads import Threads
from schedulerx.posts.platforms.tiktok import TikTok
from schedulerx.posts.platforms.x import X
from schedulerx.posts.platforms.youtube import YouTube

PLATFORMS: Mapping[str, Platform] = {
    platform.name: platform
    for platform in (
        Bluesky(),
        Facebook(),
        Instagram(),
        LinkedIn(),
        Mastodon(),
        Threads(),
        TikTok(),
        Pinterest(),
        X(),
        Telegram(),
        YouTube(),
    )
}  # fmt: skip
