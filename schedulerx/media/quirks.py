"""How a video is stored, where not every player, and so not every platform, takes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av

from schedulerx.formats.boxes import top_boxes
from schedulerx.media.fitting import MOST_CHANNELS
from schedulerx.media.recordings import TRANSFERS
from schedulerx.media.video import AV_ERRORS, opened, picture_stream

_PLAIN = frozenset({"yuv420p", "yuvj420p"})  # 4:2:0 in 8 bits
INTERLACED = range(2, 6)  # AVFieldOrder: fields, whichever comes first
_MOST_HZ = 48_000
_LOW_COMPLEXITY = frozenset({None, "", "LC"})  # profiles of AAC; HE-AAC is played by few


def quirks_of(path: Path) -> tuple[str, ...]:
    """What is odd about it, each as what it has: "sound at 96,000 Hz". What cannot be found out
    counts as usual.
    """
    try:
        with opened(path) as container:
            pictures = picture_stream(container)
            sound = next(iter(container.streams.audio), None)
            seen = [] if pictures is None else list(of_pictures(pictures))
            heard = [] if sound is None else list(of_sound(sound))
            index = [*_of_index(path)]
    except AV_ERRORS:
        return ()
    return (*seen, *heard, *index)


def of_pictures(stream: av.VideoStream) -> Iterator[str]:
    """Of H.264's kind: 4:2:0 in 8 bits, square, progressive, of standard range."""
    context = stream.codec_context
    if context is None:
        return
    if context.pix_fmt not in _PLAIN:
        yield f"pictures in {context.pix_fmt}"
    if stream.sample_aspect_ratio not in (None, 0, 1):
        yield "pixels that are not square"
    if context.field_order in INTERLACED:
        yield "interlaced pictures"
    if context.color_trc in TRANSFERS:
        yield f"high dynamic range ({TRANSFERS[context.color_trc]})"


def of_sound(stream: av.AudioStream) -> Iterator[str]:
    """Of AAC's kind: mono or stereo, at 48 kHz at most, of low complexity."""
    context = stream.codec_context
    if context is None:
        return
    if stream.channels > MOST_CHANNELS:
        yield f"sound of {stream.channels} channels"
    if stream.rate > _MOST_HZ:
        yield f"sound at {stream.rate:,} Hz"
    if context.name == "aac" and context.profile not in _LOW_COMPLEXITY:
        yield f"sound in {context.profile}"


def _of_index(path: Path) -> Iterator[str]:
    """An index (moov) behind the frames has to be fetched before a frame can be shown."""
    kinds = [box.kind for box in top_boxes(path, 1000)]
    if b"moov" in kinds and b"mdat" in kinds[: kinds.index(b"moov")]:
        yield "its index at the end"
