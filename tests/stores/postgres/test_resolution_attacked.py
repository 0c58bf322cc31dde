"""Resolution that is killed, and resolution twice at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.stores.postgres.resolving import contact, resolve, upload
from tests.stores.postgres.test_resolution_increments import with_ids

ADA, BOB, EVE = "+12125550133", "+14155550133", "+491713920042"
FILES = {
    "a": [contact("Ada Byron", ADA, "a@example.com"), contact("Ada Byron")],
    "b": [contact(None, BOB, "a@example.com"), contact("Carl Smith", EVE)],
    "c": [contact("Carl Smith", EVE, "c@example.com"), contact("A. Byron")],
}
# Ends, as if by kill -9, in the middle of one part of a run.
KILLED = """
import os, signal, sys
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from schedulerx.stores.postgres.resolution import resolve, rows

host, dbname, part = sys.argv[1:]
def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if part == "groups":
    resolve.place = killed
elif part == "rows":
    rows.merge = killed
profile = Profile(name="embedded", host=host, port=5432, user="postgres", dbname=dbname)
with PostgresEvidence(profile) as store:
    store.link_happenings()
    store.resolve_persons()
    if part == "links":
        killed()
"""


def killed_in(part: str, profile: Profile) -> int:
    words = [sys.executable, "-c", KILLED, profile.host, profile.dbname, part]
    return subprocess.run(words, env=dict(os.environ), check=False).returncode


@pytest.mark.parametrize("part", ["groups", "rows", "links"])
def test_killed_anywhere_the_next_run_finds_what_an_undisturbed_one_finds(
    postgres: Profile, part: str
) -> None:
    with PostgresEvidence(postgres) as store:
        upload(store, FILES)
        assert killed_in(part, postgres) == -signal.SIGKILL
        resolve(store)
        found = with_ids(store)
        assert [len(each) for each in found] == [2, 0, 0]
        resolve(store)
        assert with_ids(store) == found


def test_several_at_once_while_files_come_end_in_what_one_after_the_other_gives(
    postgres: Profile,
) -> None:
    def one(path: str) -> None:
        with PostgresEvidence(postgres) as store:
            for _ in range(3):
                upload(store, {path: FILES[path]})
                store.link_happenings()
                resolve(store)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(one, FILES))
    with PostgresEvidence(postgres) as store:
        resolve(store)
        people = {tuple(person.phones): person.names for person in store.persons()}
        assert people == {
            (ADA, BOB): ("A. Byron", "Ada Byron"),
            (EVE,): ("Carl Smith",),
        }
