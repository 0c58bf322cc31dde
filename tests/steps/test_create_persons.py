from __future__ import annotations

from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.model.event import Actor, DeviceMention, Event, EventKind
from schedulerx.steps import clean_devices, create_persons, map_person_devices
from tests.evidence.memory import MemoryEvidence, run_work

MAKER = EventMaker("0" * 32, "a" * 64)


def event(number: int, kind: EventKind, actor: Actor, device: DeviceMention) -> tuple[str, Event]:
    place = Place("test/1", f"row {number}")
    return "a.csv", MAKER.event(kind, place, actors=(actor,), devices=(device,))


EVENTS = [
    event(
        1,
        EventKind.CALL,
        Actor(role="caller", phone="+12125550133"),
        DeviceMention(imei="357508631515708", phone_number="+12125550133"),
    ),
    event(
        2,
        EventKind.DEVICE_LISTED,
        Actor(role="owner", name="Ada"),
        DeviceMention(imei="355666746066900"),
    ),
]


def test_persons_devices_and_links_are_made_once() -> None:
    work = run_work(MemoryEvidence(EVENTS))
    steps = (create_persons.run, clean_devices.run, map_person_devices.run)
    first = [step(work) for step in steps]
    again = [step(work) for step in steps]
    assert [counts["added"] for counts in first] == [2, 2, 2]
    assert [counts["added"] for counts in again] == [0, 0, 0]
    assert [counts["persons"] for counts in first[:1]] == [2]


def test_what_events_no_longer_say_goes() -> None:
    evidence = MemoryEvidence(EVENTS)
    create_persons.run(run_work(evidence))
    evidence.events = EVENTS[:1]
    counts = create_persons.run(run_work(evidence))
    assert counts == {"persons": 1, "added": 0, "changed": 0, "removed": 1}
