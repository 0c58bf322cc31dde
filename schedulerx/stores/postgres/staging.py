"""Bulk in and bulk out: COPY into temporary tables, differences applied, cursors streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, LiteralString

import msgspec
from psycopg import sql
from psycopg.types.json import set_json_loads

from schedulerx.model.evidence import TableChanges
from schedulerx.stores.postgres.connect import Connection

FETCH = 2000  # rows a round trip of a streamed query
Row = tuple[Any, ...]


def stage(connection: Connection, table: str, columns: Sequence[str]) -> str:
    """Makes an empty temporary table shaped like the columns; it goes with the transaction."""
    name = f"staged_{table}"
    connection.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            sql.Identifier(name), _names(columns), sql.Identifier(table)
        )
    )
    return name


def copy_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Row]
) -> None:
    """Appends the rows by COPY, as they come."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def merge(
    connection: Connection, table: str, columns: Sequence[str], keys: Sequence[str]
) -> tuple[int, int]:
    """Writes the staged rows that are new or differ, in the order of their keys, so that two
    merges of the same rows wait for each other instead of deadlocking. Returns (added, changed).
    """
    values = [column for column in columns if column not in keys]
    statement = sql.SQL(
        "WITH written AS (INSERT INTO {table} AS t ({columns})"
        " SELECT DISTINCT ON ({keys}) {columns} FROM {staged} ORDER BY {keys}"
        " ON CONFLICT ({keys}) DO UPDATE SET {assignments}"
        " WHERE ({old}) IS DISTINCT FROM ({new})"
        " RETURNING (t.xmax = 0) AS added)"
        " SELECT count(*) FILTER (WHERE added), count(*) FILTER (WHERE NOT added) FROM written"
    ).format(
        table=sql.Identifier(table),
        staged=sql.Identifier(f"staged_{table}"),
        columns=_names(columns),
        keys=_names(keys),
        assignments=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in values
        ),
        old=_names(values, "t"),
        new=_names(values, "excluded"),
    )
    added, changed = connection.execute(statement).fetchone() or (0, 0)
    return int(added), int(changed)


def mirror(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    keys: Sequence[str],
    rows: Iterable[Row],
) -> TableChanges:
    """Makes the table hold exactly the rows; only differences are written."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"mirror {table}",))
    staged = stage(connection, table, columns)
    copy_rows(connection, staged, columns, rows)
    return mirror_staged(connection, table, columns, keys)


def mirror_staged(
    connection: Connection, table: str, columns: Sequence[str], keys: Sequence[str]
) -> TableChanges:
    """Makes the table hold exactly what is staged for it; only differences are written."""
    staged = f"staged_{table}"
    analyze(connection, staged)
    removed = connection.execute(
        sql.SQL(
            "DELETE FROM {table} t WHERE NOT EXISTS"
            " (SELECT FROM {staged} s WHERE ({ours}) = ({theirs}))"
        ).format(
            table=sql.Identifier(table),
            staged=sql.Identifier(staged),
            ours=_names(keys, "t"),
            theirs=_names(keys, "s"),
        )
    ).rowcount
    added, changed = merge(connection, table, columns, keys)
    return TableChanges(
        added=added, changed=changed, removed=removed, total=count(connection, table)
    )


def analyze(connection: Connection, table: str) -> None:
    """Lets the planner know a temporary table."""
    connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


_GROWN = """
SELECT relname FROM pg_stat_user_tables
WHERE schemaname = current_schema() AND relname = ANY(%s)
  AND n_mod_since_analyze > 1000 + n_live_tup / 10
"""


def analyze_grown(connection: Connection, tables: Sequence[str]) -> None:
    """Lets the planner know those of these tables that changed much since it looked."""
    for (table,) in connection.execute(_GROWN, (list(tables),)).fetchall():
        analyze(connection, table)


def count(connection: Connection, table: str) -> int:
    """Rows of a table."""
    statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    return int((connection.execute(statement).fetchone() or (0,))[0])


def stream(
    connection: Connection, query: LiteralString, values: Row | dict[str, Any] = ()
) -> Iterator[Row]:
    """The rows of a query through a cursor at the server: memory stays constant."""
    with connection.cursor(name="stream") as cursor:
        cursor.itersize = FETCH
        set_json_loads(msgspec.json.decode, cursor)
        cursor.execute(query, values or None)
        yield from cursor


def _names(columns: Sequence[str], table: str | None = None) -> sql.Composed:
    prefix = (table,) if table else ()
    return sql.SQL(", ").join(sql.Identifier(*prefix, column) for column in columns)
