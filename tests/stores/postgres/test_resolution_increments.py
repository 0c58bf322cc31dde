"""However files come, in whatever batches and order, whatever was decided meanwhile, the result is
that of all at once.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedulerx.errors import ConfigurationError
from schedulerx.model.event import Actor, DeviceMention, EventKind
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.stores.postgres.resolving import contact, resolve, upload

RESET = """
TRUNCATE objects, identities, facts, fact_identities, mentions, carriers, touched_identities, joins,
    entities, persons, devices, person_devices, changed_objects, stale_entities, decisions
    RESTART IDENTITY CASCADE;
"""
# Identities that a decision names stay known, though nobody mentions them any more.
FORGET = """
TRUNCATE facts, fact_identities, mentions, carriers, touched_identities, joins, entities, persons,
    devices, person_devices, changed_objects, stale_entities;
DELETE FROM identities i WHERE NOT EXISTS (
    SELECT FROM decisions d WHERE d.realm = i.realm AND i.key = ANY(d.keys || d.others));
UPDATE identities SET shared = NULL, cluster = NULL, entity_id = NULL;
INSERT INTO touched_identities SELECT identity_id FROM identities;
INSERT INTO changed_objects SELECT 'identities', object_id FROM events;
"""
JOINS = """
SELECT least(a.key, b.key), greatest(a.key, b.key), j.rule, j.confidence, j.events,
       j.event_ids::text, j.is_blocked
FROM joins j JOIN identities a USING (identity_id) JOIN identities b ON b.identity_id = j.other_id
ORDER BY 1, 2, 3
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
    phone=st.sampled_from([None, *PHONES[:3]]),
    email=st.sampled_from([None, "a@example.com", "info@example.com"]),
    name=st.sampled_from([None, *NAMES]),
)
MENTIONS = st.one_of(PEOPLE, PEOPLE, st.tuples(KINDS, CALLERS, HANDSETS), HANDSETS)
FILE = st.tuples(st.just("file"), st.sampled_from("abcde"), st.lists(MENTIONS, max_size=5))
NAMED = {
    "person": [*PHONES[:4], "a@example.com", "c@example.com", "info@example.com",
               "telegram:user1", "name:ada byron", "name:a byron", "name:carl smith"],
    "device": ["357508631515708", "355666746066900", "GU4PHX45BZZ", "imsi:262013845490931"],
}  # fmt: skip
DECISION = st.sampled_from(["person", "person", "device"]).flatmap(
    lambda realm: st.tuples(
        st.sampled_from(["join", "forbid", "split"]),
        st.just(realm),
        st.sampled_from(NAMED[realm]),
        st.sampled_from(NAMED[realm]),
    )
)
UNDOING = st.tuples(st.just("undo"), st.sampled_from(["person", "device"]), st.integers(1, 4))
STEPS = st.lists(
    st.tuples(st.one_of(FILE, FILE, DECISION, UNDOING), st.booleans()), min_size=1, max_size=10
)


def take(store: PostgresEvidence, step: tuple[Any, ...]) -> None:
    """A file that comes, or a decision: one of nobody or against another is refused."""
    with suppress(ConfigurationError):
        match step:
            case ("file", path, mentions):
                upload(store, {path: mentions})
            case ("join", realm, one, other):
                store.join(realm, one, other, "")
            case ("forbid", realm, one, other):
                store.forbid(realm, one, other, "")
            case ("split", realm, one, other):
                store.split(realm, one, [other], "")
            case ("undo", realm, number):
                store.undo(realm, number)


def without_ids(store: PostgresEvidence) -> list[list[Any]]:
    """Persons, devices and links, by what they are and not what they are called."""
    people = {row.pop("person_id"): row for row in store.export("persons")}
    things = {row.pop("device_id"): row for row in store.export("devices")}
    links = [
        (people[row["person_id"]], things[row["device_id"]], row["confidence"], row["evidence"],
         row["seen_from"], row["seen_to"])
        for row in store.export("person_devices")
    ]  # fmt: skip
    return [sorted(each, key=repr) for each in (people.values(), things.values(), links)]


def with_ids(store: PostgresEvidence) -> list[list[Any]]:
    return [list(store.export(kind)) for kind in ("persons", "devices", "person_devices")]


def asked(postgres: Profile, statements: str) -> list[Any]:
    database = Database(postgres)
    database.open()
    with database.transaction() as connection:
        cursor = connection.execute(statements)
        rows = cursor.fetchall() if statements == JOINS else []
    database.close()
    return rows


def everything(postgres: Profile, store: PostgresEvidence) -> list[list[Any]]:
    return [*without_ids(store), asked(postgres, JOINS)]


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STEPS)
def test_files_and_decisions_one_by_one_give_what_all_at_once_give(
    postgres: Profile, steps: list[tuple[tuple[Any, ...], bool]]
) -> None:
    with PostgresEvidence(postgres) as store:
        asked(postgres, RESET)
        for step, is_resolved in steps:
            take(store, step)
            if is_resolved:
                resolve(store)
        resolve(store)
        step_by_step = everything(postgres, store)
        asked(postgres, FORGET)
        resolve(store)
        assert step_by_step == everything(postgres, store)


@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(FILE, min_size=1, max_size=3), st.lists(DECISION, min_size=1, max_size=4))
def test_decisions_that_are_undone_leave_everything_as_it_was(
    postgres: Profile, files: list[tuple[Any, ...]], decisions: list[tuple[Any, ...]]
) -> None:
    with PostgresEvidence(postgres) as store:
        asked(postgres, RESET)
        for file in files:
            take(store, file)
        resolve(store)
        before = with_ids(store)
        for decision in decisions:
            take(store, decision)
            resolve(store)
        for realm in ("person", "device"):
            for decided in store.decisions(realm):
                store.undo(realm, decided.decision_id)
        resolve(store)
        assert with_ids(store) == before
