from __future__ import annotations

from typing import Any

from schedulerx.model.event import Actor, DeviceMention, EventKind
from schedulerx.model.evidence import PersonDevice
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from tests.stores.postgres.resolving import devices, resolve, upload

IMEI, OTHER, THIRD = "357508631515708", "355666746066900", "355211659857142"
ADA, BOB = "+12125550133", "+14155550133"


def seen(**names: Any) -> DeviceMention:
    return DeviceMention(**names)


def links(store: PostgresEvidence, *mentions: Any) -> list[PersonDevice]:
    upload(store, {"a.csv": list(mentions)})
    resolve(store)
    rows = store.export("person_devices")
    return [PersonDevice(**{**row, "evidence": tuple(row["evidence"])}) for row in rows]


def call(*times: str) -> tuple[Any, ...]:
    device = seen(imei=IMEI, phone_number=ADA)
    return (EventKind.CALL, Actor(role="caller", phone=ADA), Actor(role="callee", phone=BOB),
            device, *times)  # fmt: skip


def listed(name: str, *times: str) -> tuple[Any, ...]:
    return EventKind.DEVICE_LISTED, Actor(role="owner", name=name), seen(imei=IMEI), *times


def test_spellings_of_one_imei_are_one_device(store: PostgresEvidence) -> None:
    (device,) = devices(store, seen(imei="35-750863-151570-8"), seen(imei="3575086315157001"))
    assert device.imei == IMEI


def test_a_serial_and_a_mac_join_what_they_share(store: PostgresEvidence) -> None:
    (device,) = devices(
        store,
        seen(imei=IMEI, serial="gu4phx45bzz"),
        seen(serial="GU4PHX45BZZ", mac="F0:5C:77:B6:4A:2B"),
        seen(mac="f0-5c-77-b6-4a-2b", label="Redmi"),
    )
    assert (device.imei, device.serial, device.mac) == (IMEI, "GU4PHX45BZZ", "f0:5c:77:b6:4a:2b")
    assert device.label == "Redmi"


def test_a_sim_card_that_moves_does_not_merge_two_devices(store: PostgresEvidence) -> None:
    sim = "262013845490931"
    assert len(devices(store, seen(imei=IMEI, imsi=sim), seen(imei=OTHER, imsi=sim))) == 2


def test_a_sim_card_alone_belongs_to_the_one_device_it_was_in(store: PostgresEvidence) -> None:
    sim = "262013845490931"
    mentions = [seen(imei=IMEI, imsi=sim), seen(imsi=sim, phone_number="+49171")]
    (device,) = devices(store, *mentions)
    assert device.phone_numbers == ("+49171",)
    assert [each.phone_numbers for each in devices(store, *mentions, seen(imei=OTHER, imsi=sim))
            ] == [(), ()]  # fmt: skip


def test_an_imei_with_a_wrong_check_digit_is_kept_nowhere(store: PostgresEvidence) -> None:
    assert devices(store, seen(imei="357508631515709")) == []
    (device,) = devices(store, seen(imei="357508631515709", serial="GU4PHX45BZZ"))
    assert device.imei is None


def test_a_randomised_mac_neither_merges_nor_is_kept(store: PostgresEvidence) -> None:
    mac = "da:a1:19:00:00:01"
    found = devices(store, seen(imei=IMEI, mac=mac), seen(imei=OTHER, mac=mac))
    assert [device.mac for device in found] == [None, None]


def test_a_label_alone_is_no_device(store: PostgresEvidence) -> None:
    assert devices(store, seen(label="Apple iPhone 4")) == []


def test_two_makers_with_one_short_serial_stay_apart(store: PostgresEvidence) -> None:
    found = devices(store, seen(serial="100234", label="Canon EOS 5D"),
                    seen(serial="100234", label="Nikon D90"))  # fmt: skip
    assert [device.serial for device in found] == ["100234", "100234"]
    same = devices(store, seen(serial="100234", label="Canon EOS 5D"),
                   seen(serial="100234", label="Canon EOS 6D"))  # fmt: skip
    assert len(same) == 1


def test_a_serial_that_a_maker_gave_to_all_merges_none(store: PostgresEvidence) -> None:
    serial = "GIVENTOALL01"
    found = devices(store, *(seen(imei=imei, serial=serial) for imei in (IMEI, OTHER, THIRD)))
    assert {device.imei for device in found} >= {IMEI, OTHER, THIRD}


def test_the_owner_in_an_inventory_has_the_device(store: PostgresEvidence) -> None:
    (found,) = links(store, Actor(role="contact", name="Ada Byron", phone=ADA),
                     listed("Byron, Ada", "2024-01-05", "2024-05-30"))  # fmt: skip
    assert found.confidence == 0.9
    assert found.evidence[0].startswith("Listed as owner or user of the device: once, in a.csv")
    assert (found.seen_from, found.seen_to) == ("2024-01-05T00:00:00", "2024-05-30T00:00:00")


def test_the_caller_has_the_handset_and_more_calls_make_it_surer(store: PostgresEvidence) -> None:
    (once,) = links(store, call())
    (often,) = links(store, *(call(f"2024-01-0{day}T10:00:00Z") for day in range(1, 6)))
    assert once.confidence < often.confidence
    assert "5 times" in often.evidence[0]
    assert (often.seen_from, often.seen_to) == ("2024-01-01T10:00:00", "2024-01-05T10:00:00")


def test_the_devices_own_number_being_the_persons_links_them(store: PostgresEvidence) -> None:
    upload(store, {"b": [Actor(role="contact", phone=ADA)]})
    (found,) = links(store, (EventKind.DEVICE_LISTED, seen(imei=IMEI, phone_number=ADA)))
    assert found.confidence == 0.8


def test_a_number_that_becomes_somebodys_later_links_them_then(store: PostgresEvidence) -> None:
    assert links(store, (EventKind.DEVICE_LISTED, seen(imei=IMEI, phone_number=ADA))) == []
    upload(store, {"b": [Actor(role="contact", phone=ADA)]})
    resolve(store)
    assert len(list(store.export("person_devices"))) == 1


def test_several_kinds_of_evidence_weigh_more_than_one(store: PostgresEvidence) -> None:
    (found,) = links(
        store, Actor(role="contact", name="Ada Byron", phone=ADA), listed("Ada Byron"), call()
    )
    assert found.confidence > 0.95
    assert len(found.evidence) == 2


def test_a_device_that_a_text_only_names_is_nobodys(store: PostgresEvidence) -> None:
    device = seen(imei=IMEI, phone_number=ADA, is_mentioned=True)
    assert links(store, (EventKind.MENTION, Actor(role="mentioned", phone=ADA), device)) == []


def test_the_other_side_of_a_call_has_no_part_in_the_handset(store: PostgresEvidence) -> None:
    (found,) = links(store, call())
    person = next(each for each in store.persons() if each.person_id == found.person_id)
    assert person.phones == (ADA,)


def test_the_owner_is_the_one_named_and_not_the_office_whichever_came_first(
    store: PostgresEvidence,
) -> None:
    office = "info@example.com"
    owner = Actor(role="owner", name="Anna Meyer", phone=ADA, email=office)
    lists: dict[str, list[Any]] = {
        "list": [(EventKind.DEVICE_LISTED, owner, seen(imei=IMEI))],
        "staff": [Actor(role="contact", name="Anna Meyer", phone=ADA, email=office),
                  Actor(role="contact", name="Carl Smith", phone=BOB, email=office)],
    }  # fmt: skip
    for first, second in (("list", "staff"), ("staff", "list")):
        for path in (first, second):
            upload(store, {path: lists[path]})
            resolve(store)
        (link,) = store.export("person_devices")
        found = next(each for each in store.persons() if each.person_id == link["person_id"])
        assert found.phones == (ADA,)
        upload(store, {path: [] for path in lists})
        resolve(store)


def used(imei: str, number: str, imsi: str, *times: str) -> tuple[Any, ...]:
    """A call with a SIM card in a handset."""
    handset = seen(imei=imei, imsi=imsi, phone_number=number)
    return EventKind.CALL, Actor(role="caller", phone=number), handset, *times


def periods(found: list[PersonDevice], store: PostgresEvidence) -> set[tuple[Any, ...]]:
    """Number, IMEI, first and last seen of each link."""
    phones = {person.person_id: person.phones for person in store.persons()}
    imeis = {device.device_id: device.imei for device in store.devices()}
    return {(*phones[each.person_id], imeis[each.device_id],
             (each.seen_from or "")[:10], (each.seen_to or "")[:10]) for each in found}  # fmt: skip


def test_a_sim_card_in_two_devices_links_its_number_with_each_and_joins_neither(
    store: PostgresEvidence,
) -> None:
    sim = (ADA, "262013845490931")
    found = links(store, used(IMEI, *sim, "2024-01-05T10:00:00Z"),
                  used(IMEI, *sim, "2024-02-05T10:00:00Z"),
                  used(OTHER, *sim, "2024-03-05T10:00:00Z"))  # fmt: skip
    assert periods(found, store) == {
        (ADA, IMEI, "2024-01-05", "2024-02-05"),
        (ADA, OTHER, "2024-03-05", "2024-03-05"),
    }


def test_a_device_with_two_sim_cards_is_one_and_links_with_both_numbers_each_in_its_time(
    store: PostgresEvidence,
) -> None:
    found = links(store, used(IMEI, ADA, "262013845490931", "2024-01-05T10:00:00Z"),
                  used(IMEI, BOB, "262019311643870", "2024-03-05T10:00:00Z"))  # fmt: skip
    (device,) = store.devices()
    assert device.phone_numbers == (ADA, BOB)
    assert periods(found, store) == {
        (ADA, IMEI, "2024-01-05", "2024-01-05"),
        (BOB, IMEI, "2024-03-05", "2024-03-05"),
    }
