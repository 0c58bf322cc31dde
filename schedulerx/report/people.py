"""Persons with their devices, and devices: a bounded part of each, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from schedulerx.model.evidence import Device, Person, PersonDevice
from schedulerx.model.ports import EvidenceStore
from schedulerx.report.page import Owned, Somebody

PERSONS = 100
DEVICES = 100
LINKS = 1000  # read for the persons shown

T = TypeVar("T")


def counted(rows: Iterable[T], limit: int) -> tuple[list[T], int]:
    """The first `limit` rows, and how many rows there are; memory for `limit`."""
    every = iter(rows)
    kept = list(islice(every, limit))
    return kept, len(kept) + sum(1 for _ in every)


def links(evidence: EvidenceStore) -> dict[str, list[PersonDevice]]:
    """Links by person, the surest first."""
    found: dict[str, list[PersonDevice]] = {}
    for link in islice(_links(evidence), LINKS):
        found.setdefault(link.person_id, []).append(link)
    for of_person in found.values():
        of_person.sort(key=lambda link: (-link.confidence, link.device_id))
    return found


def _links(evidence: EvidenceStore) -> Iterator[PersonDevice]:
    for row in evidence.export("person_devices"):
        yield PersonDevice(
            person_id=str(row["person_id"]),
            device_id=str(row["device_id"]),
            confidence=float(row["confidence"]),
            evidence=tuple(row["evidence"] or ()),
        )


def devices(
    evidence: EvidenceStore, linked: frozenset[str]
) -> tuple[dict[str, Device], list[Device], int]:
    """The linked devices by id, the devices to list, and how many there are."""
    known: dict[str, Device] = {}

    def remembered() -> Iterator[Device]:
        for device in evidence.devices():
            if device.device_id in linked:
                known[device.device_id] = device
            yield device

    listed, total = counted(remembered(), DEVICES)
    return known, sorted(listed, key=lambda device: (device.label or "~", device.device_id)), total


def persons(
    evidence: EvidenceStore, owned: dict[str, list[PersonDevice]], known: dict[str, Device]
) -> tuple[tuple[Somebody, ...], int]:
    """Persons to list, those with devices first, and how many there are."""
    with_devices: list[Person] = []
    others: list[Person] = []
    total = 0
    for person in evidence.persons():
        total += 1
        kept = with_devices if person.person_id in owned else others
        if len(kept) < PERSONS:
            kept.append(person)
    chosen = [*sorted(with_devices, key=_name), *sorted(others, key=_name)][:PERSONS]
    return tuple(_somebody(person, owned, known) for person in chosen), total


def _name(person: Person) -> tuple[str, str]:
    return (
        (person.names or person.emails or person.phones or ("~",))[0].casefold(),
        person.person_id,
    )


def _somebody(
    person: Person, owned: dict[str, list[PersonDevice]], known: dict[str, Device]
) -> Somebody:
    of_person = owned.get(person.person_id, [])
    return Somebody(person, tuple(Owned(known.get(link.device_id), link) for link in of_person))
