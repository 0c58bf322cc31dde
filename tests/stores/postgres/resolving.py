"""Mentions as events of files, and what resolution makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schedulerx.model.event import Actor, DeviceMention, Event, EventKind
from schedulerx.model.evidence import Device, Person
from schedulerx.model.record import Record
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from tests.stores.postgres.builders import a_record, an_event

Files = dict[str, list[Actor | DeviceMention | tuple[Any, ...]]]


def contact(
    name: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    handle: str | None = None,
) -> Actor:
    return Actor(role="contact", name=name, phone=phone, email=email, handle=handle)


def upload(store: PostgresEvidence, files: dict[str, list[Any]]) -> None:
    """Stores files, each with an event for each mention (or the mentions of a tuple)."""
    store.upload([_file(path, mentions) for path, mentions in files.items()])


def _file(path: str, mentions: Iterable[Any]) -> tuple[Record, list[Event]]:
    record = a_record(path)
    events = [
        _event(record, number, each if isinstance(each, tuple) else (each,))
        for number, each in enumerate(mentions)
    ]
    return record, events


def _event(record: Record, number: int, mentions: tuple[Any, ...]) -> Event:
    kinds = [each for each in mentions if isinstance(each, EventKind)]
    times = [each for each in mentions if type(each) is str]
    return an_event(
        record,
        number,
        kind=kinds[0] if kinds else EventKind.CONTACT_LISTED,
        start=times[0] if times else None,
        end=times[1] if len(times) > 1 else None,
        actors=tuple(each for each in mentions if isinstance(each, Actor)),
        devices=tuple(each for each in mentions if isinstance(each, DeviceMention)),
    )


def resolve(store: PostgresEvidence) -> None:
    store.resolve_persons()
    store.resolve_devices()
    store.link_persons_and_devices()


def persons(store: PostgresEvidence, *mentions: Any) -> list[Person]:
    """The persons of one file with these mentions."""
    upload(store, {"a": list(mentions)})
    resolve(store)
    return list(store.persons())


def devices(store: PostgresEvidence, *mentions: Any) -> list[Device]:
    """The devices of one file with these mentions."""
    upload(store, {"a": list(mentions)})
    resolve(store)
    return list(store.devices())
