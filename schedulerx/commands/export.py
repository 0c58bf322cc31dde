"""`schedulerx export KIND`: the documented way out."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from schedulerx.commands.exported import rows_of
from schedulerx.commands.origin import add_origin, results_of
from schedulerx.compose.export_links import FolderLinks
from schedulerx.compose.results import Results
from schedulerx.errors import ConfigurationError
from schedulerx.evidence.nobodies import names_somebody
from schedulerx.report.exports.lines import write_csv, write_ndjson
from schedulerx.report.exports.people import People
from schedulerx.report.exports.rows import Links, NoLinks, Row
from schedulerx.stores.postgres.export import FIELDS

WORKBOOK, TIMELINE = "workbook", "timeline"
KINDS = (*FIELDS, WORKBOOK)
FORMATS = ("ndjson", "csv", "xlsx", "parquet", "html")
_TEXT_FORMATS = frozenset({"ndjson", "csv", "html"})
_ENDINGS = {f".{name}": name for name in FORMATS} | {".jsonl": "ndjson", ".htm": "html"}
EPILOG = """Examples:
  schedulerx export timeline --artifact_dir RESULTS --output timeline.html
  schedulerx export workbook --artifact_dir RESULTS --output results.xlsx
  schedulerx export persons --artifact_dir RESULTS --format csv"""
_STANDARD_OUTPUT = Path("-")


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "export",
        help="write results as NDJSON, CSV, XLSX, Parquet, or a page of events",
        description="Writes what the runs found under the public field names; docs/exports.md "
        "describes them. `timeline` are the events in the order of time, `workbook` is everything "
        "in one XLSX file.",
        epilog=EPILOG,
    )
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    add_origin(parser)
    parser.add_argument(
        "--format", choices=FORMATS,
        help="html: a timeline to be filtered in a browser (default: by the ending of --output; "
        "else ndjson, and xlsx for a workbook)",
    )  # fmt: skip
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="file to write; - and the default are standard output",
    )
    parser.add_argument(
        "--raw", action="store_true",
        help="csv: texts as they are, also those that a spreadsheet would run as formulas",
    )  # fmt: skip
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """The subcommand."""
    output = None if arguments.output == _STANDARD_OUTPUT else arguments.output
    form = _format(arguments.kind, arguments.format, output)
    if arguments.raw and form != "csv":
        raise ConfigurationError(f"--raw is about CSV; {form} runs no text. Leave it out")
    with results_of(arguments) as found:
        links = _links(found, arguments, output)
        _Export(arguments.kind, form, found, links, raw=arguments.raw).write(output)
    return 0


def _format(kind: str, asked: str | None, output: Path | None) -> str:
    by_name = _ENDINGS.get(output.suffix.lower()) if output else None
    form = asked or by_name or ("xlsx" if kind == WORKBOOK else "ndjson")
    if kind == WORKBOOK and form != "xlsx":
        raise ConfigurationError(f"a workbook is xlsx, not {form}; leave --format out")
    if form == "html" and kind != TIMELINE:
        raise ConfigurationError(f"html shows the timeline; export timeline instead of {kind}")
    if form not in _TEXT_FORMATS and output is None and sys.stdout.isatty():
        raise ConfigurationError(f"{form} is not for a terminal; name a file with --output")
    return form


def _links(found: Results, arguments: argparse.Namespace, output: Path | None) -> Links:
    """Files on this machine can be led to from a file on this machine."""
    if output is None or arguments.stack:
        return NoLinks()
    return FolderLinks(found[0], output.parent)


@dataclass(frozen=True)
class _Export:
    """What is written, from what."""

    kind: str
    form: str
    results: Results
    links: Links
    raw: bool

    def write(self, output: Path | None) -> None:
        """To the file, whole or not at all; without one to standard output."""
        if self.form in _TEXT_FORMATS and output is None:
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a text stream, unless replaced
            self._write_text(sys.stdout)
        elif output is None:
            with tempfile.TemporaryDirectory(prefix="schedulerx-export-") as folder:
                whole = Path(folder) / f"export.{self.form}"
                self._write_file(whole)
                with whole.open("rb") as file:
                    shutil.copyfileobj(file, sys.stdout.buffer)
        else:
            with _whole(output) as partial:
                self._write_file(partial)

    def _write_file(self, path: Path) -> None:
        if self.form in _TEXT_FORMATS:
            with path.open("w", encoding="utf-8", newline="") as out:
                self._write_text(out)
        elif self.form == "parquet":
            from schedulerx.report.exports.parquet import write_parquet  # noqa: PLC0415  (rarely)

            with rows_of(self.results, self.kind) as rows:
                write_parquet(path, FIELDS[self.kind], rows)
        else:
            self._write_sheets(path)

    def _write_text(self, out: TextIO) -> None:
        with rows_of(self.results, self.kind) as rows:
            if self.form == "csv":
                fields = FIELDS[self.kind]
                write_csv(fields, (_public(self.kind, row) for row in rows), out, raw=self.raw)
            elif self.form == "html":
                from schedulerx.report.exports.timeline_page import write_timeline  # noqa: PLC0415  (jinja2)

                with rows_of(self.results, "persons") as persons:
                    write_timeline(rows, out, self.links, People(persons, names_somebody))
            else:
                write_ndjson((_public(self.kind, row) for row in rows), out)

    def _write_sheets(self, path: Path) -> None:
        from schedulerx.report.exports import workbook  # noqa: PLC0415  (xlsxwriter)

        if self.kind != WORKBOOK:
            with rows_of(self.results, self.kind) as rows:
                name = self.kind.replace("_", " ").capitalize()
                workbook.write_table(path, name, FIELDS[self.kind], rows, self.links)
            return
        with ExitStack() as stack:
            workbook.write_workbook(
                path,
                FIELDS,
                lambda kind: stack.enter_context(rows_of(self.results, kind)),
                self.links,
                is_telling=names_somebody,
            )


def _public(kind: str, row: Row) -> Row:
    return {name: row[name] for name in FIELDS[kind]}


@contextmanager
def _whole(output: Path) -> Iterator[Path]:
    """A file beside, which takes the name only when it is whole."""
    partial = output.with_name(f".{output.name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
