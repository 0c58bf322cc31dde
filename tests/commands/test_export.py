"""What is exported opens safely in a spreadsheet and reads back in a script."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from schedulerx.commands.export import _format, _public, _whole
from schedulerx.commands.exported import TEXT_KEY, _told
from schedulerx.errors import ConfigurationError
from schedulerx.report.exports.lines import write_csv, write_ndjson
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.postgres.export import FIELDS


def row(**known: Any) -> dict[str, Any]:
    return {**dict.fromkeys(FIELDS["records"]), **known}


def as_csv(*rows: dict[str, Any]) -> list[dict[str, str]]:
    out = io.StringIO(newline="")
    write_csv(FIELDS["records"], rows, out)
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))


@pytest.mark.parametrize(
    "hostile", ['=HYPERLINK("x")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1"]
)
def test_a_text_a_spreadsheet_would_run_is_quoted(hostile: str) -> None:
    assert as_csv(row(text=hostile))[0]["text"] == f"'{hostile}"


def test_numbers_stay_numbers_and_lists_are_json() -> None:
    written = as_csv(row(bytes=-5, gps=[48.1, -11.5], has_text_layer=False))[0]
    assert (written["bytes"], written["has_text_layer"]) == ("-5", "False")
    assert json.loads(written["gps"]) == [48.1, -11.5]


def test_what_is_not_known_is_empty_in_csv_and_null_in_ndjson() -> None:
    out = io.StringIO()
    write_ndjson([row(path="a")], out)
    assert as_csv(row(path="a"))[0]["text"] == ""
    assert json.loads(out.getvalue())["text"] is None


def test_names_with_newlines_and_quotes_survive_both_formats() -> None:
    path = 'line\nbreak, "quoted" é 😀'
    out = io.StringIO()
    write_ndjson([row(path=path)], out)
    assert as_csv(row(path=path))[0]["path"] == path
    assert json.loads(out.getvalue())["path"] == path
    assert out.getvalue().count("\n") == 1


def test_long_text_is_fetched_from_its_artifact(tmp_path: Path) -> None:
    artifacts = FolderArtifacts(tmp_path)
    artifacts.put("text/long.txt", "über".encode())
    [told] = _told([row(**{TEXT_KEY: "text/long.txt"})], artifacts)
    found = _public("records", told)
    assert found["text"] == "über"
    assert tuple(found) == FIELDS["records"]


def test_raw_csv_holds_texts_as_they_are() -> None:
    out = io.StringIO(newline="")
    write_csv(FIELDS["records"], [row(text="=1+1")], out, raw=True)
    [found] = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    assert found["text"] == "=1+1"


@pytest.mark.parametrize(
    ("kind", "asked", "output", "expected"),
    [
        ("records", None, None, "ndjson"),
        ("records", None, "a.CSV", "csv"),
        ("events", None, "a.parquet", "parquet"),
        ("timeline", None, "a.html", "html"),
        ("workbook", None, "a", "xlsx"),
        ("records", "csv", "a.xlsx", "csv"),
    ],
)
def test_the_format_is_asked_for_or_told_by_the_name(
    kind: str, asked: str | None, output: str | None, expected: str
) -> None:
    assert _format(kind, asked, Path(output) if output else None) == expected


@pytest.mark.parametrize(("kind", "asked"), [("workbook", "csv"), ("records", "html")])
def test_a_format_that_does_not_fit_is_refused_with_the_one_that_does(
    kind: str, asked: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"xlsx|timeline"):
        _format(kind, asked, Path("a"))


def test_what_is_cut_off_leaves_the_older_file(tmp_path: Path) -> None:
    output = tmp_path / "a.csv"
    output.write_text("older")

    def write_half() -> None:
        with _whole(output) as partial:
            partial.write_text("half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        write_half()
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert output.read_text() == "older"
