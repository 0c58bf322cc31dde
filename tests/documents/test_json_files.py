from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from schedulerx.documents import json_files
from schedulerx.documents.damage import DamagedDocument


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_longest_list_is_streamed_wherever_it_lies(tmp_path: Path) -> None:
    people = [{"name": f"P{n}", "phones": ["1", n]} for n in range(5)]
    path = write(tmp_path, json.dumps({"few": [{"a": 1}], "in": {"here": people}}))
    assert [place for place, _ in json_files.streamed(path)] == [1, 2, 3, 4, 5]
    table = json_files.table_of(partial(json_files.streamed, path))
    assert table is not None
    assert table.header == ("name", "phones")
    assert list(table.rows())[4] == (5, ("P4", "1 ::: 4"))


@pytest.mark.parametrize("text", ['[{"a": 1}, {"a"', '[{"a": 1}, {"a": 2}} ]'])
def test_cut_files_are_read_up_to_the_cut(tmp_path: Path, text: str) -> None:
    entries = json_files.streamed(write(tmp_path, text))
    assert next(entries) == (1, {"a": 1})
    with pytest.raises(DamagedDocument):
        list(entries)


def test_lines_that_are_no_objects_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, '{"a": 1}\n\nnot json\n[1]\n{"a": {"b": true, "c": "x"}}\n' + "[" * 5000)
    assert [number for number, _ in json_files.objects_by_line(path)] == [1, 5]
    table = json_files.table_of(partial(json_files.objects_by_line, path))
    assert table is not None
    assert (table.header, list(table.rows())) == (("a", "a.c"), [(1, ("1", "")), (5, ("", "x"))])


def test_what_holds_no_list_is_no_table(tmp_path: Path) -> None:
    assert list(json_files.streamed(write(tmp_path, '{"a": 1}'))) == []
