"""Office documents without their lock: a plain copy, for as long as the file is in work."""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from schedulerx.documents import odf_locks, office_locks
from schedulerx.documents.formats import OLE_DOCUMENTS, OPEN_DOCUMENT
from schedulerx.documents.integrity import office, ole
from schedulerx.model.record import Record
from schedulerx.model.work import FileWork

PACKAGES = ("application/vnd.openxmlformats-officedocument.", "application/vnd.ms-", OPEN_DOCUMENT)


@dataclass(frozen=True)
class Plain:
    """A document without its lock, and the line of the password; None where it is one that
    programs use unasked.
    """

    path: Path
    line: int | None


def unlocked(work: FileWork, record: Record) -> FileWork:
    """The work on the plain copy, where the file is an Office document behind a password."""
    media_type = record.media_type or ""
    if media_type not in OLE_DOCUMENTS and not media_type.startswith(PACKAGES):
        return work
    is_open = media_type.startswith(OPEN_DOCUMENT)
    if not (office if is_open else ole).needs_password(work.path):
        return work
    plain = plain_copy(work, record.password_line)
    return work if plain is None else dataclasses.replace(work, path=plain.path)


def plain_copy(work: FileWork, line: int | None = None) -> Plain | None:
    """The document behind its lock, made once for all steps; None where no password opens it. That
    of `line` is tried first.

    Raises:
        RejectedInput: the document is broken, hostile, or over a limit.
    """
    return work.memo.opened("plain copy", partial(_decrypted, work, line))


@contextmanager
def _decrypted(work: FileWork, line: int | None) -> Iterator[Plain | None]:
    lines = [number for number, _ in work.passwords.first(line)]
    words = [word for _, word in work.passwords.first(line)]
    known: list[int | None] = [None] * len(office_locks.ALWAYS_TRIED)
    if line is None:
        order, tried = [*known, *lines], [*office_locks.ALWAYS_TRIED, *words]
    else:
        order, tried = [*lines, *known], [*words, *office_locks.ALWAYS_TRIED]
    locks = odf_locks if zipfile.is_zipfile(work.path) else office_locks
    with work.spare_file() as target:
        place = locks.decrypt(work.path, tried, target)
        yield None if place is None else Plain(target, order[place])
