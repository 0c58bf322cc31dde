"""Transcoding: H.264 and AAC in an MP4 that plays while it is fetched, under ceilings.

Nothing of the source but pictures and sound reaches the result: no place, no tracks of positions,
no covers. Equal files give equal bytes with the same release of PyAV. Frames stream through: what
is held at once is some dozens of frames. It takes the processor's time (docs/settings.md says how
long); who calls it sets the limit.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import msgspec

from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.media.fitting import Shape, Source, fits, shape
from schedulerx.media.flow import Copied, Flow, Packet
from schedulerx.media.picture_flow import Pictures
from schedulerx.media.quirks import of_pictures, of_sound
from schedulerx.media.recordings import describe, rate_of
from schedulerx.media.sound_flow import Sound
from schedulerx.media.upright import shown_size
from schedulerx.media.video import (
    AV_ERRORS,
    DISK_FAULTS,
    cause,
    duration,
    opened,
    picture_stream,
    size_of,
)
from schedulerx.model.record import Description, ReasonCode
from schedulerx.settings import VideoRenditionSettings

_TRIES = 5
_FAULTY = 0.1  # of the duration that may be missing before it is told
_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}


class Transcoded(msgspec.Struct, frozen=True, kw_only=True):
    """The result. Width and height are 0 where there are no pictures."""

    width: int
    height: int
    duration_s: float
    bytes: int
    video_codec: str | None
    audio_codec: str | None
    warnings: tuple[str, ...] = ()


class _TooLarge(Exception):  # noqa: N818  (named by what it means; never leaves this module)
    """More bytes than wanted, at this share of the duration."""

    def __init__(self, share: float) -> None:
        super().__init__(share)
        self.share = share


def transcode(path: Path, wanted: VideoRenditionSettings, target: Path) -> Transcoded:
    """Writes the rendition to `target`, whole or not at all. Streams that fit are copied.

    Raises:
        RetryableError: the disk is full, or may not be written.
        RejectedInput: nothing of it can be decoded, or no rate keeps it under `max_bytes`.
        ConfigurationError: this FFmpeg has no encoder.
    """
    try:
        with _published(target) as part:
            return _made(path, wanted, part)
    except AV_ERRORS as error:
        if getattr(error, "errno", None) in DISK_FAULTS:
            raise RetryableError(f"{target.parent} cannot be written: {cause(error)}") from error
        raise RejectedInput(
            ReasonCode.UNREADABLE, f"the video cannot be transcoded: {cause(error)}"
        ) from error


@contextmanager
def _published(target: Path) -> Iterator[Path]:
    """A temporary name beside the target, whose name it takes at the end."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".transcoding-") as folder:
        part = Path(folder) / "part.mp4"
        yield part
        part.replace(target)


def _made(path: Path, wanted: VideoRenditionSettings, part: Path) -> Transcoded:
    known = describe(path)
    share, copying = 1.0, True
    for _ in range(_TRIES):
        try:
            damaged = _written(path, wanted, part, known, share=share, copying=copying)
            if copying and damaged:  # what is out of order is put in order by encoding it again
                copying = False
                continue
            size = _size(part)
            if wanted.max_bytes is None or size <= wanted.max_bytes:
                return _result(part, known, wanted, damaged)
            share *= 0.95 * wanted.max_bytes / size
        except _TooLarge as error:
            share *= 0.9 * min(1.0, max(error.share, 0.1))
        copying = False
    raise RejectedInput(
        ReasonCode.REFUSED,
        f"the video cannot be brought under {wanted.max_bytes or 0:,} bytes: it lasts "
        f"{known.duration_s or 0:,.0f} seconds; raise max_bytes, or set cut_s",
    )


def _size(part: Path) -> int:
    if not part.is_file():
        raise RejectedInput(ReasonCode.UNREADABLE, "not one frame of the video can be decoded")
    return part.stat().st_size


def _written(
    path: Path,
    wanted: VideoRenditionSettings,
    part: Path,
    known: Description,
    *,
    share: float,
    copying: bool,
) -> int:
    """One attempt; the number of packets that could not be decoded.

    Raises:
        _TooLarge: it is over `max_bytes` already.
    """
    with opened(path) as source, av.open(str(part), "w", "mp4", container_options=_OPTIONS) as out:
        out.metadata.update(_kept(known) if wanted.keep_metadata else {})
        made = shape(_source(source, known), wanted, share)
        flows = _flows(source, out, made, wanted, known, copying=copying)
        if not flows:
            raise RejectedInput(
                ReasonCode.UNREADABLE, "the file holds neither pictures nor sound to transcode"
            )
        _run(source, out, flows, made, wanted.max_bytes)
        return sum(flow.damaged for flow in flows.values())


def _kept(known: Description) -> dict[str, str]:
    """Words and time; never the place, the camera or its owner's software."""
    kept = {"title": known.title, "artist": known.author, "creation_time": known.captured_at}
    return {name: value for name, value in kept.items() if value}


def _source(container: av.container.InputContainer, known: Description) -> Source:
    stream = picture_stream(container)
    width, height = 0, 0
    if stream is not None and stream.codec_context is not None:
        width, height = shown_size(*size_of(stream), stream.sample_aspect_ratio)
        if (known.orientation or 1) >= 5:  # EXIF: lying on a side
            width, height = height, width
    return Source(
        width=width,
        height=height,
        fps=rate_of(stream) if stream is not None else None,
        seconds=duration(container),
        has_sound=bool(container.streams.audio),
    )


def _flows(
    source: av.container.InputContainer,
    out: av.container.OutputContainer,
    made: Shape,
    wanted: VideoRenditionSettings,
    known: Description,
    *,
    copying: bool,
) -> dict[int, Flow]:
    """What becomes of each stream, by its number; other streams are left behind."""
    pictures = picture_stream(source)
    sound = next(iter(source.streams.audio), None)
    streams = [each for each in (pictures, sound) if each is not None and each.codec_context]
    zero = _zero(streams)
    flows: dict[int, Flow] = {}
    whole = copying and not fits(known, wanted)
    if pictures is not None and pictures in streams:
        copied = whole and not any(of_pictures(pictures))
        flows[pictures.index] = (
            Copied(out, pictures, zero)
            if copied
            else Pictures(out, pictures, made, wanted.quality, zero)
        )
    if sound is not None and sound in streams:
        small = whole or (sound.bit_rate or wanted.bit_rate) <= made.audio_rate
        copied = copying and small and wanted.cut_s is None and _sounds(sound)
        flows[sound.index] = Copied(out, sound, zero) if copied else Sound(out, sound, made, zero)
    return flows


def _sounds(stream: av.AudioStream) -> bool:
    """Whether every player plays the stream as it is."""
    return stream.codec_context.name == "aac" and not any(of_sound(stream))


def _zero(streams: list[Any]) -> Fraction:
    """The second at which the first of the streams begins."""
    starts = [(each.start_time or 0) * (each.time_base or Fraction(0)) for each in streams]
    return min(starts, default=Fraction(0))


def _run(
    source: av.container.InputContainer,
    out: av.container.OutputContainer,
    flows: dict[int, Flow],
    made: Shape,
    max_bytes: int | None,
) -> None:
    written = 0
    for packet in _packets(source, flows):
        written += packet.size
        out.mux(packet)
        if max_bytes is not None and written > max_bytes:
            second = float((packet.pts or 0) * packet.time_base)
            raise _TooLarge(second / made.seconds if made.seconds else 0.5)


def _packets(source: av.container.InputContainer, flows: dict[int, Flow]) -> Iterator[Packet]:
    """In the order of the source. A source that breaks off ends here; what is missing is told."""
    try:
        for packet in source.demux([source.streams[index] for index in flows]):
            yield from flows[packet.stream.index].feed(packet)
    except AV_ERRORS:
        next(iter(flows.values())).damaged += 1
    for flow in flows.values():
        yield from flow.finish()


def _result(
    part: Path, known: Description, wanted: VideoRenditionSettings, damaged: int
) -> Transcoded:
    made = describe(part)
    if not made.duration_s:
        raise RejectedInput(ReasonCode.UNREADABLE, "not one frame of the video can be decoded")
    return Transcoded(
        width=made.width or 0,
        height=made.height or 0,
        duration_s=made.duration_s,
        bytes=part.stat().st_size,
        video_codec=made.video_codec,
        audio_codec=made.audio_codec,
        warnings=tuple(_warnings(made, known, wanted, damaged)),
    )


def _warnings(
    made: Description, known: Description, wanted: VideoRenditionSettings, damaged: int
) -> Iterator[str]:
    if damaged:
        yield f"{damaged:,} parts of the video could not be decoded and were left out"
    told = min(known.duration_s or 0, wanted.cut_s or float("inf"))
    if (made.duration_s or 0) < told * (1 - _FAULTY):
        yield f"the video says that it lasts {told:g} seconds, {made.duration_s:g} could be played"
