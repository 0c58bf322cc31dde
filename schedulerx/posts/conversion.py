"""Which rendition makes a medium fit a platform, where one can. Pure: nothing is opened.

Size, format, shape and bytes are changed freely, and a place never leaves the house. What would
change what is said is changed with consent only (`schedulerx.posts.choices`). Where a rule is
broken that no rendition mends, none is made.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from schedulerx.posts.checking import Breach, breaches, is_video, limits_of
from schedulerx.posts.choices import Choices, choices_of
from schedulerx.posts.limits import Limits, MediaLimits
from schedulerx.posts.model import MediaItem
from schedulerx.settings import LONGEST, WHITE, FramedVideoSettings, RenditionSettings

Wanted = RenditionSettings | FramedVideoSettings

_NAME = "post"
_QUALITY = 90
_FORMATS = {"image/jpeg": "jpeg", "image/png": "png", "image/webp": "webp"}
_CUT_SHORT = 0.05  # seconds: a frame's length below the limit
_WITHIN = 1.005  # of a limit on shape: sides are whole pixels
_LARGEST = 1920  # pixels of a video's longer side
_RATE = 25_000_000  # bits a second of a video at most, where a platform does not say less
_ALWAYS = frozenset(
    {"media_type", "bytes", "pixels", "video_codec", "audio_codec", "fps", "bit_rate", "coding"}
)
_ABOVE = frozenset({"width", "height"})  # mended where it is too much


def wanted_for(item: MediaItem, limits: Limits, options: Mapping[str, Any]) -> Wanted | None:
    """What is to be made of a medium for a platform, if anything."""
    if is_video(item):
        return None if limits.video is None else video_for(item, limits.video, options)
    if item.frames > 1 and not choices_of(options).still:
        if limits.video is None or _may_move(item, limits):
            return None
        return film_for(item, limits.video, options)
    own = limits_of(item, limits) if item.frames < 2 else limits.picture
    return None if own is None else picture_for(item, own, options)


def is_stopped(item: MediaItem, limits: Limits) -> bool:
    """Whether the platform would show a moving picture as one that stands still."""
    if item.frames < 2 or is_video(item):
        return False
    return limits.animation is None or item.media_type not in limits.animation.media_types


def _may_move(item: MediaItem, limits: Limits) -> bool:
    """Whether the platform takes a moving picture as it is, and may have it."""
    return (
        limits.animation is not None
        and not item.located
        and not any(breaches(item, limits.animation))
    )


def picture_for(
    item: MediaItem, limits: MediaLimits, options: Mapping[str, Any]
) -> RenditionSettings | None:
    """The rendition of a picture for a platform; None where it fits as it is, or never will."""
    choices = choices_of(options)
    aspect = _aspect(item, limits, choices)
    odd = item.located or item.turned or item.inks or (item.frames > 1 and choices.still)
    if is_video(item) or not (odd or aspect or any(breaches(item, limits))):
        return None
    if any(hopeless(item, limits, choices)):
        return None
    width, height = _box(item, limits)
    return RenditionSettings(
        name=_NAME,
        width=width,
        height=height,
        fit=choices.fit if aspect else "inside",
        aspect=aspect,
        colour=choices.colour or WHITE,
        format=_format(item, limits),
        quality=_QUALITY,
        max_bytes=limits.max_bytes,
        metadata="none",
    )


def video_for(
    item: MediaItem, limits: MediaLimits, options: Mapping[str, Any]
) -> FramedVideoSettings | None:
    """The rendition of a video for a platform; None where it fits as it is, or never will."""
    choices = choices_of(options)
    odd = item.located or _aspect(item, limits, choices)
    if not is_video(item) or not (odd or any(breaches(item, limits))):
        return None
    if any(hopeless(item, limits, choices)):
        return None
    return film_for(item, limits, options)


def film_for(
    item: MediaItem, limits: MediaLimits, options: Mapping[str, Any]
) -> FramedVideoSettings:
    """The rendition of whatever moves, a video or a picture, as a video."""
    choices = choices_of(options)
    aspect = _aspect(item, limits, choices)
    return FramedVideoSettings(
        name=_NAME,
        size=_side(item, limits),
        fps=min(limits.max_fps or 60.0, 60.0),
        least_fps=limits.min_fps,
        bit_rate=min(limits.max_bit_rate or _RATE, _RATE),
        max_bytes=limits.max_bytes,
        cut_s=_cut(item, limits, choices),
        fit=choices.fit if aspect else "inside",
        aspect=aspect,
        colour=choices.colour or "#000000",
    )


def hopeless(item: MediaItem, limits: MediaLimits, choices: Choices) -> Iterator[Breach]:
    """The rules an item breaks that no rendition mends."""
    for each in breaches(item, limits):
        mended = each.rule in _ALWAYS or (each.rule in _ABOVE and each.above)
        if each.rule == "aspect":
            mended = choices.fit != "inside"
        if each.rule == "duration":
            mended = each.above and choices.trim
        if not mended:
            yield each


def advice(rule: str, item: MediaItem) -> str:
    """What the author may choose where a rule is broken; empty where nothing helps."""
    if rule == "aspect":
        return "choose --option fit=pad or --option fit=crop"
    if rule == "duration" and is_video(item):
        return "--option trim=yes cuts its end"
    return ""


def _aspect(item: MediaItem, limits: MediaLimits, choices: Choices) -> tuple[float, float] | None:
    """The shapes it is to be padded or cropped to; None where it keeps its own."""
    if choices.fit == "inside" or not (item.width and item.height):
        return None
    narrowest, widest = limits.min_aspect or 0.01, limits.max_aspect or 100.0
    within = narrowest * _WITHIN, widest / _WITHIN
    shape, wanted = item.width / item.height, choices.aspect
    if wanted is not None:  # or what comes nearest to it
        within = (min(max(wanted, within[0]), within[1]),) * 2
        near = 1 / _WITHIN < shape / within[0] < _WITHIN
        return None if near and narrowest <= shape <= widest else within
    return None if narrowest <= shape <= widest else within


def _format(item: MediaItem, limits: MediaLimits) -> str:
    """The item's own format where the platform takes it, else its first. A PNG that is too heavy
    is a photograph, and as a JPEG keeps its pixels; one that is transparent would lose that.
    """
    taken = [_FORMATS[kind] for kind in limits.media_types if kind in _FORMATS]
    own = _FORMATS.get(item.media_type)
    too_heavy = limits.max_bytes is not None and item.bytes > limits.max_bytes
    if own == "png" and too_heavy and not item.clear and "jpeg" in taken:
        return "jpeg"
    return own if own in taken else next(iter(taken), "jpeg")


def _box(item: MediaItem, limits: MediaLimits) -> tuple[int | None, int | None]:
    """The largest width and height, where they are limited."""
    width, height = limits.max_width, limits.max_height
    if limits.max_pixels and item.width and item.height:
        scale = math.sqrt(limits.max_pixels / (item.width * item.height))
        if scale < 1:
            width = min(width or LONGEST, max(1, int(item.width * scale)))
            height = min(height or LONGEST, max(1, int(item.height * scale)))
    return width, height


def _side(item: MediaItem, limits: MediaLimits) -> int:
    sides = [side for side in _box(item, limits) if side is not None]
    return max(16, min(_LARGEST, *sides)) if sides else _LARGEST


def _cut(item: MediaItem, limits: MediaLimits, choices: Choices) -> float | None:
    if limits.max_seconds is None or not choices.trim:
        return None
    too_long = item.duration_s is not None and item.duration_s > limits.max_seconds
    return limits.max_seconds - _CUT_SHORT if too_long or not is_video(item) else None
