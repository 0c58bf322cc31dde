"""The timeline: dated events, by the day their source wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from schedulerx.model.event import Actor, Provenance
from schedulerx.model.ports import EvidenceStore
from schedulerx.report.page import Entry

ENTRIES = 500
BARS = 60
_SHOWN_ACTORS = 4
_SHOWN_PLACES = 3
_BEGIN = frozenset({"sender", "caller"})


class _Also(msgspec.Struct, frozen=True, kw_only=True):
    """Where a happening is told again."""

    path: str
    provenance: Provenance | None = None


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """What the page reads of an event's row."""

    kind: str
    start: str
    path: str
    summary: str = ""
    actors: tuple[Actor, ...] = ()
    provenance: Provenance | None = None
    also: tuple[_Also, ...] = ()


def entries(evidence: EvidenceStore) -> tuple[Entry, ...]:
    """At most `ENTRIES`, evenly spread over all events with a time."""
    return tuple(sorted(_entries(evidence.timeline(ENTRIES)), key=lambda entry: entry.start[:10]))


def _entries(rows: Iterable[Mapping[str, Any]]) -> Iterable[Entry]:
    for values in rows:
        row = msgspec.convert(values, _Row, from_attributes=True)
        yield Entry(
            kind=row.kind,
            start=row.start,
            summary=row.summary,
            path=row.path,
            who=_who(row),
            where=row.provenance.place() if row.provenance else "",
            also=tuple(_place(other) for other in row.also[:_SHOWN_PLACES]),
            also_cut=max(len(row.also) - _SHOWN_PLACES, 0),
        )


def _who(row: _Row) -> tuple[str, ...]:
    """From whom, to whom; nobody where the summary names them all already."""
    if all(_name(actor) in row.summary for actor in row.actors):
        return ()
    begins = [_name(actor) for actor in row.actors if actor.role in _BEGIN]
    others = [_name(actor) for actor in row.actors if actor.role not in _BEGIN]
    return tuple(_listed(names) for names in (begins, others) if names)


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN_ACTORS
    return ", ".join([*names[:_SHOWN_ACTORS], *([f"{more} more"] if more > 0 else [])])


def _name(actor: Actor) -> str:
    return actor.name or actor.phone or actor.email or actor.handle or "somebody"


def _place(other: _Also) -> str:
    place = other.provenance.place() if other.provenance else ""
    return ", ".join(filter(None, (other.path, place)))


@dataclass(frozen=True)
class Strip:
    """The timeline at a glance: events in equal spans of time from the first day to the last."""

    first: str
    last: str
    bars: tuple[int, ...]

    @property
    def most(self) -> int:
        """The highest bar."""
        return max(self.bars, default=0)


def strip(listed: Iterable[Entry]) -> Strip:
    """At most `BARS` bars; a day each where there are so few."""
    days = sorted(day for day in (_ordinal(entry.start) for entry in listed) if day)
    if not days:
        return Strip("", "", ())
    span = days[-1] - days[0] + 1
    bars = [0] * min(span, BARS)
    for day in days:
        bars[(day - days[0]) * len(bars) // span] += 1
    first, last = (date.fromordinal(day).isoformat() for day in (days[0], days[-1]))
    return Strip(first, last, tuple(bars))


def _ordinal(start: str) -> int | None:
    try:
        return date.fromisoformat(start[:10]).toordinal()
    except ValueError:
        return None
