"""The consolidated workbook: the timeline, a sheet for each kind of event, the files, the people.

An event's row leads to its file's row, and from there, and from its place, to the file itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xlsxwriter.workbook import Workbook

from schedulerx.report.exports.about import About
from schedulerx.report.exports.moments import cells, with_times
from schedulerx.report.exports.people import People, Telling
from schedulerx.report.exports.rows import (
    Links,
    Row,
    Rows,
    actor_name,
    device_name,
    money,
    place,
    sides,
    telling,
)
from schedulerx.report.exports.sheets import MAX_ROWS, Sheet, Styles, styles
from schedulerx.report.render import kind_label

# Never the present: equal results are equal files. XLSX knows no earlier year than 1980.
_MADE = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
TIMELINE = (
    "start", "start_utc", "start_local", "kind", "summary", "from", "to", "persons", "devices",
    "where", "amount", "path", "place", "also", "doubt", "end", "end_utc", "end_local",
    "precision", "zone", "sha256", "extractor", "event_id", "object_id",
)  # fmt: skip
# Which rows events lead to: of more files than this, the first. A cap on memory, about 40 MB.
_MAX_PLACES = 250_000
OTHERS = {"persons": "Persons", "devices": "Devices", "person_devices": "Persons and devices"}

Tables = Callable[[str], Rows]


def write_table(path: Path, name: str, fields: Sequence[str], rows: Rows, links: Links) -> None:
    """One kind as a workbook of its own."""
    with _opened(path) as (workbook, looks):
        _files(Sheet(workbook, name, tuple(with_times(fields)), looks), rows, links)


def write_workbook(
    path: Path,
    fields: Mapping[str, Sequence[str]],
    tables: Tables,
    links: Links,
    max_rows: int = MAX_ROWS,
    is_telling: Telling = lambda _name: True,
) -> None:
    """Everything. `tables` gives the rows of a kind, in its order; `is_telling` says of a name
    whether it tells who that is.
    """
    with _opened(path) as (workbook, looks):
        about = About(workbook, looks)
        timeline = Sheet(workbook, "Timeline", TIMELINE, looks, max_rows)
        # Made first, so that it is the first one; a file's row must be known to lead there.
        listed = tuple(with_times(fields["records"]))
        files = Sheet(workbook, "Files", listed, looks, max_rows)
        at = _files(files, tables("records"), links)
        people = People(tables("persons"), is_telling)
        kinds = _Kinds(workbook, looks, max_rows)
        _events(timeline, kinds, tables("timeline"), at, links, people)
        others = [
            Sheet(workbook, name, fields[kind], looks, max_rows) for kind, name in OTHERS.items()
        ]
        for kind, sheet in zip(OTHERS, others, strict=True):
            for row in tables(kind):
                sheet.add(row)
            sheet.close()
        about.write((timeline, files, *kinds.sheets, *others))


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Workbook, Styles]]:
    workbook = Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "max_url_length": 2079,
        },
    )
    workbook.use_zip64()
    workbook.set_properties({"title": "SchedulerX: results", "created": _MADE})
    yield workbook, styles(workbook)
    workbook.close()


def _files(sheet: Sheet, rows: Rows, links: Links) -> dict[bytes, str]:
    """Writes the files; returns where each one's row stands, by object id."""
    at: dict[bytes, str] = {}
    for row in rows:
        url = links.source(row)
        standing = sheet.add({**row, **cells(row)}, {"path": f"external:{url}" if url else None})
        if len(at) < _MAX_PLACES and "object_id" in row:
            at[bytes.fromhex(row["object_id"])] = standing
    sheet.close()
    return at


class _Kinds:
    """A sheet for each kind of event, made when its first one comes."""

    def __init__(self, workbook: Workbook, looks: Styles, max_rows: int) -> None:
        self._workbook, self._looks, self._max_rows = workbook, looks, max_rows
        self._by_kind: dict[str, Sheet] = {}

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Those that are there."""
        return tuple(self._by_kind.values())

    def of(self, kind: str) -> Sheet:
        """The kind's own."""
        if kind not in self._by_kind:
            name = kind_label(kind)
            self._by_kind[kind] = Sheet(self._workbook, name, TIMELINE, self._looks, self._max_rows)
        return self._by_kind[kind]


def _events(
    timeline: Sheet,
    kinds: _Kinds,
    rows: Rows,
    at: Mapping[bytes, str],
    links: Links,
    people: People,
) -> None:
    for row in rows:
        shown, leads = _shown(row, people), _leads(row, at, links)
        timeline.add(shown, leads)
        kinds.of(row["kind"]).add(shown, leads)
    for sheet in (timeline, *kinds.sheets):
        sheet.close()


def _shown(row: Row, people: People) -> Row:
    told, where = row["provenance"] or {}, row["location"] or {}
    begins, others = sides(row["actors"])
    return {
        **row,
        **cells(row),
        "persons": "; ".join(dict.fromkeys(filter(None, map(people.label, row["actors"])))) or None,
        "from": _listed(begins, actor_name),
        "to": _listed(others, actor_name),
        "devices": _listed(row["devices"], device_name),
        "where": _where(where),
        "amount": money(row["amount"]),
        "place": place(told) or "whole file",
        "also": "; ".join(map(telling, row["also"])) or None,
        "sha256": told.get("sha256"),
        "extractor": told.get("extractor"),
    }


def _listed(
    items: Sequence[Mapping[str, Any]], name: Callable[[Mapping[str, Any]], str]
) -> str | None:
    return ", ".join(dict.fromkeys(filter(None, map(name, items)))) or None


def _where(location: Mapping[str, Any]) -> str | None:
    degrees = (location.get("latitude"), location.get("longitude"))
    numbers = "" if None in degrees else f"{degrees[0]:.6f}, {degrees[1]:.6f}"
    return " ".join(filter(None, (location.get("text"), numbers))) or None


def _leads(row: Row, at: Mapping[bytes, str], links: Links) -> dict[str, str | None]:
    """Where an event's path and place lead: to its file's row, and into its file."""
    url, told = links.source(row), row["provenance"] or {}
    standing = at.get(bytes.fromhex(row["object_id"]))
    inside = ""
    if url and told.get("sheet") and told.get("row") and "!/" not in row["path"]:
        inside = f"#'{told['sheet']}'!A{told['row']}"
    return {
        "path": f"internal:{standing}" if standing else None,
        "place": f"external:{url}{inside}" if url else None,
    }
