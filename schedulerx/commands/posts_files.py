"""Posts in bulk: import from CSV or JSON, export the ledger."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from schedulerx.commands.accounts_opening import opened
from schedulerx.commands.console import printable
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.posts.bulk import ReadRows, Row, RowProblem, post_id_of, read_rows
from schedulerx.posts.scheduling import Checked
from schedulerx.stores.postgres.post_reads import Listed

_Actions = argparse._SubParsersAction  # noqa: SLF001  (argparse has no public name for it)
_EXPORTED = ("post_id", "account", "state", "due_at", "posted_at", "url", "attempts", "error",
             "text", "link")  # fmt: skip
_MOST = 1_000_000


def add_to(actions: _Actions[argparse.ArgumentParser]) -> None:
    """Declares the actions."""
    read = actions.add_parser("import", help="schedule posts from a CSV, JSON or NDJSON file")
    read.add_argument("file", type=Path, metavar="FILE")
    read.add_argument(
        "--dry_run", action="store_true", help="tell every problem by its row, store nothing"
    )
    read.set_defaults(func=run_import)
    write = actions.add_parser("export", help="write the ledger as CSV or NDJSON")
    write.add_argument("--format", choices=("csv", "ndjson"), default="csv")
    write.set_defaults(func=run_export)


def run_import(arguments: argparse.Namespace) -> int:
    """Schedules a file's posts: all, or none where one has a problem."""
    rows = _rows(arguments.file)
    with opened(arguments) as house:
        checked = [(row, house.desk.check(row.writing, post_id_of(row))) for row in rows.good]
        problems = [*rows.problems, *_problems(checked)]
        for problem in sorted(problems, key=lambda each: each.line):
            sys.stderr.write(f"row {problem.line}: {printable(problem.message)}\n")
        if problems:
            bad = len({each.line for each in problems})
            sys.stderr.write(f"{bad} rows have problems; nothing was stored\n")
            return ExitCode.USAGE
        if not arguments.dry_run:
            for _, each in checked:
                house.desk.schedule(each)
    done = "no problem found; nothing was stored" if arguments.dry_run else "scheduled"
    sys.stdout.write(f"{len(checked)} posts: {done}\n")
    return ExitCode.BALANCED


def _rows(path: Path) -> ReadRows:
    try:
        return read_rows(path.read_bytes(), path.suffix.lower(), path.parent)
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def _problems(checked: list[tuple[Row, Checked]]) -> Iterator[RowProblem]:
    for row, each in checked:
        for problem in each.problems:
            yield RowProblem(line=row.line, message=problem.message)


def run_export(arguments: argparse.Namespace) -> int:
    """Writes a row for each post on each account."""
    with opened(arguments) as house:
        rows = [row for each in house.posts.listed(None, _MOST) for row in _lines(each)]
    if arguments.format == "ndjson":
        sys.stdout.buffer.write(msgspec.json.Encoder().encode_lines(rows))
        return ExitCode.BALANCED
    writer = csv.DictWriter(sys.stdout, _EXPORTED)
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return ExitCode.BALANCED


def _lines(each: Listed) -> Iterator[dict[str, object]]:
    for name, target in each.targets:
        yield {
            "post_id": str(each.post.post_id),
            "account": name,
            "state": target.state.value,
            "due_at": each.post.due_at.isoformat(),
            "posted_at": target.posted_at.isoformat() if target.posted_at else None,
            "url": target.url,
            "attempts": target.attempt,
            "error": target.error,
            "text": each.post.content.text,
            "link": each.post.content.link,
        }


def _plain(value: object) -> object:
    """No text that a spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
