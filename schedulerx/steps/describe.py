"""Describe: sizes, times, camera, place, pages; from headers, without decoding anything."""

from __future__ import annotations

import msgspec

from schedulerx.documents.integrity import pdf
from schedulerx.media.describe import describer
from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.model.record import Description, Record, Status
from schedulerx.model.work import FileWork


def run(work: FileWork, record: Record) -> Record:
    """The record with its description; unchanged where there is nothing to describe."""
    description = _description(work, record)
    if description is None:
        return record
    return msgspec.structs.replace(record, description=description)


def _description(work: FileWork, record: Record) -> Description | None:
    if record.media_type == "application/pdf":
        return Description(pages=pdf.page_count(work.path))
    describe = describer(record.media_type or "")
    if describe is None:
        return None
    try:
        return describe(work.path)
    except DECODER_ERRORS:
        if record.status is not Status.QUARANTINED:
            raise
        return None  # damaged: there is nothing to salvage
