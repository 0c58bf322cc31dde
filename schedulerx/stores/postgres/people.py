"""Persons, devices, and whose they are: tables that hold exactly what was resolved last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from schedulerx.model.evidence import Device, Person, PersonDevice, TableChanges
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.export import export
from schedulerx.stores.postgres.staging import mirror
from schedulerx.stores.postgres.values import clean_all

_LINK = ("person_id", "device_id", "confidence", "evidence", "seen_from", "seen_to")


def persons(connection: Connection) -> Iterator[Person]:
    """Every person, by id."""
    for row in export(connection, "persons"):
        yield msgspec.convert(row, Person)


def devices(connection: Connection) -> Iterator[Device]:
    """Every device, by id."""
    for row in export(connection, "devices"):
        yield msgspec.convert(row, Device)


def save_links(connection: Connection, links: Iterable[PersonDevice]) -> TableChanges:
    """Makes the table hold exactly these."""
    rows = (
        (
            link.person_id,
            link.device_id,
            link.confidence,
            clean_all(link.evidence),
            link.seen_from,
            link.seen_to,
        )
        for link in links
    )
    return mirror(connection, "person_devices", _LINK, ("person_id", "device_id"), rows)
