"""Scans kept as PDFs that can be searched; part of the step `read`."""

from __future__ import annotations

from collections.abc import Mapping

from schedulerx.documents.formats import Format
from schedulerx.documents.ocr.engine import Page
from schedulerx.documents.pixels import frames
from schedulerx.documents.searchable import searchable_images, searchable_pdf
from schedulerx.model.keys import content_key
from schedulerx.model.record import Record
from schedulerx.model.work import FileWork


def searchable_key(sha256: str, fingerprint: str) -> str:
    """Where the searchable PDF of a scan lies; `fingerprint` of the step `read`."""
    return content_key("searchable", sha256, f"{fingerprint}.pdf")


def keep(work: FileWork, record: Record, form: Format, pages: Mapping[int, Page]) -> None:
    """Publishes the PDF of a scan whose pages were recognised.

    Raises:
        DamagedDocument: what could be recognised cannot be opened as a whole.
    """
    if record.sha256 is None or not pages:
        return
    if form is Format.PDF:
        passwords = tuple(text for _, text in work.passwords.first(record.password_line))
        data = searchable_pdf(work.path, pages, passwords)
    else:
        data = searchable_images(frames(work.path, max(pages)), pages)
    work.artifacts.put(searchable_key(record.sha256, work.fingerprint), data)
