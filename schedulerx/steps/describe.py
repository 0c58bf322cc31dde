"""Describe: sizes, times, camera, place, pages; from headers, without decoding anything."""

from __future__ import annotations

from pathlib import Path

import msgspec

from schedulerx.documents import properties
from schedulerx.media import describe as media
from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.model.record import Description, Record
from schedulerx.model.work import FileWork


def run(work: FileWork, record: Record) -> Record:
    """The record with its description; unchanged where there is nothing to describe."""
    description = salvaged(work.path, record.media_type or "")
    if description is None:
        return record
    return msgspec.structs.replace(record, description=description)


def salvaged(path: Path, media_type: str) -> Description | None:
    """What the headers tell, also of files that are damaged, locked or refused; None if nothing.

    A file that validate found sound has readable headers: there is no error to hide.
    """
    describe = media.describer(media_type) or properties.describer(media_type)
    if describe is None:
        return None
    try:
        return describe(path)
    except DECODER_ERRORS:
        return None
