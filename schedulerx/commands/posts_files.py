"""Posts in bulk: import from CSV or JSON, export the ledger."""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from schedulerx.commands.accounts_opening import opened
from schedulerx.commands.console import printable
from schedulerx.compose.posts import PostHouse
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.posts.bulk import ReadRows, Row, RowProblem, post_id_of, read_rows, row_of
from schedulerx.posts.model import MediaItem, State
from schedulerx.posts.outcomes import PlatformError
from schedulerx.posts.scheduling import Checked
from schedulerx.report.words import plural
from schedulerx.stores.postgres.post_reads import Listed

_Actions = argparse._SubParsersAction  # noqa: SLF001  (argparse has no public name for it)
_EXPORTED = ("post_id", "account", "state", "due_at", "posted_at", "url", "attempts", "error",
             "text", "link")  # fmt: skip
_PLAN = "plan.ndjson"


def add_to(actions: _Actions[argparse.ArgumentParser]) -> None:
    """Declares the actions."""
    read = actions.add_parser("import", help="schedule posts from a CSV, JSON or NDJSON file")
    read.add_argument("file", type=Path, metavar="FILE", help="docs/posts.md names its columns")
    read.add_argument(
        "--dry_run", action="store_true", help="tell every problem by its row, store nothing"
    )
    read.set_defaults(func=run_import)
    write = actions.add_parser("export", help="write the ledger as CSV or NDJSON")
    write.add_argument("--format", choices=("csv", "ndjson"), default="csv", help="default: csv")
    write.add_argument(
        "--plan", type=Path, metavar="FOLDER",
        help="write what still waits, with its media, so that `posts import` reads it again",
    )  # fmt: skip
    write.set_defaults(func=run_export)


def run_import(arguments: argparse.Namespace) -> int:
    """Schedules a file's posts: all, or none where one has a problem."""
    rows = _rows(arguments.file)
    with opened(arguments) as house:
        posts = {post_id_of(row): row for row in reversed(rows.good)}
        known = house.posts.known(posts)
        desk = house.desk.for_many()
        checked = [
            (row, desk.check(row.writing, post_id))
            for post_id, row in posts.items()
            if post_id not in known
        ]
        problems = [*rows.problems, *_problems(checked)]
        if problems:
            return _told(problems)
        if not arguments.dry_run:
            desk.schedule_all(each for _, each in checked)
    done = "no problem found; nothing was stored" if arguments.dry_run else "scheduled"
    sys.stdout.write(f"{plural(len(checked), 'post')}: {done}\n")
    if twice := len(rows.good) - len(posts):
        sys.stderr.write(f"{twice} rows say the same as another, and are scheduled once\n")
    if known:
        sys.stderr.write(f"{len(known)} are there already, and stay as they are\n")
    return ExitCode.BALANCED


def _told(problems: list[RowProblem]) -> int:
    for problem in sorted(problems, key=lambda each: each.line):
        sys.stderr.write(f"row {problem.line}: {printable(problem.message)}\n")
    bad = len({each.line for each in problems})
    sys.stderr.write(f"{plural(bad, 'row has', 'rows have')} problems; nothing was stored\n")
    return ExitCode.USAGE


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
        if arguments.plan is not None:
            return _write_plan(house, arguments.plan)
        rows = (row for each in house.posts.every() for row in _lines(each))
        if arguments.format == "ndjson":
            for row in rows:
                sys.stdout.buffer.write(msgspec.json.encode(row) + b"\n")
            return ExitCode.BALANCED
        writer = csv.DictWriter(sys.stdout, _EXPORTED)
        writer.writeheader()
        for row in rows:
            writer.writerow({name: _plain(value) for name, value in row.items()})
    return ExitCode.BALANCED


def _write_plan(house: PostHouse, folder: Path) -> int:
    """Every post that waits as a whole, a line each; their media beside them."""
    count = 0
    (folder / "media").mkdir(parents=True, exist_ok=True)
    with (folder / _PLAN).open("wb") as plan:
        for each in house.posts.every():
            if any(target.state is not State.PENDING for _, target in each.targets):
                continue
            media = [_copied(house, item, folder) for item in each.post.media]
            row = row_of(each.post, [name for name, _ in each.targets], media)
            plan.write(msgspec.json.encode(row) + b"\n")
            count += 1
    sys.stdout.write(f"{count} posts: {folder / _PLAN}\n")
    return ExitCode.BALANCED


def _copied(house: PostHouse, item: MediaItem, folder: Path) -> str:
    """The name of a medium's copy, beside the plan."""
    name = f"media/{item.sha256}{Path(item.key).suffix}"
    if not (folder / name).exists():
        part = folder / f"{name}.part"
        try:
            with house.publisher.media.open(item) as source, part.open("wb") as copy:
                shutil.copyfileobj(source, copy)
        except PlatformError as error:
            raise ConfigurationError(str(error)) from error
        part.replace(folder / name)
    return name


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
