"""Persons, devices, and whose they are: tables that hold exactly what was resolved last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from schedulerx.model.evidence import Device, Person, PersonDevice
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.export import export
from schedulerx.stores.postgres.values import clean_all

LINK = ("person_id", "device_id", "confidence", "evidence", "seen_from", "seen_to")


def persons(connection: Connection) -> Iterator[Person]:
    """Every person, by id."""
    for row in export(connection, "persons"):
        yield msgspec.convert(row, Person)


def devices(connection: Connection) -> Iterator[Device]:
    """Every device, by id."""
    for row in export(connection, "devices"):
        yield msgspec.convert(row, Device)


def link_row(link: PersonDevice) -> tuple[Any, ...]:
    """A link's values, in the order of LINK."""
    return (
        link.person_id,
        link.device_id,
        link.confidence,
        clean_all(link.evidence),
        link.seen_from,
        link.seen_to,
    )
