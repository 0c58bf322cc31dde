"""The text of files whose characters are in them: text, tables, workbooks, mail, documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from schedulerx.documents import (
    archive_listing,
    calendars,
    chat_html,
    chat_text,
    delimited,
    doc,
    docx,
    epub,
    json_files,
    mail,
    message_backups,
    odf,
    outlook,
    plain,
    ppt,
    pptx,
    property_lists,
    rtf,
    vcard,
    workbook,
    xml_events,
)
from schedulerx.documents.content import Content, TextCollector
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.databases import sqlite, tables
from schedulerx.documents.formats import Format

Reader = Callable[[Path, int], Content]


class Counted:
    """Pieces that are counted while they pass."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = pieces
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        for piece in self._pieces:
            self.count += 1
            yield piece


def gather(pieces: Iterable[str], limit: int) -> Content:
    """The pieces up to the limit, or up to where the file is damaged."""
    collector = TextCollector(limit)
    warnings: list[str] = []
    try:
        collector.extend(pieces)
    except DamagedDocument as error:
        warnings.append(str(error))
    return Content(collector.text, warnings=(*warnings, *collector.warnings))


def count(things: Iterable[object]) -> int:
    """How many there are, up to where the file is damaged."""
    found = 0
    try:
        for _ in things:
            found += 1
    except DamagedDocument:  # the text was gathered from the same file, and says so
        return found
    return found


def _with_rows(content: Content, rows: int) -> Content:
    return Content(content.text, rows=rows, warnings=content.warnings)


def _text(path: Path, limit: int) -> Content:
    content = gather(plain.text_pieces(path), limit)
    if not chat_text.is_chat(path):
        return content
    return _with_rows(content, count(chat_text.messages(path)))


def _plain(path: Path, limit: int) -> Content:
    return gather(plain.text_pieces(path), limit)


def _html(path: Path, limit: int) -> Content:
    content = gather(plain.html_pieces(path), limit)
    if not chat_html.is_chat(path):
        return content
    return _with_rows(content, count(chat_html.messages(path)))


def _xml(path: Path, limit: int) -> Content:
    content = gather(xml_events.lines(path), limit)
    if not message_backups.is_backup(path):
        return content
    return _with_rows(content, count(message_backups.items(path)))


def _json_lines(path: Path, limit: int) -> Content:
    content = gather(plain.text_pieces(path), limit)
    return _with_rows(content, count(json_files.objects_by_line(path)))


def _table(path: Path, limit: int) -> Content:
    return _with_rows(gather(plain.text_pieces(path), limit), count(delimited.rows_of(path)))


def _cards(path: Path, limit: int) -> Content:
    return _with_rows(gather(plain.text_pieces(path), limit), count(vcard.cards(path)))


def _gathered(pieces: Callable[[Path], Iterable[str]]) -> Reader:
    """The reader of a format whose parser gives text piece by piece."""
    return lambda path, limit: gather(pieces(path), limit)


def _calendar(path: Path, limit: int) -> Content:
    content = gather(plain.text_pieces(path), limit)
    return _with_rows(content, count(calendars.appointments(path)))


def _outlook(path: Path, limit: int) -> Content:
    return gather((outlook.text(each) for each in (path,)), limit)


def _zip(path: Path, limit: int) -> Content:
    lines = Counted(archive_listing.listing(path))
    return _with_rows(gather(lines, limit), lines.count)


def _mail(path: Path, limit: int) -> Content:
    return gather((mail.read_mail(path).text,), limit)


def _mailbox(path: Path, limit: int) -> Content:
    messages = Counted(f"{message.text}\n\n" for message in mail.mailbox(path))
    return _with_rows(gather(messages, limit), messages.count)


def _workbook(path: Path, limit: int) -> Content:
    warnings: list[str] = []
    lines = Counted(_sheet_lines(path, warnings))
    content = gather(lines, limit)
    return Content(content.text, rows=lines.count, warnings=(*warnings, *content.warnings))


def _sheet_lines(path: Path, warnings: list[str]) -> Iterator[str]:
    """A line a row, cells parted by tabs; each sheet's first row follows its name; hidden ones
    say so.
    """
    for sheet in workbook.sheets(path, warnings):
        title = f"[{sheet.name}{' (hidden)' if sheet.is_hidden else ''}]\n"
        for _, cells in sheet.rows:
            yield title + "\t".join(cells).rstrip("\t") + "\n"
            title = ""


def _database(path: Path, limit: int) -> Content:
    warnings: list[str] = []
    try:
        with sqlite.opened(path) as database:
            warnings += database.warnings
            rows = Counted(tables.lines(database, warnings))
            content = gather(rows, limit)
    except DamagedDocument as error:
        return Content(warnings=(str(error),))
    return Content(content.text, rows=rows.count, warnings=(*warnings, *content.warnings))


READERS: dict[Format, Reader] = {
    Format.TEXT: _text,
    Format.JSON: _plain,
    Format.JSON_LINES: _json_lines,
    Format.HTML: _html,
    Format.XML: _xml,
    Format.TABLE: _table,
    Format.VCARD: _cards,
    Format.DOCX: _gathered(docx.paragraphs),
    Format.PPTX: _gathered(pptx.lines),
    Format.ODF: _gathered(odf.paragraphs),
    Format.EPUB: _gathered(epub.chapters),
    Format.RTF: _gathered(rtf.text),
    Format.DOC: _gathered(doc.text),
    Format.PPT: _gathered(ppt.text),
    Format.OUTLOOK: _outlook,
    Format.CALENDAR: _calendar,
    Format.ZIP: _zip,
    Format.MAIL: _mail,
    Format.MAILBOX: _mailbox,
    Format.WORKBOOK: _workbook,
    Format.DATABASE: _database,
    Format.PROPERTY_LIST: _gathered(property_lists.lines),
}
