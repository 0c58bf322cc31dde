from __future__ import annotations

import pytest

from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.evidence.storage import INLINE_EVENTS, iter_events, store_events
from schedulerx.model.event import Event, EventKind
from schedulerx.model.record import Origin, Record
from tests.steps.files import MemoryArtifacts

MAKER = EventMaker("0" * 32, "a" * 64)
RECORD = Record(object_id="0" * 32, origin=Origin(path="a.csv", bytes=1, etag="e"))


def some(count: int) -> list[Event]:
    return [
        MAKER.event(EventKind.CALL, Place("test/1", f"row {n}"), summary="ü" * 9)
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, INLINE_EVENTS, INLINE_EVENTS + 1, 30_000])
def test_events_come_back_as_they_were_stored(count: int) -> None:
    artifacts = MemoryArtifacts()
    events = some(count)
    record = store_events(RECORD, iter(events), artifacts, "events/x.ndjson")
    assert record.event_count == count
    assert list(iter_events(record, artifacts)) == events


def test_few_events_lie_in_the_record_and_many_do_not() -> None:
    artifacts = MemoryArtifacts()
    few = store_events(RECORD, some(INLINE_EVENTS), artifacts, "k")
    assert few.events_key is None
    assert artifacts.held == {}
    many = store_events(RECORD, some(INLINE_EVENTS + 1), artifacts, "k")
    assert (many.events, many.events_key) == ((), "k")
