"""Which rendition makes a medium fit a platform, where one can. Pure: nothing is opened.

Size, format, shape and bytes are changed freely, and a place never leaves the house. What would
change what is said is changed with consent only: the options `fit` (pad, crop or refuse) and
`trim` (a video's end).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from schedulerx.posts.checking import broken, is_video
from schedulerx.posts.limits import MediaLimits
from schedulerx.posts.model import MediaItem
from schedulerx.posts.options import is_on
from schedulerx.settings import LONGEST, RenditionSettings, VideoRenditionSettings

_NAME = "post"
_QUALITY = 90
_FORMATS = {"image/jpeg": "jpeg", "image/png": "png", "image/webp": "webp"}
_CUT_SHORT = 0.05  # seconds: a frame's length below the limit
_WITHIN = 1.005  # of a limit on shape: sides are whole pixels
_LARGEST = 1920  # pixels of a video's longer side


def picture_for(
    item: MediaItem, limits: MediaLimits, options: Mapping[str, Any]
) -> RenditionSettings | None:
    """The rendition of a picture for a platform; None where it fits as it is."""
    if is_video(item) or not (item.located or any(broken(item, limits))):
        return None
    width, height = _box(item, limits)
    return RenditionSettings(
        name=_NAME,
        width=width,
        height=height,
        fit=_fit(options),
        aspect=_aspect(limits, options),
        format=_format(item, limits),
        quality=_QUALITY,
        max_bytes=limits.max_bytes,
        metadata="none",
    )


def video_for(
    item: MediaItem, limits: MediaLimits, options: Mapping[str, Any]
) -> VideoRenditionSettings | None:
    """The rendition of a video for a platform; None where it fits as it is."""
    if not is_video(item) or not (item.located or any(broken(item, limits))):
        return None
    return VideoRenditionSettings(
        name=_NAME,
        size=_side(item, limits),
        fps=min(limits.max_fps or 60.0, 60.0),
        max_bytes=limits.max_bytes,
        cut_s=_cut(item, limits, options),
    )


def _fit(options: Mapping[str, Any]) -> str:
    return str(options["fit"]) if options.get("fit") in ("pad", "crop") else "inside"


def _aspect(limits: MediaLimits, options: Mapping[str, Any]) -> tuple[float, float] | None:
    """The shapes the platform takes; padded to, or cropped to, as the author says."""
    if _fit(options) == "inside" or (limits.min_aspect is None and limits.max_aspect is None):
        return None
    return (limits.min_aspect or 0.01) * _WITHIN, (limits.max_aspect or 100.0) / _WITHIN


def _format(item: MediaItem, limits: MediaLimits) -> str:
    """The item's own format where the platform takes it, else its first."""
    if item.media_type in limits.media_types and item.media_type in _FORMATS:
        return _FORMATS[item.media_type]
    return next((_FORMATS[kind] for kind in limits.media_types if kind in _FORMATS), "jpeg")


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


def _cut(item: MediaItem, limits: MediaLimits, options: Mapping[str, Any]) -> float | None:
    too_long = (
        limits.max_seconds is not None
        and item.duration_s is not None
        and item.duration_s > limits.max_seconds
    )
    if not too_long or not is_on(options.get("trim")):
        return None
    assert limits.max_seconds is not None
    return limits.max_seconds - _CUT_SHORT
