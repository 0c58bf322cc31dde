"""The timeline as one HTML file: the events as data inside it, filtered by a script of its own.

It loads nothing and sends nothing. Events are written as they come; what many of them share
(paths, persons, devices, places) stands in tables at the end.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable
from typing import Any, TextIO
from uuid import UUID

import msgspec

from schedulerx.report import words
from schedulerx.report.exports.people import People
from schedulerx.report.exports.rows import (
    Actor,
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
from schedulerx.report.render import asset, kind_label, policy

MAX_SUMMARY = 2_000  # characters; the whole text is in the file the event leads to
_SCRIPTS = (
    "timeline_data.js",
    "timeline_filter.js",
    "timeline_view.js",
    "timeline_bars.js",
    "timeline_save.js",
    "timeline.js",
)


class _Table:
    """Texts that repeat: each is written once, and events name it by its number."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:
        """The value's number."""
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[Any]:
        """All values, in the order of their numbers."""
        return list(self._numbers)


class _Tables:
    """What events share."""

    def __init__(self, links: Links, people: People) -> None:
        self.links, self.people = links, people
        self.kinds, self.persons, self.devices = _Table(), _Table(), _Table()
        self.places, self.extractors = _Table(), _Table()
        self.files: dict[tuple[str, str], int] = {}
        self.file_rows: list[tuple[str, str | None, str | None, str]] = []

    def file(self, row: Row) -> int:
        """The number of the event's file: its path, where it lies, its picture, its SHA-256."""
        sha256 = str((row["provenance"] or {}).get("sha256") or "")
        key = (row["path"], sha256)
        if key not in self.files:
            self.files[key] = len(self.file_rows)
            leads = self.links.source(row), self.links.thumbnail(row)
            self.file_rows.append((_plain(row["path"]), *leads, sha256))
        return self.files[key]

    def actor(self, actor: Actor) -> int:
        """The number of what an event calls somebody, together with who that is."""
        return self.persons.number((_plain(actor_name(actor)), _plain(self.people.label(actor))))

    def device(self, device: dict[str, Any]) -> int | None:
        """The number of a device that is called anything."""
        name = device_name(device)
        return self.devices.number(_plain(name)) if name else None


def write_timeline(rows: Rows, out: TextIO, links: Links, people: People | None = None) -> None:
    """The page, in the order of the rows. `people` tell who is behind numbers and addresses."""
    style, script = asset("page.css") + asset("timeline.css"), "".join(map(asset, _SCRIPTS))
    head = asset("timeline.html")
    allowed = policy(style, script).replace("img-src data:", "img-src data: file: 'self'")
    out.write(
        head.replace("{{ policy }}", html.escape(allowed))
        .replace("{{ style }}", style)
        .partition("{{ events }}")[0]
    )
    tables = _Tables(links, people or People())
    separator = ""
    for row in rows:
        out.write(separator + _inside(_event(row, tables)))
        separator = ",\n"
    rest = head.partition("{{ events }}")[2]
    out.write(
        rest.replace("{{ tables }}", _inside(_shared(tables))).replace("{{ script }}", script)
    )


def _event(row: Row, tables: _Tables) -> list[Any]:
    """An event as the script reads it; the order is that of `at` in timeline_data.js."""
    told, where = row["provenance"] or {}, row["location"] or {}
    begins, others = sides(row["actors"])
    event: list[Any] = [
        _exactly(row) or 0,
        row["end"] or 0,
        tables.kinds.number(kind_label(row["kind"])),
        _plain((row["summary"] or "")[:MAX_SUMMARY]),
        tables.file(row),
        _plain(place(told)) or 0,
        _numbers(map(tables.actor, begins)),
        _numbers(map(tables.actor, others)),
        _numbers(map(tables.device, row["devices"])),
        tables.places.number(_plain(_where(where))) if where else -1,
        money(row["amount"]) or 0,
        _plain(row["doubt"] or "") or 0,
        [_plain(telling(other)) for other in row["also"]] or 0,
        tables.extractors.number(str(told.get("extractor") or "")),
        base64.b64encode(UUID(row["event_id"]).bytes).decode().rstrip("="),
    ]
    return event


def _exactly(row: Row) -> str | None:
    """The start; of a time that is known to the minute without the seconds that nobody told."""
    start: str | None = row["start"]
    if start is None or row.get("precision") != "minute" or start[16:19] != ":00":
        return start
    return start[:16] + start[19:]


def _numbers(found: Iterable[int | None]) -> list[int] | int:
    return [number for number in dict.fromkeys(found) if number is not None] or 0


def _where(where: dict[str, Any]) -> str:
    degrees = (where.get("latitude"), where.get("longitude"))
    numbers = "" if None in degrees else f"{degrees[0]:.5f}, {degrees[1]:.5f}"
    return " · ".join(filter(None, (where.get("text"), numbers)))


def _shared(tables: _Tables) -> dict[str, Any]:
    return {
        "kinds": tables.kinds.values(),
        "persons": [text for text, _ in tables.persons.values()],
        "people": [label or 0 for _, label in tables.persons.values()],
        "devices": tables.devices.values(),
        "places": tables.places.values(),
        "extractors": tables.extractors.values(),
        "files": tables.file_rows,
    }


def _plain(text: str) -> str:
    """The text in one line, without the characters that hide or turn others."""
    return text if text.isprintable() else words.plain(" ".join(text.split()))


def _inside(value: Any) -> str:
    """JSON that cannot end the element it stands in, whatever the texts hold."""
    text = msgspec.json.encode(value).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
