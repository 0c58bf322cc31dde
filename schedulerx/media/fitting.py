"""What a video must become to keep under the ceilings of a rendition. Pure: nothing is opened."""

from __future__ import annotations

import math

import msgspec

from schedulerx.media.geometry import fitted
from schedulerx.model.record import Description
from schedulerx.settings import FramedVideoSettings, VideoRenditionSettings

MOST_CHANNELS = 2
_SLACK = 1.02  # headers round rates up
_CONTAINER = 0.97  # of the bytes: the rest is the container's tables
_SOUND_SHARE = 0.25  # of a narrow bit rate that sound may take
_LEAST_SOUND, _LEAST_PICTURES = 16_000, 24_000  # bits a second; below, there is nothing to see
# Bits a pixel below which H.264 shows blocks: a smaller picture looks better.
_POOR = 0.03
_SMALLEST = 64  # pixels of the longer side


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be encoded. Rates in bits a second; `fps` None: every frame, whenever it is.
    `least_fps`: there are fewer a second, and they are shown again. `inner`: what the picture is
    scaled to before it is cropped or padded to width and height.
    """

    width: int
    height: int
    fps: float | None
    seconds: float | None
    least_fps: float | None = None
    video_rate: int
    audio_rate: int
    inner: tuple[int, int] | None = None
    colour: str = "#000000"  # of the borders


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What there is: the size upright and in square pixels; 0 where there are no pictures."""

    width: int
    height: int
    fps: float | None
    seconds: float | None
    has_sound: bool


def fits(description: Description, wanted: VideoRenditionSettings) -> list[str]:
    """Why a video must be encoded again, as sentences; none where it may stay as it is."""
    least = _least_fps(description.fps, wanted)
    return [
        *_coding(description),
        *_over(description, wanted),
        *_misshaped(description, wanted),
        *([f"its frames are fewer than {least:g} a second"] if least else ()),
    ]


def _least_fps(fps: float | None, wanted: VideoRenditionSettings) -> float | None:
    """The frames a second that there have to be, where there are fewer."""
    least = wanted.least_fps if isinstance(wanted, FramedVideoSettings) else None
    return least if fps is not None and least is not None and fps < least else None


def _coding(what: Description) -> list[str]:
    found = []
    if what.video_codec not in (None, "h264"):
        found.append(f"its pictures are {what.video_codec}, not h264")
    if what.audio_codec not in (None, "aac"):
        found.append(f"its sound is {what.audio_codec}, not aac")
    if (what.channels or 0) > MOST_CHANNELS:
        found.append(f"its sound has {what.channels} channels")
    if what.orientation not in (None, 1):
        found.append("it is stored turned")
    if what.colour_transfer is not None:
        found.append(f"its brightness is HDR ({what.colour_transfer})")
    return found


def _misshaped(what: Description, wanted: VideoRenditionSettings) -> list[str]:
    width, height = what.width or 0, what.height or 0
    if (what.orientation or 1) >= 5:  # EXIF: lying on a side
        width, height = height, width
    if not (width and height) or framed(width, height, wanted) == (width, height):
        return []
    return [f"its shape is {width} x {height}"]


def framed(width: float, height: float, wanted: VideoRenditionSettings) -> tuple[float, float]:
    """The sides of the wanted shape around (pad), or within (crop), an upright picture."""
    if not isinstance(wanted, FramedVideoSettings) or wanted.aspect is None or not height:
        return width, height
    ratio = min(max(width / height, wanted.aspect[0]), wanted.aspect[1])
    if wanted.fit == "pad":
        return max(width, height * ratio), max(height, width / ratio)
    return min(width, height * ratio), min(height, width / ratio)


def _over(what: Description, wanted: VideoRenditionSettings) -> list[str]:
    longer = max(what.width or 0, what.height or 0)
    size = round((what.bit_rate or 0) * (what.duration_s or 0) / 8)
    ceilings: tuple[tuple[str, float, float | None], ...] = (
        ("pixels of the longer side", longer, wanted.size),
        ("frames a second", what.fps or 0, wanted.fps * _SLACK),
        ("seconds", what.duration_s or 0, wanted.cut_s),
        ("bits a second", what.bit_rate or 0, wanted.bit_rate * _SLACK),
        ("bytes", size, wanted.max_bytes),
    )
    return [
        f"{value:,.0f} {unit}, over {limit:,.0f}"
        for unit, value, limit in ceilings
        if limit is not None and value > limit
    ]


def shape(source: Source, wanted: VideoRenditionSettings, share: float = 1.0) -> Shape:
    """The size and the rates that keep under every ceiling; `share` lowers the rate further.

    Where few bits are left, the picture becomes smaller before it becomes blocks.
    """
    seconds = _seconds(source.seconds, wanted)
    rate = share * min(wanted.bit_rate, _affordable(seconds, wanted))
    audio = min(wanted.audio_bit_rate, max(_LEAST_SOUND, round(rate * _SOUND_SHARE)))
    video = max(_LEAST_PICTURES, round(rate) - (audio if source.has_sound else 0))
    faster = source.fps is None or source.fps > wanted.fps * _SLACK
    frame = framed(source.width, source.height, wanted)
    width, height = _size(frame, source.fps, wanted, video)
    return Shape(
        width=width,
        height=height,
        fps=wanted.fps if faster else None,
        seconds=seconds,
        least_fps=_least_fps(source.fps, wanted),
        video_rate=video,
        audio_rate=audio,
        inner=_inner(source, frame, (width, height)),
        colour=wanted.colour if isinstance(wanted, FramedVideoSettings) else "#000000",
    )


def _inner(
    source: Source, frame: tuple[float, float], size: tuple[int, int]
) -> tuple[int, int] | None:
    """What the whole picture is scaled to, where the frame is not its own: even, and never a line
    larger than borders leave, or smaller than a crop needs.
    """
    if frame == (source.width, source.height):
        return None
    scale = size[0] / frame[0]
    sides = [max(2, round(side * scale / 2) * 2) for side in (source.width, source.height)]
    within = min if frame[0] * frame[1] > source.width * source.height else max
    return within(sides[0], size[0]), within(sides[1], size[1])


def _seconds(there: float | None, wanted: VideoRenditionSettings) -> float | None:
    known = [each for each in (there, wanted.cut_s) if each is not None]
    return min(known) if known else None


def _affordable(seconds: float | None, wanted: VideoRenditionSettings) -> float:
    if wanted.max_bytes is None or not seconds:
        return math.inf
    return wanted.max_bytes * 8 * _CONTAINER / seconds


def _size(
    frame: tuple[float, float], fps: float | None, wanted: VideoRenditionSettings, rate: int
) -> tuple[int, int]:
    """Fitted, and even, as 4:2:0 wants it."""
    wide, high = round(frame[0]), round(frame[1])
    if not (wide and high):
        return 0, 0
    fps = min(fps or wanted.fps, wanted.fps)
    width, height = fitted(wide, high, wanted.size)
    enough = math.sqrt(rate / fps / _POOR / (width * height))
    if enough < 1:
        longer = max(_SMALLEST, round(max(width, height) * enough))
        width, height = fitted(wide, high, min(longer, wanted.size))
    return max(2, width // 2 * 2), max(2, height // 2 * 2)
