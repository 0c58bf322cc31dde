"""`schedulerx export KIND`: the documented way out."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, TextIO

import msgspec

from schedulerx.compose.results import folder_results, stack_results
from schedulerx.errors import ArtifactNotFound, ConfigurationError
from schedulerx.model.ports import ArtifactStore
from schedulerx.settings import environment
from schedulerx.stores.postgres.export import FIELDS

# Where the text of a record lies when it is too long for its row.
TEXT_KEY = "_text_key"
# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "export",
        help="write results as NDJSON or CSV",
        description="Writes what the runs found: a line an item, under the public field names.",
    )
    parser.add_argument("kind", choices=tuple(FIELDS))
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("--artifact_dir", type=Path, help="results folder of folder runs")
    origin.add_argument(
        "--stack", help="name of a deployed stack whose database can be reached from here"
    )
    parser.add_argument("--format", choices=("ndjson", "csv"), default="ndjson")
    parser.add_argument("--output", type=Path, help="file to write (default: standard output)")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """The subcommand."""
    with ExitStack() as stack:
        results = (
            stack_results(arguments.stack, environment())
            if arguments.stack
            else folder_results(arguments.artifact_dir, environment())
        )
        artifacts, evidence = stack.enter_context(results)
        # Closed before the database is: a reader such as `head` may leave early.
        exported = stack.enter_context(closing(evidence.export(arguments.kind)))
        rows = _rows(arguments.kind, exported, artifacts)
        write = _write_csv if arguments.format == "csv" else _write_ndjson
        if arguments.output is None:
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a text stream, unless replaced
            write(arguments.kind, rows, sys.stdout)
        else:
            partial = arguments.output.with_name(f"{arguments.output.name}.partial")
            with partial.open("w", encoding="utf-8", newline="") as out:
                write(arguments.kind, rows, out)
            partial.replace(arguments.output)
    return 0


def _rows(kind: str, rows: Iterable[Row], artifacts: ArtifactStore) -> Iterator[Row]:
    for row in rows:
        key = row.pop(TEXT_KEY, None)
        if key is not None:
            row["text"] = _text(artifacts, key, row["path"])
        yield {name: row[name] for name in FIELDS[kind]}


def _text(artifacts: ArtifactStore, key: str, path: str) -> str:
    try:
        return artifacts.get(key).decode()
    except ArtifactNotFound as error:
        raise ConfigurationError(
            f"{error}: the text of {path} was removed. Run again with --overwrite_existing"
        ) from error


def _write_ndjson(_kind: str, rows: Iterable[Row], out: TextIO) -> None:
    encode = msgspec.json.Encoder().encode
    out.writelines(encode(row).decode() + "\n" for row in rows)


def _write_csv(kind: str, rows: Iterable[Row], out: TextIO) -> None:
    writer = csv.DictWriter(out, FIELDS[kind])
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: object) -> object:
    """A value as one cell: lists as JSON, text that a spreadsheet would run as quoted text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"'{text}" if text.startswith(_FORMULA) else text
