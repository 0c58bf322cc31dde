"""However files come, change and go, what is told again is that of all at once."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedulerx.model.event import Event
from schedulerx.model.record import Record
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.stores.postgres.builders import a_record
from tests.stores.postgres.test_happenings import ADA, BOB, EVE, call, letter, message

FORGET = """
TRUNCATE event_marks, event_pairs, told_again, parted_marks, parted_events, changed_objects;
INSERT INTO changed_objects SELECT 'happenings', object_id FROM events;
"""
COPIES = "ab"
CALLS = st.tuples(
    st.just("call"), st.integers(0, 9), st.integers(0, 9),
    st.sampled_from([ADA, EVE, None]), st.sampled_from([BOB, None]),
)  # fmt: skip
MAILS = st.tuples(st.just("mail"), st.sampled_from(["<1@x>", "<2@x>", None]))
MESSAGES = st.tuples(st.just("message"), st.integers(0, 9))
FILES = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.lists(st.one_of(CALLS, CALLS, MAILS, MESSAGES), max_size=4),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


def event_of(record: Record, row: int, told: tuple[Any, ...]) -> Event:
    match told:
        case ("call", start, end, caller, callee):
            return call(record, f"10:00:0{start}", f"10:01:0{end}", caller, callee, row)
        case ("mail", uid):
            return letter(record, uid=uid, row=row)
        case _:
            _, second = told
            return message(record, "ok", f"2024-03-01T10:00:0{second}", row=row)


def put(store: PostgresEvidence, path: str, told: list[tuple[Any, ...]]) -> None:
    record = a_record(path, sha256="1" * 64 if path in COPIES else None)
    store.upload([(record, [event_of(record, row, each) for row, each in enumerate(told)])])


def everything(store: PostgresEvidence) -> list[str]:
    return sorted(repr((row["event_id"], row["also"])) for row in store.export("events"))


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(FILES)
def test_files_that_come_change_and_go_one_by_one_tell_what_all_at_once_tell(
    postgres: Profile, files: list[tuple[str, list[tuple[Any, ...]]]]
) -> None:
    database = Database(postgres)
    database.open()
    with PostgresEvidence(postgres) as store:
        for path in "abcd":
            put(store, path, [])
        for path, told in files:
            put(store, path, told)
            store.link_happenings()
        step_by_step = everything(store)
        with database.transaction() as connection:
            connection.execute(FORGET)
        store.link_happenings()
        assert step_by_step == everything(store)
    database.close()
