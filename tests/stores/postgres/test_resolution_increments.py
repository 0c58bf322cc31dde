"""However files come, in whatever batches and order, the result is that of all at once."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedulerx.model.event import Actor, DeviceMention, EventKind
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.stores.postgres.resolving import contact, resolve, upload

FORGET = """
TRUNCATE identities, facts, fact_identities, mentions, carriers, touched_identities, joins,
    entities, persons, devices, person_devices, changed_objects;
INSERT INTO changed_objects SELECT 'identities', object_id FROM events;
"""
PHONES = ["+12125550133", "+14155550133", "+491713920042", "+493012345678", "112"]
NAMES = ["Ada Byron", "Byron, Ada", "A. Byron", "Anna Byron", "Carl Smith", "Eve", "K"]
PEOPLE = st.builds(
    contact,
    name=st.sampled_from([None, *NAMES]),
    phone=st.sampled_from([None, *PHONES]),
    email=st.sampled_from([None, "a@example.com", "c@example.com", "info@example.com"]),
    handle=st.sampled_from([None, "telegram:user1", *(f"tel:{phone}" for phone in PHONES[:4])]),
)
HANDSETS = st.builds(
    DeviceMention,
    imei=st.sampled_from([None, "357508631515708", "355666746066900", "355211659857142"]),
    imsi=st.sampled_from([None, "262013845490931", "262019311643870"]),
    serial=st.sampled_from([None, "GU4PHX45BZZ", "100234"]),
    label=st.sampled_from([None, "Canon EOS", "Nikon D90"]),
    phone_number=st.sampled_from([None, *PHONES[:3]]),
)
KINDS = st.sampled_from([EventKind.CALL, EventKind.DEVICE_LISTED])
CALLERS = st.builds(
    Actor,
    role=st.sampled_from(["caller", "owner"]),
    phone=st.sampled_from(PHONES[:3]),
    name=st.sampled_from([None, *NAMES]),
)
MENTIONS = st.one_of(PEOPLE, PEOPLE, st.tuples(KINDS, CALLERS, HANDSETS), HANDSETS)
FILES = st.lists(
    st.tuples(st.sampled_from("abcde"), st.lists(MENTIONS, max_size=5)), min_size=1, max_size=8
)
DECISIONS = st.lists(
    st.tuples(st.sampled_from(["join", "forbid"]), st.sampled_from(PHONES[:4]),
              st.sampled_from(PHONES[:4])), max_size=2,
)  # fmt: skip


def without_ids(store: PostgresEvidence) -> tuple[list[Any], list[Any], list[Any]]:
    """Persons, devices and links, by what they are and not what they are called."""
    people = {row.pop("person_id"): row for row in store.export("persons")}
    things = {row.pop("device_id"): row for row in store.export("devices")}
    links = [
        (people[row["person_id"]], things[row["device_id"]], row["confidence"], row["evidence"],
         row["seen_from"], row["seen_to"])
        for row in store.export("person_devices")
    ]  # fmt: skip
    return tuple(sorted(each, key=repr) for each in (people.values(), things.values(), links))  # type: ignore[return-value]  # three of them


def from_scratch(postgres: Profile, store: PostgresEvidence) -> None:
    database = Database(postgres)
    database.open()
    with database.transaction() as connection:
        connection.execute(FORGET)
    database.close()
    resolve(store)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILES, DECISIONS)
def test_files_that_come_change_and_go_one_by_one_give_what_all_at_once_give(
    postgres: Profile, files: list[tuple[str, list[Any]]], decisions: list[tuple[str, str, str]]
) -> None:
    with PostgresEvidence(postgres) as store:
        upload(store, {path: [] for path in "abcde"})
        resolve(store)
        for path, mentions in files:
            upload(store, {path: mentions})
            resolve(store)
        step_by_step = without_ids(store)
        from_scratch(postgres, store)
        assert step_by_step == without_ids(store)
