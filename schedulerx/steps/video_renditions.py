"""The derived videos of a video, for `render`: one transcoding each, published whole."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from schedulerx.errors import RejectedInput
from schedulerx.media.transcode import transcode
from schedulerx.model.keys import content_key
from schedulerx.model.record import Record, Rendition
from schedulerx.model.work import FileWork
from schedulerx.settings import VideoRenditionSettings

_MP4 = "video/mp4"


class _Told(msgspec.Struct, frozen=True):
    """What is published beside a rendition, after it: that it is there tells that both are."""

    rendition: Rendition
    warnings: tuple[str, ...]


def with_videos(work: FileWork, record: Record) -> Record:
    """The record with its derived videos; the same where none is wanted or it is no video.

    What cannot be made is told as a warning: the original is none the worse for it.
    """
    wanted = work.settings.render.videos
    if not wanted or not (record.media_type or "").startswith("video/"):
        return record
    made, warnings = [], []
    for each in wanted:
        try:
            told = _published(work, record, each) or _transcoded(work, record, each)
        except RejectedInput as error:
            warnings.append(f"there is no rendition {each.name}: {error.reason}")
            continue
        made.append(told.rendition)
        warnings += [f"rendition {each.name}: {warning}" for warning in told.warnings]
    return msgspec.structs.replace(
        record,
        renditions=(*record.renditions, *made),
        warnings=(*record.warnings, *_new(warnings, record)),
    )


def _new(warnings: list[str], record: Record) -> Iterator[str]:
    """Those the record does not hold from a run before."""
    return (warning for warning in warnings if warning not in record.warnings)


def _key(work: FileWork, record: Record, wanted: VideoRenditionSettings) -> str:
    return content_key("renditions", record.sha256 or "", f"{wanted.name}.{work.fingerprint}.mp4")


def _published(work: FileWork, record: Record, wanted: VideoRenditionSettings) -> _Told | None:
    """What was told of it, where an equal file was rendered before."""
    key = f"{_key(work, record, wanted)}.json"
    if not work.artifacts.exists(key):
        return None
    return msgspec.json.decode(work.artifacts.get(key), type=_Told)


def _transcoded(work: FileWork, record: Record, wanted: VideoRenditionSettings) -> _Told:
    key = _key(work, record, wanted)
    with tempfile.TemporaryDirectory(prefix="schedulerx-") as folder:
        target = Path(folder) / "rendition.mp4"
        made = transcode(work.path, wanted, target)
        work.artifacts.put_file(key, target)
    rendition = Rendition(
        name=wanted.name,
        key=key,
        width=made.width,
        height=made.height,
        bytes=made.bytes,
        media_type=_MP4,
        duration_s=made.duration_s,
    )
    told = _Told(rendition, made.warnings)
    work.artifacts.put(f"{key}.json", msgspec.json.encode(told))
    return told
