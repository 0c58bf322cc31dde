from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.databases import phones, sqlite, tables
from schedulerx.documents.databases.sqlite import opened
from tests.documents.databases import made


def lines(path: Path) -> list[str]:
    with opened(path) as database:
        return list(tables.lines(database, []))


def test_rows_are_text_behind_their_tables_columns_and_row_ids(tmp_path: Path) -> None:
    path = made.database(
        tmp_path, "CREATE TABLE t (a, b); INSERT INTO t VALUES (1.0, 'x'), (X'00', 'y');"
    )
    assert lines(path) == ["[t]\nrow id\ta\tb\n1\t1\tx\n", "2\t\ty\n"]


def test_views_and_search_indexes_are_never_run(tmp_path: Path) -> None:
    path = made.database(
        tmp_path,
        "CREATE TABLE t (a); INSERT INTO t VALUES ('seen');"
        "CREATE VIEW calls AS SELECT 1 AS number, 2 AS date, 3 AS duration, 4 AS type;"
        "CREATE VIRTUAL TABLE f USING fts4(body); INSERT INTO f VALUES ('indexed');"
        "CREATE TABLE g (a, b AS (upper(a)));",
    )
    with opened(path) as database:
        assert phones.schemas_of(database) == ()
        assert set(database.columns) >= {"t", "g"}
        assert database.columns["g"] == ("a",)
    assert [line for line in lines(path) if "seen" in line]
    assert not [line for line in lines(path) if "indexed" in line]


def test_the_file_is_never_written_and_no_other_is_opened(tmp_path: Path) -> None:
    path = made.database(tmp_path, made.ANDROID_CALLS)
    before = path.read_bytes()
    with opened(path) as database:
        for statement in (
            "DELETE FROM calls",
            f"ATTACH '{tmp_path}/other' AS o",
            "PRAGMA user_version",
        ):
            with pytest.raises(sqlite3.DatabaseError):
                database.connection.execute(statement)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_query_ends_with_its_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_MAX_CALLS", 1)
    monkeypatch.setattr(sqlite, "_STEPS_PER_CALL", 500)
    path = made.database(tmp_path, "CREATE TABLE t (a);")
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("INSERT INTO t VALUES (?)", ((n,) for n in range(10_000)))
        connection.commit()
    with (
        opened(path) as database,
        pytest.raises(DamagedDocument, match="Table t cannot be read further"),
    ):
        list(database.rows("t", ("a",)))


def test_what_the_log_beside_it_adds_is_read_and_the_log_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(made.ANDROID_CALLS)
        copy = tmp_path / "copy"
        copy.mkdir()
        for name in ("live.db", "live.db-wal"):
            (copy / name).write_bytes((tmp_path / name).read_bytes())
    log = (copy / "live.db-wal").read_bytes()
    assert len(lines(copy / "live.db")) == 3
    assert (copy / "live.db-wal").read_bytes() == log
    (copy / "live.db-wal").unlink()
    assert lines(copy / "live.db") == []


def test_tables_without_row_ids_are_numbered_from_one(tmp_path: Path) -> None:
    path = made.database(
        tmp_path,
        "CREATE TABLE t (k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
        "INSERT INTO t VALUES ('a', 1), ('b', 2);",
    )
    assert lines(path) == ["[t]\nrow id\tk\tv\n1\ta\t1\n", "2\tb\t2\n"]


@pytest.mark.parametrize("seed", range(12))
def test_damaged_databases_are_read_as_far_as_they_go(tmp_path: Path, seed: int) -> None:
    path = made.database(tmp_path, made.ANDROID_SMS + made.ANDROID_CONTACTS)
    data = bytearray(path.read_bytes())
    chance = random.Random(seed)
    for _ in range(200):
        data[chance.randrange(100, len(data))] = chance.randrange(256)
    path.write_bytes(data)
    try:
        with opened(path) as database:
            list(tables.lines(database, []))
            for read in phones.schemas_of(database):
                list(read(database))
    except DamagedDocument as error:
        assert "database" in str(error) or "Table" in str(error)  # noqa: PT017  (either end is right)
