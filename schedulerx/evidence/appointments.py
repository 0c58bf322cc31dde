"""Appointments of calendars as events."""

from __future__ import annotations

import datetime as dt

from schedulerx.evidence.actors import party
from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.evidence.names import clean_name
from schedulerx.model.content import Appointment
from schedulerx.model.event import Actor, Event, EventKind, Location

_MOST_CHARACTERS = 1000  # of a UID
_ZONE_CHARACTERS = 100
_DATE_LENGTH = len("2024-01-24")


def appointment_event(maker: EventMaker, entry: Appointment, extractor: str) -> Event | None:
    """One appointment, as stated; None where it has no time."""
    if entry.start is None:
        return None
    organizer = _actors(maker, "organizer", (entry.organizer,) if entry.organizer else ())
    return maker.event(
        EventKind.APPOINTMENT,
        Place(extractor, f"entry {entry.place}", row=entry.place, field="DTSTART"),
        start=entry.start,
        end=entry.end,
        zone=entry.zone,
        doubt=_doubt(entry),
        location=Location(text=entry.location) if entry.location else None,
        actors=(*organizer, *_actors(maker, "attendee", entry.attendees)),
        summary=_summary(entry),
        uid=(entry.uid or "").strip()[:_MOST_CHARACTERS] or None,
    )


def _actors(maker: EventMaker, role: str, people: tuple[tuple[str, str], ...]) -> tuple[Actor, ...]:
    made = (party(role, address or name, maker.region, name) for name, address in people)
    named = (actor for actor in made if actor is not None)
    return tuple(
        Actor(role=role, name=None if _same(actor) else actor.name, email=actor.email,
              phone=actor.phone)
        for actor in named
    )  # fmt: skip


def _same(actor: Actor) -> bool:
    """Whether an address stands in the name's place."""
    return actor.email is not None and (clean_name(actor.name or "") or "").lower() == actor.email


def _doubt(entry: Appointment) -> str:
    """What is not known of its times: the offset of a zone that nobody defines."""
    start = dt.datetime.fromisoformat(entry.start or "2001-01-01T00:00+00:00")
    if not entry.zone or start.tzinfo is not None or len(entry.start or "") <= _DATE_LENGTH:
        return ""
    return f"The zone {entry.zone[:_ZONE_CHARACTERS]!r} is not known: the time is local to it."


def _summary(entry: Appointment) -> str:
    where = f" at {entry.location}" if entry.location else ""
    zone = f" ({entry.zone})" if entry.zone and entry.zone != "UTC" else ""
    again = f"; repeats by {entry.recurrence}" if entry.recurrence else ""
    moved = f"; instead of {entry.replaces}" if entry.replaces else ""
    off = "Cancelled: " if entry.status.upper() == "CANCELLED" else ""
    return f"{off}{entry.title or 'Appointment'}{where}{zone}{again}{moved}"
