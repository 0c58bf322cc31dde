"""Persons, devices, and whose they are: tables that hold exactly what was resolved last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from schedulerx.model.evidence import Device, Person, PersonDevice, TableChanges
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.export import export
from schedulerx.stores.postgres.staging import mirror
from schedulerx.stores.postgres.values import clean, clean_all

_PERSON = ("person_id", "names", "phones", "emails", "handles")
_DEVICE = ("device_id", "imei", "imsi", "serial", "mac", "phone_numbers", "label")
_LINK = ("person_id", "device_id", "confidence", "evidence")


def save_persons(connection: Connection, persons: Iterable[Person]) -> TableChanges:
    """Makes the table hold exactly these."""
    rows = (
        (
            person.person_id,
            clean_all(person.names),
            clean_all(person.phones),
            clean_all(person.emails),
            clean_all(person.handles),
        )
        for person in persons
    )
    return mirror(connection, "persons", _PERSON, ("person_id",), rows)


def persons(connection: Connection) -> Iterator[Person]:
    """Every person, by id."""
    for row in export(connection, "persons"):
        yield msgspec.convert(row, Person)


def save_devices(connection: Connection, devices: Iterable[Device]) -> TableChanges:
    """Makes the table hold exactly these."""
    rows = (
        (
            device.device_id,
            clean(device.imei),
            clean(device.imsi),
            clean(device.serial),
            clean(device.mac),
            clean_all(device.phone_numbers),
            clean(device.label),
        )
        for device in devices
    )
    return mirror(connection, "devices", _DEVICE, ("device_id",), rows)


def devices(connection: Connection) -> Iterator[Device]:
    """Every device, by id."""
    for row in export(connection, "devices"):
        yield msgspec.convert(row, Device)


def save_links(connection: Connection, links: Iterable[PersonDevice]) -> TableChanges:
    """Makes the table hold exactly these."""
    rows = (
        (link.person_id, link.device_id, link.confidence, clean_all(link.evidence))
        for link in links
    )
    return mirror(connection, "person_devices", _LINK, ("person_id", "device_id"), rows)
