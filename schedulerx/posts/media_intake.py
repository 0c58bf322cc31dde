"""A file for a post: validated and described as in every flow, then stored by its content."""

from __future__ import annotations

from pathlib import Path

from schedulerx.errors import RejectedInput
from schedulerx.media.manner import Manner, manner_of
from schedulerx.media.quirks import quirks_of
from schedulerx.model.identity import hash_file
from schedulerx.model.keys import ending
from schedulerx.model.member import Member
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Origin, ReasonCode, Record, Status
from schedulerx.model.work import FileWork
from schedulerx.posts.model import MediaItem
from schedulerx.settings import ProcessingSettings
from schedulerx.steps import describe, validate

_SIDEWAYS = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height


def media_key(sha256: str, media_type: str) -> str:
    """Where a medium lies in the media store. The ending is for the platforms that look at it, and
    for the type that a bucket tells them: so it is what the medium is, whatever its name says.
    """
    return f"posts/media/{sha256[:2]}/{sha256}{ending(media_type)}"


def take_in(path: Path, store: ArtifactStore, settings: ProcessingSettings) -> MediaItem:
    """The file as a medium of a post; its bytes lie in the store when this returns.

    Raises:
        RejectedInput: it is no picture or video, or it is damaged, hostile or over a limit; or it
            was changed meanwhile.
        OSError: it cannot be read.
    """
    before = _stamp(path)
    item = described(path, path.name, store, settings)
    if not store.exists(item.key):
        store.copy_file(item.key, path)
        if _stamp(path) != before:  # what was copied is not what was looked at
            store.delete(item.key)
            words = f"{path.name} was changed while it was read; add it again"
            raise RejectedInput(ReasonCode.UNREADABLE, words)
    return item


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def described(
    path: Path, name: str, store: ArtifactStore, settings: ProcessingSettings
) -> MediaItem:
    """What the file is, as platforms ask for it.

    Raises:
        RejectedInput: see `take_in`.
    """
    sha256, etag = hash_file(path)
    record = _record(path, name, etag, sha256, store, settings)
    if record.status is Status.QUARANTINED:
        assert record.reason_code is not None
        raise RejectedInput(record.reason_code, f"{name}: {record.reason}")
    kind = record.media_type or ""
    if not kind.startswith(("image/", "video/")):
        words = f"{name} is {kind}, not a picture or a video"
        raise RejectedInput(ReasonCode.UNSUPPORTED, words)
    return _item(path, record, settings)


def _record(
    path: Path, name: str, etag: str, sha256: str, store: ArtifactStore,
    settings: ProcessingSettings,
) -> Record:  # fmt: skip
    member = Member(path=name, bytes=path.stat().st_size, etag=etag)
    work = FileWork(member, path, store, settings, "")
    blank = Record(
        object_id=member.object_id("", etag),
        origin=Origin(path=name, bytes=member.bytes, etag=etag),
        sha256=sha256,
    )
    valid = validate.run(work, blank)
    return valid if valid.status is Status.QUARANTINED else describe.run(work, valid)


def _item(path: Path, record: Record, settings: ProcessingSettings) -> MediaItem:
    known, name, sha256 = record.description, record.origin.path, record.sha256 or ""
    width, height = known.width, known.height
    if known.orientation in _SIDEWAYS:
        width, height = height, width
    kind = record.media_type or ""
    shown = (
        manner_of(path, known, settings.validate.max_pixels)
        if kind.startswith("image/")
        else Manner()
    )
    return MediaItem(
        key=media_key(sha256, kind),
        sha256=sha256,
        media_type=kind,
        bytes=record.origin.bytes,
        name=name,
        width=width,
        height=height,
        duration_s=known.duration_s,
        fps=known.fps,
        video_codec=known.video_codec,
        audio_codec=known.audio_codec,
        quirks=quirks_of(path) if kind.startswith("video/") else (),
        located=known.gps is not None,
        turned=known.orientation not in (None, 1) and kind.startswith("image/"),
        inks=shown.inks,
        clear=shown.clear,
        frames=shown.frames,
    )
