"""What a platform takes, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """At most so many posts of an account in so many seconds."""

    count: int
    seconds: float


class MediaLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one picture or video of a post may be. None: the platform does not say."""

    media_types: tuple[str, ...]
    max_bytes: int | None = None
    min_width: int | None = None
    max_width: int | None = None
    min_height: int | None = None
    max_height: int | None = None
    max_pixels: int | None = None
    min_aspect: float | None = None  # width / height
    max_aspect: float | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None
    min_fps: float | None = None
    max_fps: float | None = None
    video_codecs: tuple[str, ...] | None = None
    audio_codecs: tuple[str, ...] | None = None
    max_bit_rate: int | None = None  # bits a second, of pictures and sound
    plain: bool = False  # it takes videos without quirks alone (`schedulerx.media.quirks`)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform takes; each number with its source in the platform's file."""

    max_text: int
    link_length: int | None = None  # what a link counts, whatever its own length
    max_title: int = 0  # 0: it has none
    min_media: int = 0
    max_pictures: int = 0
    max_videos: int = 0
    mixed: bool = False  # pictures and videos in one post
    picture: MediaLimits | None = None
    animation: MediaLimits | None = None  # of GIFs, where they differ from other pictures
    video: MediaLimits | None = None
    max_alt: int | None = None
    rates: tuple[Rate, ...] = ()
    pulls: bool = False  # fetches media from a URL, so they must be reachable
    poll_seconds: float = 5.0


def overlaid(limits: Limits, told: Mapping[str, Any]) -> Limits:
    """The limits, with what an account's own server told of its own laid over them, field by field;
    what makes no sense is left out.
    """
    if not told:
        return limits
    known: dict[str, Any] = msgspec.to_builtins(limits)
    for name, value in told.items():
        below = known.get(name)
        known[name] = (
            {**below, **value} if isinstance(below, dict) and isinstance(value, dict) else value
        )
    try:
        return msgspec.convert(known, Limits)
    except msgspec.ValidationError:
        return limits
