from __future__ import annotations

from schedulerx.evidence.device_resolution import DeviceResolution
from schedulerx.evidence.person_devices import link
from schedulerx.model.event import Actor, DeviceMention, EventKind
from schedulerx.model.evidence import DeviceSighting, Person, PersonDevice

IMEI = "357508631515708"
ADA = Person(person_id="ada", names=("Ada Byron",), phones=("+12125550133",))


def seen(
    kind: EventKind, device: DeviceMention, *actors: Actor, event_id: str = "e1"
) -> DeviceSighting:
    return DeviceSighting(
        event_id=event_id,
        object_id="0" * 32,
        kind=kind,
        path="a.csv",
        device=device,
        actors=actors,
    )


def links(*sightings: DeviceSighting) -> list[PersonDevice]:
    return link([ADA], DeviceResolution(sightings), sightings)


def call(event_id: str) -> DeviceSighting:
    device = DeviceMention(imei=IMEI, phone_number="+12125550133")
    caller = Actor(role="caller", phone="+12125550133")
    callee = Actor(role="callee", phone="+14155550133")
    return seen(EventKind.CALL, device, caller, callee, event_id=event_id)


def test_the_owner_in_an_inventory_has_the_device() -> None:
    owner = Actor(role="owner", name="Byron, Ada")
    (found,) = links(seen(EventKind.DEVICE_LISTED, DeviceMention(imei=IMEI), owner))
    assert found.person_id == "ada"
    assert found.confidence >= 0.9
    assert found.evidence == ("Listed as owner or user of the device: once, in a.csv (events e1)",)


def test_the_caller_has_the_handset_and_more_calls_make_it_surer() -> None:
    (once,) = links(call("e1"))
    (often,) = links(*(call(f"e{number}") for number in range(5)))
    assert once.confidence < often.confidence
    assert "5 times" in often.evidence[0]


def test_the_devices_own_number_being_the_persons_links_them() -> None:
    device = DeviceMention(imei=IMEI, phone_number="+12125550133")
    (found,) = links(seen(EventKind.DEVICE_LISTED, device))
    assert found.confidence == 0.8


def test_several_kinds_of_evidence_weigh_more_than_one() -> None:
    owner = Actor(role="owner", name="Ada Byron")
    (found,) = links(
        seen(EventKind.DEVICE_LISTED, DeviceMention(imei=IMEI), owner, event_id="e0"), call("e1")
    )
    assert found.confidence > 0.95
    assert len(found.evidence) == 2


def test_a_cameras_label_links_to_nobody() -> None:
    photo = seen(
        EventKind.PHOTO_TAKEN,
        DeviceMention(label="Apple iPhone 4"),
        Actor(role="author", name="Ada Byron"),
    )
    assert links(photo) == []


def test_the_other_side_of_a_call_has_no_part_in_the_handset() -> None:
    stranger = Person(person_id="bob", phones=("+14155550133",))
    sightings = [call("e1")]
    assert link([stranger], DeviceResolution(sightings), sightings) == []
