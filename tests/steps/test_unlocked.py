"""Locked documents through the FILE steps: opened once, read as if they were not, left nowhere."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pikepdf
import pytest

from schedulerx.documents import office_locks
from schedulerx.model.passwords import Passwords
from schedulerx.model.record import ReasonCode, Record
from schedulerx.model.work import FileWork
from schedulerx.steps import describe, generate_events, read, validate
from tests.documents.locked_files import locked_letter, locked_open_document, locked_package
from tests.steps.files import file_work

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = "Ida Berg"
    sheet = book.worksheets[0]
    sheet.append(["Name", "Phone"])
    sheet.append(["Carl Smith", "+491713920005"])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def through(path: Path, *passwords: str) -> tuple[FileWork, Record]:
    work, record = file_work(path, None)
    work = dataclasses.replace(work, passwords=Passwords(passwords))
    for step in (validate, describe, read, generate_events):
        if record.reason_code is None:
            record = step.run(work, record)
    return work, record


def test_a_locked_workbook_is_what_lies_behind_its_lock(tmp_path: Path) -> None:
    _, record = through(locked_package(tmp_path / "a.xlsx", workbook(), "tika"), "no", "tika")
    assert record.media_type == XLSX
    assert record.password_line == 2
    assert record.description.author == "Ida Berg"
    assert record.reading is not None
    assert "Carl Smith" in record.reading.text
    assert [actor.phone for event in record.events for actor in event.actors][-1:] == [
        "+491713920005"
    ]


SHEET = (
    b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    b' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    b' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    b'<office:spreadsheet><table:table table:name="People">%b%b</table:table>'
    b"</office:spreadsheet></office:body></office:document-content>"
)


def sheet_row(*cells: str) -> bytes:
    held = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row>{held}</table:table-row>".encode()


def test_a_locked_sheet_of_opendocument_is_read_and_tells_its_events(tmp_path: Path) -> None:
    ods = b"application/vnd.oasis.opendocument.spreadsheet"
    content = SHEET % (sheet_row("Name", "Phone"), sheet_row("Carl Smith", "+491713920005"))
    path = locked_open_document(
        tmp_path / "a.ods", {"mimetype": ods, "content.xml": content}, "tika"
    )
    _, record = through(path, "no", "tika")
    assert (record.media_type, record.password_line) == (ods.decode(), 2)
    assert record.reading is not None
    assert "Carl Smith" in record.reading.text
    assert [actor.phone for event in record.events for actor in event.actors] == ["+491713920005"]
    _, locked = through(path, "no")
    assert locked.reason_code is ReasonCode.LOCKED


def test_a_password_that_excel_uses_unasked_opens_without_a_file(tmp_path: Path) -> None:
    _, record = through(locked_package(tmp_path / "a.xlsx", workbook(), "VelvetSweatshop"))
    assert record.media_type == XLSX
    assert record.password_line is None
    assert record.reading is not None
    assert "Carl Smith" in record.reading.text


def test_an_old_letter_is_read_behind_its_lock(tmp_path: Path) -> None:
    _, record = through(locked_letter(tmp_path / "a.doc", "Dear Sir\r", "tika"), "tika")
    assert record.reading is not None
    assert record.reading.text == "Dear Sir\n"
    assert record.password_line == 1


def test_without_its_password_a_document_stays_locked(tmp_path: Path) -> None:
    path = locked_package(tmp_path / "a.xlsx", workbook(), "tika")
    assert through(path)[1].reason == "the document needs a password"
    tried = through(path, "no")[1]
    assert tried.reason_code is ReasonCode.LOCKED
    assert tried.reason == "the document needs a password; 1 password was tried, none opens it"


def test_what_is_no_document_behind_a_lock_goes_no_further(tmp_path: Path) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        archive.writestr("evil.exe", "MZ" * 4000)
    _, record = through(locked_package(tmp_path / "a.docx", package.getvalue(), "x"), "x")
    assert record.reason_code is ReasonCode.UNREADABLE


def test_a_document_is_decrypted_once_and_its_copy_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Path] = []
    decrypt = office_locks.decrypt

    def counted(path: Path, passwords: list[str], target: Path) -> int | None:
        calls.append(target)
        return decrypt(path, passwords, target)

    monkeypatch.setattr(office_locks, "decrypt", counted)

    @contextmanager
    def spare() -> Iterator[Path]:
        copy = tmp_path / "copy"
        yield copy
        copy.unlink()

    path = locked_package(tmp_path / "a.xlsx", workbook(), "tika")
    work, record = file_work(path, None)
    work = dataclasses.replace(work, passwords=Passwords(("tika",)), spare_file=spare)
    for step in (validate, describe, read, generate_events):
        record = step.run(work, record)
    assert calls == [tmp_path / "copy"]
    work.memo.clear()
    assert not calls[0].exists()


def test_a_locked_pdf_tells_its_author_once_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Author"] = "Ida Berg"
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="tika"))
    assert through(path, "tika")[1].description.author == "Ida Berg"
    assert through(path)[1].description.author is None
