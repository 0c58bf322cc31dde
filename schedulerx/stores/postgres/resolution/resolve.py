"""Persons and devices, as far as a change reaches, in one transaction."""

from __future__ import annotations

from schedulerx.model.evidence import TableChanges
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.resolution.entities import name_groups
from schedulerx.stores.postgres.resolution.groups import make_groups
from schedulerx.stores.postgres.resolution.ingest import ingest
from schedulerx.stores.postgres.resolution.joins import find_joins
from schedulerx.stores.postgres.resolution.links import save_found_links
from schedulerx.stores.postgres.resolution.placing import place
from schedulerx.stores.postgres.resolution.rows import write_devices, write_persons
from schedulerx.stores.postgres.staging import count


def resolve_persons(connection: Connection) -> TableChanges:
    """Makes the persons what events and decisions say."""
    if not _grouped(connection, "person"):
        return TableChanges(total=count(connection, "persons"))
    return write_persons(connection)


def resolve_devices(connection: Connection) -> TableChanges:
    """Makes the devices what events and decisions say."""
    if not _grouped(connection, "device"):
        return TableChanges(total=count(connection, "devices"))
    return write_devices(connection)


def link_persons_and_devices(connection: Connection) -> TableChanges:
    """Makes the links what the mentions say, as far as persons and devices changed."""
    _one_at_a_time(connection)
    return save_found_links(connection)


def _grouped(connection: Connection, realm: str) -> bool:
    _one_at_a_time(connection)
    ingest(connection)
    if not find_joins(connection, realm):
        return False
    make_groups(connection, realm)
    place(connection, realm)
    name_groups(connection, realm)
    return True


def _one_at_a_time(connection: Connection) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('resolution'))")
