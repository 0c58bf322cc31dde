"""`schedulerx find WORDS`: the persons, devices, files and events that bear them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from schedulerx.commands.arguments import count
from schedulerx.commands.console import printable
from schedulerx.commands.exported import rows_of
from schedulerx.commands.origin import add_origin, results_of
from schedulerx.errors import ConfigurationError
from schedulerx.evidence.finding import Words, words_of
from schedulerx.model.event import Provenance
from schedulerx.report.exports.rows import Row

EPILOG = """Examples:
  schedulerx find nell --artifact_dir RESULTS
  schedulerx find "+1 202 555 0117" --artifact_dir RESULTS
`schedulerx explain person ID` tells why somebody is one person, `schedulerx
explain event ID` leads to the file and the place in it."""


@dataclass(frozen=True)
class _Kind:
    """Where one kind of things is looked for."""

    exported: str
    title: str
    fields: tuple[str, ...]


_KINDS = (
    _Kind("persons", "Persons", ("person_id", "names", "phones", "emails", "handles")),
    _Kind("devices", "Devices", ("device_id", "label", "imei", "imsi", "serial", "mac",
                                 "phone_numbers")),
    _Kind("records", "Files", ("path", "text")),
    _Kind("timeline", "Events", ("event_id", "summary", "actors", "devices")),
)  # fmt: skip


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "find",
        help="find persons, devices, files and events by a name, a number or words",
        description="Lists what bears all the words, also in the text of documents and scans. "
        "Case, accents and the way a number is written do not count.",
        epilog=EPILOG,
    )
    parser.add_argument("words", nargs="+", metavar="WORD", help="a name, a number, any text")
    add_origin(parser)
    parser.add_argument(
        "--limit", type=count, default=20, metavar="N", help="of each kind; default: %(default)s"
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """The subcommand.

    Raises:
        ConfigurationError: no word was given.
    """
    if not any(word.strip() for word in arguments.words):
        raise ConfigurationError("the words to find are empty")
    words, found = Words(arguments.words), False
    with results_of(arguments) as results:
        for kind in _KINDS:
            with rows_of(results, kind.exported) as rows:
                bearing = (row for row in rows if words.occur_in(words_of(row, kind.fields)))
                lines = (_line(kind, row, words) for row in bearing)
                found |= _tell(kind.title, lines, arguments.limit)
    if not found:
        sys.stdout.write("nothing bears these words\n")
    return 0


def _tell(title: str, lines: Iterator[str], limit: int) -> bool:
    """The first lines under a title, and how many there are more."""
    shown = list(islice(lines, limit))
    more = sum(1 for _ in lines) if len(shown) == limit else 0
    if shown:
        sys.stdout.write(f"{title} ({len(shown) + more:,})\n")
        sys.stdout.writelines(f"  {printable(line)}\n" for line in shown)
    if more:
        sys.stdout.write(f"  … and {more:,} more; --limit shows them\n")
    return bool(shown)


def _line(kind: _Kind, row: Row, words: Words) -> str:
    if kind.exported == "records":
        text = row["text"] or ""
        return f"{row['path']}: {words.excerpt(text)}" if words.occur_in(text) else str(row["path"])
    if kind.exported == "timeline":
        return _of_event(row)
    return f"{row[kind.fields[0]]}  {', '.join(_values(row[name] for name in kind.fields[1:]))}"


def _values(cells: Iterable[Any]) -> Iterator[str]:
    for cell in cells:
        yield from [cell] if isinstance(cell, str) else (str(each) for each in cell or ())


def _of_event(row: Row) -> str:
    place = msgspec.convert(row["provenance"], Provenance).place()
    where = row["path"] + (f", {place}" if place else "")
    said = " ".join(row["summary"].split())
    return f"{row['event_id']}  {row['start'] or 'no date'}  {said}  ({where})"
