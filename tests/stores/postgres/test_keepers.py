"""One keeper of each content, whoever asks for it at the same time."""

from __future__ import annotations

import multiprocessing

import psycopg
import pytest

from schedulerx.stores.postgres.connect import Connection, Database
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.stores.postgres.claimants import copy, link_and_wait, upload_and_link

PROCESSES = multiprocessing.get_context("spawn")


@pytest.fixture
def database(postgres: Profile) -> Database:
    with PostgresEvidence(postgres):  # makes the schema
        pass
    found = Database(postgres)
    found.open()
    return found


def kept(connection: Connection) -> list[str]:
    query = "SELECT path FROM objects WHERE keeps ORDER BY path"
    return [str(path) for (path,) in connection.execute(query)]


def test_runs_at_once_leave_one_keeper_and_its_copies(
    postgres: Profile, database: Database
) -> None:
    paths = [f"{number:02}" for number in range(24)]
    runs = [
        PROCESSES.Process(target=upload_and_link, args=(postgres, paths[first::3]))
        for first in range(3)
    ]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert [each.exitcode for each in runs] == [0, 0, 0]
    with database.transaction() as connection:
        assert kept(connection) == ["00"]
        links = connection.execute(
            "SELECT count(*), count(DISTINCT duplicate_of) FROM objects"
            " WHERE duplicate_of IS NOT NULL"
        ).fetchone()
        assert links == (23, 1)


def test_a_claim_dies_with_the_process_that_made_it(postgres: Profile, database: Database) -> None:
    with PostgresEvidence(postgres) as store:
        store.upload((copy(path), ()) for path in "ab")
        claimed = PROCESSES.Event()
        claimant = PROCESSES.Process(target=link_and_wait, args=(postgres, claimed))
        claimant.start()
        assert claimed.wait(60)
        with database.transaction() as connection:
            assert kept(connection) == []  # nobody sees what may not last
        claimant.kill()
        claimant.join()
        store.link_duplicates()
    with database.transaction() as connection:
        assert kept(connection) == ["a"]


def test_the_database_itself_refuses_a_second_keeper(postgres: Profile, database: Database) -> None:
    with PostgresEvidence(postgres) as store:
        store.upload((copy(path), ()) for path in "ab")
        store.link_duplicates()
    with pytest.raises(psycopg.errors.UniqueViolation), database.transaction() as connection:
        connection.execute("UPDATE objects SET keeps = true")


def test_a_better_claim_moves_the_keeper(postgres: Profile, database: Database) -> None:
    with PostgresEvidence(postgres) as store:
        store.upload([(copy("b"), ())])
        store.link_duplicates()
        store.upload([(copy("a"), ())])
        store.link_duplicates()
    with database.transaction() as connection:
        assert kept(connection) == ["a"]
