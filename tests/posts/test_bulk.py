"""Files of posts, as people and spreadsheets write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.posts.bulk import ReadRows, read_rows

ROW = "coast,Low tide,2031-01-02 10:00"


def read(text: str | bytes, suffix: str = ".csv") -> ReadRows:
    return read_rows(text if isinstance(text, bytes) else text.encode(), suffix, Path("plans"))


def problems(text: str, suffix: str = ".csv") -> list[str]:
    return [f"{each.line}: {each.message}" for each in read(text, suffix).problems]


@pytest.mark.parametrize(
    "data",
    [
        f"accounts,text,at\n{ROW}\n".encode(),
        f"\ufeffAccounts , TEXT,At,\r\n{ROW},\r\n,,,\r\n".encode(),
        f"accounts,text,at\n{ROW}".replace(",", ";").encode(),
        f"accounts,text,at\n{ROW}".replace(",", "\t").encode("utf-16"),
    ],
)
def test_a_table_is_read_however_a_spreadsheet_wrote_it(data: bytes) -> None:
    (row,) = read(data).good
    writing = row.writing
    assert (row.line, writing.accounts, writing.text) == (2, ("coast",), "Low tide")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("accounts,text,at\ncoast,Grüße,now".encode("cp1252"), "row 2 is not in UTF-8; save it as"),
        (b"PK\x03\x04", "is a workbook; save it as"),
        (b"accounts,text,att\n", "no column 'att'; did you mean at"),
        (b"accounts,text,text,at\n", "the column 'text' twice"),
        (b"", "no header"),
    ],
)
def test_what_concerns_the_whole_file_is_told_once(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data)


def test_a_row_without_a_time_never_means_now() -> None:
    words = 'it says no time: write one at "at", or now'
    assert problems("accounts,text,at\ncoast,x,\ncoast,y,now\n") == [f"2: {words}"]
    assert problems('[{"accounts": ["coast"], "text": "x"}]', ".json") == [f"1: {words}"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('{"accounts": "coast", "at": "now"}', "write a list, not a text at `accounts`"),
        ('{"accounts": ["coast"], "at": 5}', "write a text, not a number at `at`"),
        ('{"at": "now", "options": {"a": 1}}', "write a text, not a number at `options[...]`"),
        (
            '{"at": "now", "overrides": {"x": "a"}}',
            "write an object, not a text at `overrides[...]`",
        ),
        ('{"at": "now", "text": null, "colour": 1}', "unknown field `colour`"),
        ("5", "it is no object with fields"),
    ],
)
def test_what_has_another_type_is_told_in_words(row: str, told: str) -> None:
    assert problems(f"[{row}]", ".json") == [f"1: {told}"]


def test_one_object_over_several_lines_is_one_post() -> None:
    (row,) = read('{\n "accounts": ["coast"],\n "at": "now"\n}\n', ".json").good
    assert row.writing.accounts == ("coast",)
