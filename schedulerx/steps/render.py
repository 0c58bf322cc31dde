"""Render: the derived pictures of an image, or of a video's poster; the videos of a video."""

from __future__ import annotations

import io

import msgspec
import numpy as np
from PIL import Image

from schedulerx.errors import RejectedInput
from schedulerx.media.carried.metadata import NOTHING, Carried
from schedulerx.media.carried.source import carried_from
from schedulerx.media.derived import Rendered, rendered, shortcomings
from schedulerx.media.encoding import EXTENSIONS, MEDIA_TYPES
from schedulerx.media.frames import sampled
from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.media.looks import look_of, look_of_frames
from schedulerx.media.picture import Picture
from schedulerx.media.poster import poster
from schedulerx.media.shown import Shown
from schedulerx.model.keys import content_key
from schedulerx.model.record import Look, Record, Rendition, Status
from schedulerx.model.work import FileWork
from schedulerx.settings import LONGEST, RenditionSettings
from schedulerx.steps.decoded import decoded, is_picture
from schedulerx.steps.video_renditions import with_videos

Metadata = dict[str, Carried]

# How warnings of this step begin.
_WARNINGS = ("rendition ", "there is no rendition ")


def run(work: FileWork, record: Record) -> Record:
    """The record with its renditions; unchanged where there is no picture to make them from."""
    return with_videos(work, _pictured(work, _without_our_warnings(record)))


def _without_our_warnings(record: Record) -> Record:
    """The record as it was before an earlier run of this step, whose settings may be others."""
    kept = tuple(words for words in record.warnings if not words.startswith(_WARNINGS))
    if len(kept) == len(record.warnings):
        return record
    return msgspec.structs.replace(record, warnings=kept)


def _pictured(work: FileWork, record: Record) -> Record:
    if not (is_picture(record.media_type) or is_video(record.media_type)):
        return record
    try:
        renditions, warnings = _renditions(work, record)
    except (RejectedInput, *DECODER_ERRORS):
        if record.status is not Status.QUARANTINED:
            raise
        return record  # damaged: no picture can be salvaged
    if not renditions:
        return record
    return msgspec.structs.replace(
        record,
        renditions=renditions,
        look=_look(work, record, renditions),
        warnings=record.warnings + warnings,
    )


def _renditions(work: FileWork, record: Record) -> tuple[tuple[Rendition, ...], tuple[str, ...]]:
    """The renditions, made or found, and in what they are not as wanted."""
    wanted = work.settings.render.renditions
    carried = carried_from(work.path, record.media_type or "", {each.metadata for each in wanted})
    found = _published(work, record) or _rendered(work, record, carried)
    settings = {each.name: each for each in wanted}
    warnings = (
        words
        for each in found
        for words in shortcomings(
            settings[each.name], each.bytes, carried.get(settings[each.name].metadata, NOTHING)
        )
    )
    return found, tuple(warnings)


def _look(work: FileWork, record: Record, renditions: tuple[Rendition, ...]) -> Look | None:
    """Of a video from frames of it, else from the smallest rendition that shows all of it, as it
    was published: so equal files have equal looks.
    """
    if is_video(record.media_type):
        return look_of_frames([sample.image for sample in sampled(work.path)])
    fits = {each.name: each.fit for each in work.settings.render.renditions}
    smallest = min(
        renditions, key=lambda each: (fits[each.name] != "inside", each.width * each.height)
    )
    return look_of(work.artifacts.get(smallest.key))


def _key(work: FileWork, record: Record, wanted: RenditionSettings) -> str:
    name = f"{wanted.name}.{work.fingerprint}.{EXTENSIONS[wanted.format]}"
    return content_key("renditions", record.sha256 or "", name)


def _published(work: FileWork, record: Record) -> tuple[Rendition, ...]:
    """The renditions, where an equal file was rendered before."""
    wanted = work.settings.render.renditions
    keys = [_key(work, record, rendition) for rendition in wanted]
    if not all(map(work.artifacts.exists, keys)):
        return ()
    return tuple(_found(work, rendition, key) for rendition, key in zip(wanted, keys, strict=True))


def _found(work: FileWork, wanted: RenditionSettings, key: str) -> Rendition:
    data = work.artifacts.get(key)
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
    return Rendition(
        name=wanted.name,
        key=key,
        width=width,
        height=height,
        bytes=len(data),
        media_type=MEDIA_TYPES[wanted.format],
    )


def _rendered(work: FileWork, record: Record, carried: Metadata) -> tuple[Rendition, ...]:
    """From the picture at its base size, published one by one."""
    wanted = work.settings.render.renditions
    shown = _shown(work, record) if wanted else None
    if shown is None:
        return ()
    keys = {each.name: _key(work, record, each) for each in wanted}
    made = {}
    for each in rendered(shown, wanted, carried):
        work.artifacts.put(keys[each.name], each.data)
        made[each.name] = _rendition(each, keys[each.name])
    return tuple(made[each.name] for each in wanted)


def _shown(work: FileWork, record: Record) -> Shown | None:
    if not is_video(record.media_type):
        return decoded(work, record.media_type or "").picture
    image = poster(work.path, _poster_size(work.settings.render.renditions))
    return Picture.of(np.asarray(image), *image.size) if image is not None else None


def _poster_size(wanted: tuple[RenditionSettings, ...]) -> int:
    """The side of a square that is large enough for each, whatever the video's shape."""
    return max(each.longest if each.fit == "inside" else LONGEST for each in wanted)


def is_video(media_type: str | None) -> bool:
    """Whether a poster stands for the file."""
    return (media_type or "").startswith("video/")


def _rendition(made: Rendered, key: str) -> Rendition:
    return Rendition(
        name=made.name,
        key=key,
        width=made.width,
        height=made.height,
        bytes=len(made.data),
        media_type=made.media_type,
    )
