"""What the processes of `test_keepers.py` do."""

from __future__ import annotations

from multiprocessing.synchronize import Event
from threading import Event as Never

from schedulerx.model.record import Description, Record
from schedulerx.stores.postgres import objects
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.stores.postgres.builders import a_record


def copy(path: str) -> Record:
    """One of many files with the same bytes."""
    return a_record(path, description=Description(), sha256="c" * 64)


def upload_and_link(profile: Profile, paths: list[str]) -> None:
    """A run of its own: each file stored, then all linked."""
    with PostgresEvidence(profile) as store:
        for path in paths:
            store.upload([(copy(path), ())])
            store.link_duplicates()


def link_and_wait(profile: Profile, claimed: Event) -> None:
    """Claims, and does not live to say so."""
    database = Database(profile)
    database.open()
    with database.transaction() as connection:
        objects.link_duplicates(connection)
        claimed.set()
        Never().wait()
