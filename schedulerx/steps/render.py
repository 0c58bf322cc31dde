"""Render: the derived pictures of an image, or of a video's poster."""

from __future__ import annotations

import io

import msgspec
from PIL import Image

from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.media.looks import look_of
from schedulerx.media.poster import poster
from schedulerx.media.raw_kinds import RAW_TYPES, preview
from schedulerx.media.renditions import encoded, shrunk, upright
from schedulerx.model.keys import content_key
from schedulerx.model.record import Look, Record, Rendition, Status
from schedulerx.model.work import FileWork
from schedulerx.settings import RenditionSettings

# Drawn by instructions, not by pixels: no decoder here draws them.
_DRAWINGS = frozenset({"image/svg+xml"})


def run(work: FileWork, record: Record) -> Record:
    """The record with its renditions; unchanged where there is no picture to make them from."""
    if not (record.media_type or "").startswith(("image/", "video/")):
        return record
    if record.media_type in _DRAWINGS:
        return record
    try:
        renditions = _published(work, record) or _rendered(work, record)
    except DECODER_ERRORS:
        if record.status is not Status.QUARANTINED:
            raise
        return record  # damaged: no picture can be salvaged
    if not renditions:
        return record
    return msgspec.structs.replace(record, renditions=renditions, look=_look(work, renditions))


def _look(work: FileWork, renditions: tuple[Rendition, ...]) -> Look | None:
    """From the smallest rendition as published, so that equal files have equal looks."""
    smallest = min(renditions, key=lambda rendition: rendition.width * rendition.height)
    return look_of(work.artifacts.get(smallest.key))


def _key(work: FileWork, record: Record, wanted: RenditionSettings) -> str:
    return content_key("renditions", record.sha256 or "", f"{wanted.name}.{work.fingerprint}.jpg")


def _published(work: FileWork, record: Record) -> tuple[Rendition, ...]:
    """The renditions, where an equal file was rendered before."""
    wanted = work.settings.render.renditions
    keys = [_key(work, record, rendition) for rendition in wanted]
    if not all(map(work.artifacts.exists, keys)):
        return ()
    found = []
    for rendition, key in zip(wanted, keys, strict=True):
        data = work.artifacts.get(key)
        with Image.open(io.BytesIO(data)) as image:
            found.append(_rendition(rendition, key, image.size, data))
    return tuple(found)


def _rendered(work: FileWork, record: Record) -> tuple[Rendition, ...]:
    """Decodes once at the largest size; each smaller rendition is made from the one before."""
    wanted = sorted(work.settings.render.renditions, key=lambda rendition: -rendition.size)
    if not wanted:
        return ()
    image = _picture(work, record, wanted[0].size)
    if image is None:
        return ()
    found = []
    for rendition in wanted:
        image = shrunk(image, rendition.size)
        data, key = encoded(image, rendition.quality), _key(work, record, rendition)
        work.artifacts.put(key, data)
        found.append(_rendition(rendition, key, image.size, data))
    return tuple(found)


def _picture(work: FileWork, record: Record, size: int) -> Image.Image | None:
    if (record.media_type or "").startswith("video/"):
        return poster(work.path, size)
    budget = work.settings.validate.max_pixels
    if record.media_type in RAW_TYPES:
        shown = preview(work.path)
        turn = record.description.orientation
        return upright(shown, size, budget, turn) if shown is not None else None
    return upright(work.path, size, budget)


def _rendition(
    wanted: RenditionSettings, key: str, size: tuple[int, int], data: bytes
) -> Rendition:
    return Rendition(name=wanted.name, key=key, width=size[0], height=size[1], bytes=len(data))
