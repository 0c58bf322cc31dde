from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.devices import (
    SERIES,
    is_randomised_mac,
    luhn_digit,
    normalise_iccid,
    normalise_imei,
    normalise_imsi,
    normalise_mac,
    normalise_serial,
)

DIGITS_14 = st.text("0123456789", min_size=14, max_size=14).filter(
    lambda text: len(set(text)) > 1 and text not in SERIES
)


@given(DIGITS_14)
def test_fourteen_fifteen_and_sixteen_digits_name_the_same_imei(digits: str) -> None:
    whole = digits + str(luhn_digit(digits))
    assert normalise_imei(digits) == whole
    assert normalise_imei(whole) == whole
    assert normalise_imei(f"{digits}01") == whole


@given(DIGITS_14, st.integers(1, 9))
def test_a_wrong_check_digit_is_no_imei(digits: str, off: int) -> None:
    assert normalise_imei(digits + str((luhn_digit(digits) + off) % 10)) is None


@pytest.mark.parametrize(
    "written", ["35-750863-151570-8", "357508631515708.0", " 35750863 1515708"]
)
def test_imeis_are_read_through_dashes_spaces_and_spreadsheets(written: str) -> None:
    assert normalise_imei(written) == "357508631515708"


def test_placeholders_are_no_identifiers() -> None:
    assert normalise_imei("000000000000000") is None
    assert normalise_serial("N/A") is None
    assert normalise_serial("unknown") is None
    assert normalise_mac("00:00:00:00:00:00") is None
    assert normalise_mac("ff:ff:ff:ff:ff:ff") is None


@pytest.mark.parametrize(
    "written",
    ["0123456789ABCDEF", "123456789", "To be filled by O.E.M.", "Default string", "XXXXXXXX",
     "Not Specified", "System Serial Number", "2222222222"],
)  # fmt: skip
def test_what_makers_put_in_place_of_a_serial_number_is_none(written: str) -> None:
    assert normalise_serial(written) is None


@pytest.mark.parametrize("written", ["R58M123456A", "1234567X", "F2LX0123456789", "C02ABCDEFGH1"])
def test_serial_numbers_that_look_a_little_like_it_stay(written: str) -> None:
    assert normalise_serial(written) == written


def test_numbers_of_whole_series_and_of_manuals_are_no_devices() -> None:
    assert normalise_imei("123456789012347") is None
    assert normalise_imei("00499901064000") is None
    assert normalise_mac("00:11:22:33:44:55") is None


@pytest.mark.parametrize(
    "written",
    [
        "04D6AA15540C",
        "04-d6-aa-15-54-0c",
        "04:D6:AA:15:54:0C",
        "04d6.aa15.540c",
        "4:d6:aa:15:54:c",
        "04 D6 AA 15 54 0C",
        "04D6AA-15540C",
        "04d6-aa15-540c",
    ],
)
def test_macs_of_all_spellings_are_one(written: str) -> None:
    assert normalise_mac(written) == "04:d6:aa:15:54:0c"


def test_a_locally_administered_mac_is_randomised() -> None:
    assert is_randomised_mac("da:a1:19:00:00:01")
    assert not is_randomised_mac("04:d6:aa:15:54:0c")


def test_imsis_and_iccids_are_told_by_length_and_prefix() -> None:
    assert normalise_imsi("262013845490931") == "262013845490931"
    assert normalise_imsi("123456789012345") is None
    assert normalise_iccid("8949311008602835545") == "8949311008602835545"
    assert normalise_iccid("262013845490931") is None
