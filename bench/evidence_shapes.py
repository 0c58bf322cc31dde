"""Evidence of awkward shapes: what everybody shares, what everybody is called, what never ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.evidence_mix import a_record, an_event, email, phone, utc
from schedulerx.model.event import Actor, Event, EventKind
from schedulerx.model.record import Record

File = tuple[Record, Iterator[Event]]
_A_FILE = 10_000  # events
PEOPLE, NAMESAKES, LINKS, ENTRIES = 10_000, 100_000, 10_000, 50_000


def _contact(**values: str) -> dict[str, object]:
    return {"actors": (Actor(role="contact", **values),)}


def shared_number(row: int) -> dict[str, object]:
    """One number that each of 10,000 people has beside an address of their own."""
    return _contact(name=f"Ada Surname{row}", phone="+493012345678", email=email(row))


def common_name(row: int) -> dict[str, object]:
    """100,000 events of one name: with one of 10,000 numbers, or alone."""
    caller = Actor(role="caller", name="Carl Smith", phone=None if row % 4 else phone(row // 10))
    return {"start": utc(row), "actors": (caller, Actor(role="callee", phone=phone(0)))}


def chain(row: int) -> dict[str, object]:
    """A number beside an address beside the next number: 10,000 joins, one after the other."""
    return _contact(name=f"Link{row % 7} Surname", phone=phone(row // 2),
                    email=email((row + 1) // 2))  # fmt: skip


def contact_list(row: int) -> dict[str, object]:
    """A list of 50,000 people."""
    return _contact(name=f"Ada{row % 100} Surname{row % 5000}", phone=phone(row), email=email(row))


SHAPES: dict[str, tuple[Callable[[int], dict[str, object]], int]] = {
    "shared_number": (shared_number, PEOPLE),
    "common_name": (common_name, NAMESAKES),
    "chain": (chain, LINKS),
    "contact_list": (contact_list, ENTRIES),
}


def shaped(shape: str) -> Iterator[File]:
    """The files of a shape."""
    row_of, rows = SHAPES[shape]
    kind = EventKind.CALL if shape == "common_name" else EventKind.CONTACT_LISTED
    per_file = rows if shape == "contact_list" else _A_FILE
    for first in range(0, rows, per_file):
        record = a_record(f"{shape}-{first:06}")
        places = range(first, min(first + per_file, rows))
        yield record, (an_event(record, kind, place, row_of(place)) for place in places)
