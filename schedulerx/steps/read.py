"""The text of one file: its text layer, its parser's text, or recognised from its pixels."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from schedulerx.documents import pdf, plain
from schedulerx.documents.content import Content, TextCollector
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.formats import Format, format_of
from schedulerx.model.keys import content_key
from schedulerx.model.record import Reading, Record
from schedulerx.model.work import FileWork

INLINE_BYTES = 16 * 1024  # longer text would make every reader of records pay for it

Reader = Callable[[FileWork, Record], Content]


def run(work: FileWork, record: Record) -> Record:
    """The record with the file's text; the same record where the kind holds none."""
    form = format_of(record.media_type, record.origin.path)
    reader = _READERS.get(form) if form is not None else None
    if reader is None or record.sha256 is None:
        return record
    content = reader(work, record)
    return replace(
        record,
        reading=_stored(work, record.sha256, content),
        warnings=(*record.warnings, *content.warnings),
    )


def _stored(work: FileWork, sha256: str, content: Content) -> Reading:
    data = content.text.encode("utf-8", "replace")
    key = None
    if len(data) > INLINE_BYTES:
        key = content_key("text", sha256, f"{work.fingerprint}.txt")
        work.artifacts.put(key, data)
    return Reading(
        text="" if key else content.text,
        text_key=key,
        characters=len(content.text),
        has_text_layer=content.has_text_layer,
        engine=content.engine,
        rows=content.rows,
    )


def _read_text(work: FileWork, _record: Record) -> Content:
    collector = TextCollector(work.settings.read.max_characters)
    collector.extend(plain.text_pieces(work.path))
    return Content(text=collector.text, warnings=collector.warnings)


def _read_html(work: FileWork, _record: Record) -> Content:
    collector = TextCollector(work.settings.read.max_characters)
    collector.extend(plain.html_pieces(work.path))
    return Content(text=collector.text, warnings=collector.warnings)


def _read_pdf(work: FileWork, _record: Record) -> Content:
    collector = TextCollector(work.settings.read.max_characters)
    warnings: list[str] = []
    layer = False
    try:
        for page in pdf.pages(work.path, warnings):
            layer = layer or bool(page.text.strip())
            if not collector.add(page.text + "\n"):
                break
    except DamagedDocument as error:
        warnings.append(str(error))
    return Content(
        text=collector.text, has_text_layer=layer, warnings=(*warnings, *collector.warnings)
    )


_READERS: dict[Format, Reader] = {
    Format.PDF: _read_pdf,
    Format.TEXT: _read_text,
    Format.JSON: _read_text,
    Format.HTML: _read_html,
}
