"""Videos and recordings: the container opens and is whole, its first and last frames decode."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import av

from schedulerx.formats.boxes import top_boxes
from schedulerx.media.integrity.pixels import hold_budget, unreadable
from schedulerx.media.video import AV_ERRORS, opened, picture_stream, size_of
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

_FIRST_FRAMES = 3
_LAST_PACKETS = 400  # from the last key frame on; a key frame a few seconds apart
_LAST_SECONDS = 1


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether pictures or sound can be had from the beginning and up to the end.

    Raises:
        RejectedInput: it does not open, nothing in it decodes, or it is over the pixel budget.
    """
    try:
        with opened(path) as container:
            damage = _stream_damage(container, limits)
    except AV_ERRORS as error:
        raise unreadable(f"the recording cannot be opened: {_cause(path, error)}") from error
    return Findings(damage=_truncation(path) or damage)


def _cause(path: Path, error: BaseException) -> str:
    kinds = {box.kind for box in top_boxes(path)}
    if b"mdat" in kinds and b"moov" not in kinds:
        return "its index (moov) is missing, so the recording was cut off"
    return getattr(error, "strerror", None) or str(error)


def _truncation(path: Path) -> str | None:
    size = path.stat().st_size
    boxes = list(top_boxes(path)) if _is_iso(path) else []
    if boxes and boxes[-1].start + boxes[-1].size > size:
        return f"the file ends within its {boxes[-1].kind.decode('latin-1')} box: it was cut off"
    return None


def _is_iso(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(12)[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")


def _stream_damage(container: av.container.InputContainer, limits: ValidateSettings) -> str | None:
    pictures = picture_stream(container)
    if pictures is not None:
        hold_budget(*size_of(pictures), limits, "video")
    sound = container.streams.audio[0] if container.streams.audio else None
    stream = pictures or sound
    if stream is None:
        return "the file holds neither pictures nor sound that can be played"
    if not _decodes_first(container, stream):
        raise unreadable("not one frame of the recording can be decoded")
    return None if _decodes_last(container, stream) else "the end of the recording is broken"


def _decodes_first(container: av.container.InputContainer, stream: av.stream.Stream) -> bool:
    try:
        return any(True for _ in islice(container.decode(stream), _FIRST_FRAMES))
    except AV_ERRORS:
        return False


def _decodes_last(container: av.container.InputContainer, stream: av.stream.Stream) -> bool:
    """Seeks to the key frame before the last second and decodes from there on."""
    if not stream.duration or not stream.time_base:
        return True  # no index says where the end is
    second = int(_LAST_SECONDS / stream.time_base)
    target = (stream.start_time or 0) + max(0, stream.duration - second)
    try:
        container.seek(target, stream=stream)
        return any(True for _ in islice(container.decode(stream), _LAST_PACKETS))
    except AV_ERRORS:
        return False
