"""What is exported opens safely in a spreadsheet and reads back in a script."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from schedulerx.commands.export import TEXT_KEY, _rows, _write_csv, _write_ndjson
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.postgres.export import FIELDS


def row(**known: Any) -> dict[str, Any]:
    return {**dict.fromkeys(FIELDS["records"]), **known}


def as_csv(*rows: dict[str, Any]) -> list[dict[str, str]]:
    out = io.StringIO(newline="")
    _write_csv("records", rows, out)
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))


@pytest.mark.parametrize("hostile", ['=HYPERLINK("x")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_a_spreadsheet_would_run_is_quoted(hostile: str) -> None:
    assert as_csv(row(text=hostile))[0]["text"] == f"'{hostile}"


def test_numbers_stay_numbers_and_lists_are_json() -> None:
    written = as_csv(row(bytes=-5, gps=[48.1, -11.5], has_text_layer=False))[0]
    assert (written["bytes"], written["has_text_layer"]) == ("-5", "False")
    assert json.loads(written["gps"]) == [48.1, -11.5]


def test_what_is_not_known_is_empty_in_csv_and_null_in_ndjson() -> None:
    out = io.StringIO()
    _write_ndjson("records", [row(path="a")], out)
    assert as_csv(row(path="a"))[0]["text"] == ""
    assert json.loads(out.getvalue())["text"] is None


def test_names_with_newlines_and_quotes_survive_both_formats() -> None:
    path = 'line\nbreak, "quoted" é 😀'
    out = io.StringIO()
    _write_ndjson("records", [row(path=path)], out)
    assert as_csv(row(path=path))[0]["path"] == path
    assert json.loads(out.getvalue())["path"] == path
    assert out.getvalue().count("\n") == 1


def test_long_text_is_fetched_from_its_artifact(tmp_path: Path) -> None:
    artifacts = FolderArtifacts(tmp_path)
    artifacts.put("text/long.txt", "über".encode())
    [found] = _rows("records", [row(**{TEXT_KEY: "text/long.txt"})], artifacts)
    assert found["text"] == "über"
    assert tuple(found) == FIELDS["records"]
