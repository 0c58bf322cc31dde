from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.device_resolution import DeviceResolution, clean
from schedulerx.model.event import DeviceMention
from schedulerx.model.evidence import DeviceSighting

IMEI, OTHER = "357508631515708", "355666746066900"


def seen(**names: Any) -> DeviceSighting:
    return DeviceSighting(
        event_id="e",
        object_id="0" * 32,
        kind="device_listed",
        path="a.csv",
        device=DeviceMention(**names),
        actors=(),
    )


def test_spellings_of_one_imei_are_one_device() -> None:
    (device,) = clean([seen(imei="35-750863-151570-8"), seen(imei="3575086315157001")])
    assert device.imei == IMEI


def test_a_serial_and_a_mac_join_what_they_share() -> None:
    (device,) = clean(
        [
            seen(imei=IMEI, serial="gu4phx45bzz"),
            seen(serial="GU4PHX45BZZ", mac="F0:5C:77:B6:4A:2B"),
            seen(mac="f0-5c-77-b6-4a-2b", label="Redmi"),
        ]
    )
    assert (device.imei, device.serial, device.mac) == (IMEI, "GU4PHX45BZZ", "f0:5c:77:b6:4a:2b")
    assert device.label == "Redmi"


def test_a_sim_card_that_moves_does_not_merge_two_devices() -> None:
    devices = clean(
        [seen(imei=IMEI, imsi="262013845490931"), seen(imei=OTHER, imsi="262013845490931")]
    )
    assert len(devices) == 2


def test_a_sim_card_alone_belongs_to_the_one_device_it_was_in() -> None:
    (device,) = clean(
        [
            seen(imei=IMEI, imsi="262013845490931"),
            seen(imsi="262013845490931", phone_number="+49171"),
        ]
    )
    assert device.phone_numbers == ("+49171",)


def test_an_imei_with_a_wrong_check_digit_is_kept_nowhere() -> None:
    assert clean([seen(imei="357508631515709")]) == []
    (device,) = clean([seen(imei="357508631515709", serial="GU4PHX45BZZ")])
    assert device.imei is None


def test_a_randomised_mac_neither_merges_nor_is_kept() -> None:
    devices = clean(
        [seen(imei=IMEI, mac="da:a1:19:00:00:01"), seen(imei=OTHER, mac="da:a1:19:00:00:01")]
    )
    assert [device.mac for device in devices] == [None, None]


def test_a_label_alone_is_no_device() -> None:
    assert clean([seen(label="Apple iPhone 4")]) == []


SIGHTINGS = st.builds(
    seen,
    imei=st.sampled_from([None, IMEI, OTHER, "357508631515709"]),
    imsi=st.sampled_from([None, "262013845490931", "262019311643870"]),
    serial=st.sampled_from([None, "GU4PHX45BZZ", "VY05JDSTQB3"]),
    mac=st.sampled_from([None, "f0:5c:77:b6:4a:2b", "da:a1:19:00:00:01"]),
    label=st.sampled_from([None, "Redmi", "Pixel"]),
)


@given(
    st.lists(SIGHTINGS, max_size=10).flatmap(lambda s: st.tuples(st.just(s), st.permutations(s)))
)
def test_the_order_of_sightings_changes_nothing(
    both: tuple[list[DeviceSighting], list[DeviceSighting]],
) -> None:
    assert clean(both[0]) == clean(both[1])


@given(st.lists(SIGHTINGS, max_size=10))
def test_every_sighting_is_found_among_the_devices_or_names_none(
    sightings: list[DeviceSighting],
) -> None:
    resolution = DeviceResolution(sightings)
    ids = {device.device_id for device in resolution.devices()}
    found = {resolution.device_id(sighting.device) for sighting in sightings}
    assert found - {None} == ids
