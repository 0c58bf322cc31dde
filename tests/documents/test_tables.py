from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from schedulerx.documents import delimited, shared_strings, sheet_span, workbook
from schedulerx.documents.damage import DamagedDocument


def write(tmp_path: Path, text: str, charset: str = "utf-8") -> Path:
    file = tmp_path / "a.csv"
    file.write_bytes(text.encode(charset))
    return file


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, mark: str) -> None:
    lines = [["name", "phone"], ["Ada, Byron" if mark != "," else "Ada", "1"], ["Bob", "2"]]
    table = delimited.table_of(write(tmp_path, "\n".join(mark.join(line) for line in lines)))
    assert table is not None
    assert table.header == ("name", "phone")
    assert [cells[1] for _, cells in table.rows()] == ["1", "2"]


def test_titles_above_the_header_are_passed_over_and_rows_keep_their_numbers(
    tmp_path: Path,
) -> None:
    table = delimited.table_of(write(tmp_path, "Export 2024\n\nname,phone\nAda,1\n"))
    assert table is not None
    assert table.header == ("name", "phone")
    assert list(table.rows()) == [(4, ("Ada", "1"))]


def test_a_table_can_be_passed_over_twice(tmp_path: Path) -> None:
    table = delimited.table_of(write(tmp_path, "name,phone\nAda,1\n"))
    assert table is not None
    assert list(table.rows()) == list(table.rows())


def test_values_without_labels_are_a_table_without_a_header(tmp_path: Path) -> None:
    table = delimited.table_of(write(tmp_path, "1,2\n3,4\n"))
    assert table is not None
    assert table.header == ()
    assert list(table.rows()) == [(1, ("1", "2")), (2, ("3", "4"))]


@pytest.mark.parametrize(
    "above",
    ["Kunde;Ada Muster;Nr. 12;;\nTarif;Allnet;XL;;\n", "Kunde;+49 151 1234567;01.01.2024;;\n\n"],
    ids=["labels", "values"],
)
def test_what_stands_above_a_header_in_fewer_columns_is_none(tmp_path: Path, above: str) -> None:
    lines = f"{above}Datum;Uhrzeit;Rufnummer;Richtung;Dauer\n01.03.2024;08:12;0151 1;aus;1:15\n"
    table = delimited.table_of(write(tmp_path, lines))
    assert table is not None
    assert table.header == ("Datum", "Uhrzeit", "Rufnummer", "Richtung", "Dauer")


def test_quotes_newlines_and_nuls_within_cells_are_survived(tmp_path: Path) -> None:
    table = delimited.table_of(
        write(tmp_path, 'name,note\nAda,"two\nlines, ""q"""\nB\0ob,x,extra\n')
    )
    assert table is not None
    assert [cells for _, cells in table.rows()] == [
        ("Ada", 'two\nlines, "q"'),
        ("Bob", "x", "extra"),
    ]


def test_a_utf16_export_is_read(tmp_path: Path) -> None:
    table = delimited.table_of(write(tmp_path, "Name;Ort\nJörg;Köln\n", "utf-16"))
    assert table is not None
    assert [cells for _, cells in table.rows()] == [("Jörg", "Köln")]


def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Devices"
    sheet["A1"] = "Inventory"
    sheet.append(["IMEI", "From", "Seen", "Formula"])
    sheet.append([355666746066900, dt.date(2024, 1, 5), dt.datetime(2024, 1, 5, 10), "=1+1"])  # noqa: DTZ001  cells have no zone
    second = made.create_sheet("Offset")
    second["C4"], second["D4"], second["C5"], second["D5"] = "Name", "Phone", "Ada", 12.5
    file = tmp_path / "a.xlsx"
    made.save(file)
    return file


def test_cells_become_text_and_identifiers_keep_their_digits(tmp_path: Path) -> None:
    first, _ = workbook.tables_of(book(tmp_path), [])
    assert first.sheet == "Devices"
    ((number, cells),) = first.rows()
    assert number == 3
    assert cells[:3] == ("355666746066900", "2024-01-05", "2024-01-05T10:00:00")


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    _, second = workbook.tables_of(book(tmp_path), [])
    assert [(number, cells[0]) for number, cells in second.rows()] == [(5, "Ada")]


def test_a_broken_workbook_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(DamagedDocument, match="does not open"):
        list(workbook.tables_of(file, []))


def merged(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["B2"] = "Calls of a network"
    sheet.merge_cells("B2:F2")
    sheet["B4"], sheet["C4"], sheet["E4"] = "Start", "Caller", "Callee"
    for cells in ("B4:B5", "C4:D4", "E4:F4"):
        sheet.merge_cells(cells)
    sheet["C5"], sheet["D5"], sheet["E5"], sheet["F5"] = "Number", "Name", "Number", "Name"
    sheet["B6"], sheet["C6"], sheet["F6"] = "2024-01-05 10:00:00", 15550100200, "Bob"
    secret = made.create_sheet("Secret")
    secret["A1"] = "hidden"
    secret.sheet_state = "veryHidden"
    file = tmp_path / "merged.xlsx"
    made.save(file)
    return file


def test_labels_over_several_columns_join_those_below_them(tmp_path: Path) -> None:
    (table,) = workbook.tables_of(merged(tmp_path), [])
    assert table.header == ("Start", "Caller Number", "Caller Name", "Callee Number", "Callee Name")
    assert list(table.rows()) == [(6, ("2024-01-05 10:00:00", "15550100200", "", "", "Bob"))]


def test_hidden_sheets_are_read_and_say_so(tmp_path: Path) -> None:
    assert [(each.name, each.is_hidden) for each in workbook.sheets(merged(tmp_path), [])] == [
        ("Sheet", False),
        ("Secret", True),
    ]


def test_one_cell_in_the_last_corner_asks_for_no_room(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "first", "last"
    file = tmp_path / "far.xlsx"
    made.save(file)
    with pytest.raises(DamagedDocument, match=r"spans 1,048,576 rows and 16,384 columns"):
        list(workbook.sheets(file, []))


def moved(file: Path, **parts: str) -> Path:
    """The workbook with some parts under other names."""
    at = file.with_name("moved.xlsx")
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(at, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            for old, new in parts.items():
                data, name = data.replace(old.encode(), new.encode()), name.replace(old, new)  # noqa: PLW2901  (the part's new name)
            after.writestr(name, data)
    return at


def test_a_sheet_under_another_name_asks_for_no_room_either(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = 1, 2
    made.save(tmp_path / "far.xlsx")
    file = moved(tmp_path / "far.xlsx", worksheets="elsewhere")
    with pytest.raises(DamagedDocument, match="spans"):
        list(workbook.sheets(file, []))


@pytest.mark.parametrize("strings", ["sharedStrings", "SharedStrings"])
def test_a_long_text_in_every_cell_is_not_copied_into_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strings: str
) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:  # keeps each text once
        sheet = made.add_worksheet()
        for row in range(40):
            sheet.write_row(row, 0, ["long " * 500, "short"])
    file = moved(tmp_path / "a.xlsx", sharedStrings=strings)
    monkeypatch.setattr(shared_strings, "MAX_TEXT", 200_000)
    assert len(list(next(workbook.sheets(file, [])).rows)) == 40
    monkeypatch.setattr(shared_strings, "MAX_TEXT", 50_000)
    with pytest.raises(DamagedDocument, match="repeat over"):
        list(workbook.sheets(file, []))


def test_a_binary_sheets_span_is_told_by_its_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def record(kind: int, number: int) -> bytes:
        return bytes([kind, 8]) + number.to_bytes(4, "little") + bytes(4)

    file = tmp_path / "far.xlsb"
    with zipfile.ZipFile(file, "w") as archive:
        content = record(0, 1_048_575) + record(2, 16_383) + b"\x93\x01\x03abc" + record(5, 1)
        archive.writestr("xl/worksheets/sheet1.bin", content)
    with pytest.raises(DamagedDocument, match=r"1,048,576 rows and 16,384 columns"):
        sheet_span.hold(file)


def test_preambles_ragged_rows_and_marks_of_spreadsheets_are_survived(tmp_path: Path) -> None:
    table = delimited.table_of(
        write(
            tmp_path,
            "sep=;\r\nReport of a network;;;\r\nGenerated 2024-01-05\r\n\r\n"
            'Start;Caller;"Callee";Note\r\n2024-01-05;1;2;"a;b\r\nc"\r\n2024-01-06;3\r\n',
        )
    )
    assert table is not None
    assert table.header == ("Start", "Caller", "Callee", "Note")
    rows = list(table.rows())
    assert [cells for _, cells in rows] == [
        ("2024-01-05", "1", "2", "a;b\r\nc"),
        ("2024-01-06", "3"),
    ]


@pytest.mark.parametrize(("epoch", "days"), [(WINDOWS_EPOCH, 0), (MAC_EPOCH, 1462)])
def test_a_workbook_says_from_which_day_it_counts(
    tmp_path: Path, epoch: dt.datetime, days: int
) -> None:
    made = openpyxl.Workbook()
    made.epoch = epoch
    sheet = made.active
    assert sheet is not None
    sheet.append(["Start", "Caller"])
    sheet.append([dt.datetime(2024, 3, 15, 12), 1])  # noqa: DTZ001  cells have no zone
    made.save(tmp_path / "a.xlsx")
    (table,) = workbook.tables_of(tmp_path / "a.xlsx", [])
    assert table.days_late == days
    assert [cells[0] for _, cells in table.rows()] == ["2024-03-15T12:00:00"]
