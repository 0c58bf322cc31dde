"""Synthetic evidence as an investigation has it: half of the files tell again what others tell.

Of ten files four are logs of calls (of a network, and of a phone that was part of the calls), two
boxes of mails, two exports of chats, one a list of contacts and one a list of devices. The same
number gives the same file.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from schedulerx.model.event import Actor, DeviceMention, Event, EventKind, Provenance, event_id
from schedulerx.model.identity import object_id
from schedulerx.model.record import Origin, Record

CIRCLE = 200  # people that a file is about
_SAME = 0.7  # of what one file tells, how much the other of its pair tells too
_YEAR_S, _FIRST_S = 365 * 86400, 1704067200  # from 2024-01-01
_FIRST = ("Ada", "Carl", "Eve", "Konstantin", "Ruth", "Megan", "Terence", "Lynne", "Josef", "Ana")

Row = Callable[[random.Random, "Circle", int, int], dict[str, object]]


class Circle:
    """The people a file is about, each with a number, an address, a name and a handset."""

    def __init__(self, people: int, rng: random.Random) -> None:
        self._known = [rng.randrange(people) for _ in range(CIRCLE)]

    def two(self, rng: random.Random) -> tuple[int, int]:
        """Two of them."""
        return rng.choice(self._known), rng.choice(self._known)


def name(person: int) -> str:
    """One in fifty bears a name that another bears."""
    return f"{_FIRST[person % 10]} Surname{person // 10 if person % 50 else person % 1000}"


def phone(person: int) -> str:
    """A mobile number."""
    return f"+49171{person:07}"


def email(person: int) -> str:
    """An address."""
    return f"user{person}@example.com"


def handset(person: int) -> DeviceMention:
    """Somebody's handset as a network's record names it."""
    return DeviceMention(
        serial=f"DEVICE{person:07}", imsi=f"26201{person:010}", phone_number=phone(person)
    )


def a_record(path: str) -> Record:
    """The record of a file at a path."""
    return Record(
        object_id=object_id(path.encode(), "0", ""), origin=Origin(path=path, bytes=1, etag="0")
    )


def an_event(record: Record, kind: EventKind, row: int, values: dict[str, object]) -> Event:
    """The event in a row of a file."""
    where = Provenance(sha256="0" * 64, extractor="bench/1", row=row)
    said = {"event_id": event_id(record.object_id, kind, f"row {row}"), "kind": kind}
    return Event(**said, **values, provenance=where)  # type: ignore[arg-type]  # a row's own fields


def utc(second: float) -> str:
    """A second of the year as events write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_FIRST_S + second))


def mixed(number: int, events: int, people: int) -> tuple[Record, Iterator[Event]]:
    """The file of that number."""
    kind, row = _KINDS[number % len(_KINDS)]
    record = a_record(f"{kind.value}-{number:06}")
    return record, _events(record, number, events, people, kind, row)


def _events(
    record: Record, number: int, events: int, people: int, kind: EventKind, row: Row
) -> Iterator[Event]:
    circle = Circle(people, random.Random(number // 2))
    side = number % 2
    for place in range(events):
        shared = random.Random(f"{number // 2} {place}")
        alone = random.Random(f"{number} {place}")
        is_same = shared.random() < _SAME
        yield an_event(record, kind, place, row(shared if is_same else alone, circle, side, place))


def _call(rng: random.Random, circle: Circle, side: int, _: int) -> dict[str, object]:
    caller, callee = circle.two(rng)
    second, length = rng.randrange(_YEAR_S), rng.randrange(600)
    actors = (Actor(role="caller", phone=phone(caller)), Actor(role="callee", phone=phone(callee)))
    return {
        "start": utc(second + 2 * side),  # clocks differ
        "end": utc(second + 2 * side + length),
        "actors": actors,
        "devices": () if side else (handset(caller),),
    }


def _mail(rng: random.Random, circle: Circle, side: int, _: int) -> dict[str, object]:
    sender, recipient = circle.two(rng)
    named = name(sender) if side else None
    sent, said = rng.randrange(_YEAR_S), rng.randrange(10**9)
    actors = (Actor(role="sender", email=email(sender), name=named),
              Actor(role="recipient", email=email(recipient)))  # fmt: skip
    subject = f"Subject {said}"
    return {"start": utc(sent), "actors": actors, "summary": subject, "uid": f"<{said}@x>"}


def _message(rng: random.Random, circle: Circle, side: int, _: int) -> dict[str, object]:
    sender, recipient = circle.two(rng)
    named = name(sender) if side else None
    sent, said = rng.randrange(_YEAR_S), rng.randrange(10**9)
    actors = (Actor(role="sender", phone=phone(sender), name=named),
              Actor(role="recipient", phone=phone(recipient)))  # fmt: skip
    return {"start": utc(sent), "actors": actors, "summary": f"See you at {said}"}


def _contact(rng: random.Random, circle: Circle, side: int, place: int) -> dict[str, object]:
    """Somebody by number and address, by one of them, or by the name alone."""
    person, _ = circle.two(rng)
    has = (place + side) % 4
    listed = Actor(
        role="contact",
        name=name(person),
        phone=phone(person) if has in (0, 1) else None,
        email=email(person) if has in (0, 2) else None,
    )
    return {"actors": (listed,)}


def _owner(rng: random.Random, circle: Circle, side: int, _: int) -> dict[str, object]:
    person, _other = circle.two(rng)
    owner = Actor(role="owner", name=name(person), phone=phone(person) if side else None)
    return {"start": utc(rng.randrange(_YEAR_S)), "actors": (owner,), "devices": (handset(person),)}


_KINDS: tuple[tuple[EventKind, Row], ...] = (
    (EventKind.CALL, _call), (EventKind.CALL, _call), (EventKind.EMAIL, _mail),
    (EventKind.EMAIL, _mail), (EventKind.CALL, _call), (EventKind.CALL, _call),
    (EventKind.MESSAGE, _message), (EventKind.MESSAGE, _message),
    (EventKind.CONTACT_LISTED, _contact), (EventKind.DEVICE_LISTED, _owner),
)  # fmt: skip
