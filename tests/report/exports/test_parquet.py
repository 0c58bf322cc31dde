"""Parquet: each column has a type of its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from arro3.io import read_parquet

from schedulerx.report.exports.parquet import write_parquet
from schedulerx.stores.postgres.export import FIELDS
from tests.report.exports.test_timeline_page import event


def columns(path: Path, fields: tuple[str, ...], *rows: dict[str, Any]) -> dict[str, list[Any]]:
    file = path / "a.parquet"
    write_parquet(file, fields, [{**dict.fromkeys(fields), **row} for row in rows])
    table = read_parquet(str(file)).read_all()
    return {name: list(table.column(name).to_pylist()) for name in table.column_names}


def test_events_have_lists_structs_and_times(tmp_path: Path) -> None:
    found = columns(tmp_path, FIELDS["events"], event())
    assert found["actors"][0][0]["name"] == "Anna"
    assert found["provenance"][0]["row"] == 7
    assert found["start"] == ["2024-03-01T10:00:00+01:00"]
    assert found["start_utc"][0] == dt.datetime(2024, 3, 1, 9, tzinfo=dt.UTC)
    assert found["start_local"][0] == dt.datetime(2024, 3, 1, 10)  # noqa: DTZ001  (a wall clock)
    assert found["end_utc"] == [None]


def test_records_have_numbers_truths_and_what_is_open_as_json(tmp_path: Path) -> None:
    row = {"bytes": 2**40, "has_text_layer": False, "gps": [1.5, -2], "details": {"iso": 100}}
    found = columns(tmp_path, FIELDS["records"], row, {})
    assert (found["bytes"], found["has_text_layer"]) == ([2**40, None], [False, None])
    assert (found["gps"], found["details"]) == ([[1.5, -2.0], None], ['{"iso":100}', None])


def test_no_rows_are_a_file_with_columns(tmp_path: Path) -> None:
    assert columns(tmp_path, FIELDS["persons"])["names"] == []
