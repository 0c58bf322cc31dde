"""The gallery: thumbnails of the sampled records, equal pictures once."""

from __future__ import annotations

from collections.abc import Iterable

from schedulerx.errors import ArtifactNotFound
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Record, Rendition
from schedulerx.report.page import Picture

PICTURES = 60
LARGEST = 100_000  # bytes of one thumbnail; those of the render step have about 15 kB
ALL_BYTES = 2_400_000  # of all thumbnails: a third more in base64, and the page stays under 5 MB


def pictures(records: Iterable[Record], artifacts: ArtifactStore) -> tuple[Picture, ...]:
    """At most `PICTURES`, by time taken, those without one last, then by path."""
    chosen: dict[str, list[Record]] = {}
    for record in records:
        thumbnail = _smallest(record)
        if thumbnail is not None and (thumbnail.key in chosen or len(chosen) < PICTURES):
            chosen.setdefault(thumbnail.key, []).append(record)
    found = [_picture(members, artifacts) for members in chosen.values()]
    return tuple(sorted(affordable(found), key=in_time))


def _smallest(record: Record) -> Rendition | None:
    pictures = (each for each in record.renditions if each.media_type.startswith("image/"))
    return min(pictures, key=lambda rendition: rendition.width, default=None)


def _picture(records: list[Record], artifacts: ArtifactStore) -> Picture | None:
    first = min(records, key=lambda record: record.origin.path)
    thumbnail = _smallest(first)
    assert thumbnail is not None
    if thumbnail.bytes > LARGEST:
        return None
    try:
        data = artifacts.get(thumbnail.key)
    except ArtifactNotFound:  # removed by hand: the page does without
        return None
    about = first.description
    return Picture(
        path=first.origin.path,
        data=data,
        media_type=thumbnail.media_type,
        width=thumbnail.width,
        height=thumbnail.height,
        taken=about.captured_at,
        camera=_camera(about.camera_make, about.camera_model),
        place=about.gps,
        copies=len(records) - 1,
        moving=(first.media_type or "").startswith("video/"),
        flag=first.reason_code,
    )


def _camera(make: str | None, model: str | None) -> str | None:
    """Make and model in one: the make is not said twice (Canon, Canon EOS 5D)."""
    if make and model and model.lower().startswith(make.lower()):
        return model
    return " ".join(part for part in (make, model) if part) or None


def affordable(found: Iterable[Picture | None]) -> Iterable[Picture]:
    """The pictures, as long as there is room for them on a page."""
    room = ALL_BYTES
    for picture in found:
        if picture is not None and len(picture.data) <= room:
            room -= len(picture.data)
            yield picture


def in_time(picture: Picture) -> tuple[bool, str, str]:
    """By time taken, those without one last, then by path."""
    return (picture.taken is None, picture.taken or "", picture.path)
