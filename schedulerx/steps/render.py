"""Render: the derived pictures of an image, or of a video's poster; the videos of a video."""

from __future__ import annotations

import io

import msgspec
import numpy as np
from PIL import Image

from schedulerx.errors import RejectedInput
from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.media.looks import look_of
from schedulerx.media.picture import Picture
from schedulerx.media.poster import poster
from schedulerx.media.renditions import shrunk
from schedulerx.model.keys import content_key
from schedulerx.model.record import Look, Record, Rendition, Status
from schedulerx.model.work import FileWork
from schedulerx.settings import RenditionSettings
from schedulerx.steps.decoded import decoded, is_picture
from schedulerx.steps.video_renditions import with_videos


def run(work: FileWork, record: Record) -> Record:
    """The record with its renditions; unchanged where there is no picture to make them from."""
    return with_videos(work, _pictured(work, record))


def _pictured(work: FileWork, record: Record) -> Record:
    if not (is_picture(record.media_type) or is_video(record.media_type)):
        return record
    try:
        renditions = _published(work, record) or _rendered(work, record)
    except (RejectedInput, *DECODER_ERRORS):
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
    """From the picture at its base size; each smaller rendition is made from the one before."""
    wanted = sorted(work.settings.render.renditions, key=lambda rendition: -rendition.size)
    if not wanted:
        return ()
    picture = _picture(work, record, wanted[0].size)
    if picture is None:
        return ()
    found = []
    for rendition in wanted:
        picture = shrunk(picture, rendition.size)
        data, key = picture.jpeg(rendition.quality), _key(work, record, rendition)
        work.artifacts.put(key, data)
        found.append(_rendition(rendition, key, picture.size, data))
    return tuple(found)


def _picture(work: FileWork, record: Record, size: int) -> Picture | None:
    if not is_video(record.media_type):
        return decoded(work, record.media_type or "").picture
    image = poster(work.path, size)
    return Picture.of(np.asarray(image), *image.size) if image is not None else None


def is_video(media_type: str | None) -> bool:
    """Whether a poster stands for the file."""
    return (media_type or "").startswith("video/")


def _rendition(
    wanted: RenditionSettings, key: str, size: tuple[int, int], data: bytes
) -> Rendition:
    return Rendition(name=wanted.name, key=key, width=size[0], height=size[1], bytes=len(data))
