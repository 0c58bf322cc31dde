"""Describe: sizes, times, camera, place, pages; from headers, without decoding anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from schedulerx.documents import properties
from schedulerx.media import describe as media
from schedulerx.media.facts import Told
from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.model.record import Record
from schedulerx.model.work import FileWork
from schedulerx.steps.unlocked import unlocked


def run(work: FileWork, record: Record) -> Record:
    """The record with its description; unchanged where there is nothing to describe."""
    told = salvaged(
        unlocked(work, record).path,
        record.media_type or "",
        (word for _, word in work.passwords.first(record.password_line)),
    )
    return record if told is None else described(record, told)


def described(record: Record, told: Told) -> Record:
    """The record with what was told, and what was odd about it."""
    news = tuple(warning for warning in told.warnings if warning not in record.warnings)
    return msgspec.structs.replace(
        record, description=told.what, warnings=(*record.warnings, *news)
    )


def salvaged(path: Path, media_type: str, passwords: Iterable[str] = ()) -> Told | None:
    """What the headers tell, also of files that are damaged, locked or refused; None if nothing.
    `passwords` are for locked documents.

    A file that validate found sound has readable headers: there is no error to hide.
    """
    describe = media.describer(media_type) or _of_document(media_type, passwords)
    if describe is None:
        return None
    try:
        return describe(path)
    except DECODER_ERRORS:
        return None


def _of_document(media_type: str, passwords: Iterable[str]) -> Callable[[Path], Told | None] | None:
    describe = properties.describer(media_type, passwords)
    if describe is None:
        return None

    def of_document(path: Path) -> Told | None:
        what = describe(path)
        return None if what is None else Told(what=what)

    return of_document
