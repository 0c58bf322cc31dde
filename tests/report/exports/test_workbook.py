"""The workbook opens in a spreadsheet, runs nothing, and leads back to the files."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from xlsxwriter.workbook import Workbook

from schedulerx.report.exports.rows import NoLinks
from schedulerx.report.exports.sheets import CUT, MAX_TEXT, Sheet, fitting, sheet_name, styles
from schedulerx.report.exports.workbook import write_table, write_workbook
from tests.report.exports.test_timeline_page import PERSON, event

OBJECT = "ab" * 16
FIELDS = {
    "records": ("path", "object_id"),
    "persons": ("person_id",),
    "devices": ("device_id",),
    "person_devices": ("person_id", "device_id"),
}


class BesideLinks(NoLinks):
    def source(self, row: dict[str, Any]) -> str | None:
        return f"files/{row['path']}"


def written(path: Path, *events: dict[str, Any]) -> openpyxl.Workbook:
    tables: dict[str, Sequence[dict[str, Any]]] = {
        "records": [{"path": "calls.xlsx", "object_id": OBJECT}],
        "timeline": events,
        "persons": [PERSON],
        "devices": [],
        "person_devices": [],
    }
    write_workbook(path, FIELDS, tables.__getitem__, BesideLinks())
    return openpyxl.load_workbook(path)


def call(**known: Any) -> dict[str, Any]:
    return event(object_id=OBJECT, path="calls.xlsx", precision=None, zone=None, **known)


def test_there_is_a_timeline_and_a_sheet_for_each_kind(tmp_path: Path) -> None:
    book = written(tmp_path / "a.xlsx", call(), call(kind="email"))
    assert book.sheetnames == [
        "About", "Timeline", "Files", "Call", "E-mail", "Persons", "Devices", "Persons and devices",
    ]  # fmt: skip
    assert book["Timeline"].max_row == 3
    assert book["Call"].max_row == 2


def test_what_is_in_the_book_is_counted_first(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", call(), call(kind="email"))["About"]
    counted = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2, max_row=8)}
    assert counted == {
        "Timeline": 2, "Files": 1, "Call": 1, "E-mail": 1, "Persons": 1, "Devices": 0,
        "Persons and devices": 0,
    }  # fmt: skip
    assert sheet["A2"].hyperlink.location == "'Timeline'!A1"


@pytest.mark.parametrize(
    ("told", "local", "utc", "shown"),
    [
        (
            "2024-03-01T10:00:00+01:00",
            "2024-03-01T10:00",
            "2024-03-01T09:00",
            "yyyy-mm-dd hh:mm:ss",
        ),
        ("2024-03-01T10:00:00", "2024-03-01T10:00", None, "yyyy-mm-dd hh:mm:ss"),
        ("2024-03-01", "2024-03-01", None, "yyyy-mm-dd"),
        ("2024-03", "2024-03-01", None, "yyyy-mm"),
        ("2024", "2024-01-01", None, "yyyy"),
        ("1888-05-04", None, None, None),
        (None, None, None, None),
    ],
)
def test_a_time_is_a_date_beside_what_was_told(
    tmp_path: Path, told: str | None, local: str | None, utc: str | None, shown: str | None
) -> None:
    sheet = written(tmp_path / "a.xlsx", call(start=told))["Timeline"]
    column = {cell.value: at for at, cell in enumerate(sheet[1])}
    row = sheet[2]
    assert row[column["start"]].value == told
    for name, expected in (("start_local", local), ("start_utc", utc)):
        cell = row[column[name]]
        assert cell.value == (datetime.fromisoformat(expected) if expected else None)
        assert not expected or cell.number_format == shown


def test_a_number_stands_beside_the_person_it_belongs_to(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", call())["Timeline"]
    column = {cell.value: at for at, cell in enumerate(sheet[1])}
    assert sheet[2][column["to"]].value == "+4930123"
    assert sheet[2][column["persons"]].value == "Anna Keller · +4930123 · anna@example.org"


def test_one_kind_alone_has_dates_too(tmp_path: Path) -> None:
    row = {"path": "a.jpg", "captured_at": "2024-03-01T10:00:00", "object_id": OBJECT}
    write_table(tmp_path / "a.xlsx", "Files", ("path", "captured_at"), [row], NoLinks())
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Files"]
    assert [cell.value for cell in sheet[1]] == [
        "path", "captured_at", "captured_at_utc", "captured_at_local",
    ]  # fmt: skip
    assert sheet["D2"].value == datetime(2024, 3, 1, 10)  # noqa: DTZ001  (a wall clock)


@pytest.mark.parametrize("text", ["\x00\x01\x1f", "_x0041_", "\ufffe\uffff", "]]>", "😀 \u202e"])
def test_signs_that_xml_has_no_place_for_leave_the_book_whole(tmp_path: Path, text: str) -> None:
    write_table(tmp_path / "a.xlsx", "T", ("text",), [{"text": text, "path": ""}], NoLinks())
    assert openpyxl.load_workbook(tmp_path / "a.xlsx")["T"].max_row == 2
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        data = book.read("xl/worksheets/sheet1.xml").decode()
    assert not any(sign in data for sign in "\x00\x01\x1f\ufffe\uffff")


def test_an_event_leads_to_its_files_row_and_into_the_file(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", call())["Timeline"]
    links = {cell.value: cell.hyperlink for cell in sheet[2] if cell.hyperlink}
    assert links["calls.xlsx"].location == "'Files'!A2"
    assert str(links["sheet May, row 7"].target).endswith("calls.xlsx")
    assert links["sheet May, row 7"].location == "'May'!A7"


@pytest.mark.parametrize("text", ["=1+1", "{=1}", "https://a.example", "+1", "@x", "-1", "0012"])
def test_a_text_stays_a_text(tmp_path: Path, text: str) -> None:
    write_table(tmp_path / "a.xlsx", "T", ("text",), [{"text": text, "path": ""}], NoLinks())
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")["T"]["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_numbers_stay_numbers_unless_a_cell_would_round_them(tmp_path: Path) -> None:
    row = {"a": -5, "b": 2.5, "c": True, "d": 2**60, "e": None, "f": [1]}
    write_table(tmp_path / "a.xlsx", "T", tuple(row), [row], NoLinks())
    found = [cell.value for cell in openpyxl.load_workbook(tmp_path / "a.xlsx")["T"][2]]
    assert found == [-5, 2.5, True, str(2**60), None, "[1]"]


def test_rows_over_a_sheets_end_go_on_in_the_next(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "a.xlsx"), {"constant_memory": True}) as workbook:
        sheet = Sheet(workbook, "T", ("n",), styles(workbook), max_rows=3)
        places = [sheet.add({"n": n}) for n in range(5)]
        sheet.close()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["T", "T (2)", "T (3)"]
    assert places == ["'T'!A2", "'T'!A3", "'T (2)'!A2", "'T (2)'!A3", "'T (3)'!A2"]


@pytest.mark.parametrize("letter", ["a", "😀"])
def test_a_text_longer_than_a_cell_is_cut_and_marked(letter: str) -> None:
    cut = fitting(letter * MAX_TEXT * 2)
    assert cut.endswith(CUT)
    assert MAX_TEXT - 1 <= len(cut.encode("utf-16-le")) // 2 <= MAX_TEXT
    assert fitting("a" * MAX_TEXT) == "a" * MAX_TEXT


def test_a_sheets_name_is_one_excel_takes() -> None:
    assert sheet_name("a/b:c[d]" + "x" * 40, 12) == "a b c d " + "x" * 18 + " (12)"


def test_equal_results_are_equal_files(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        written(tmp_path / name, call())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
