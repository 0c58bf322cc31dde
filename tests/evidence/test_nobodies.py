"""Names and numbers that name nobody."""

from __future__ import annotations

import pytest

from schedulerx.evidence.names import name_key
from schedulerx.evidence.nobodies import is_filled_in, is_nobodys_name


@pytest.mark.parametrize("name", ["MUM", "unbekannter Anrufer", "Número oculto", "мама", "妈妈"])
def test_a_name_is_nobodys_in_any_script_and_case(name: str) -> None:
    assert is_nobodys_name(name_key(name))


@pytest.mark.parametrize("name", ["Anna Berg", "Mum Anna", "Dr. No", "Chef Ramsay", "", "Юлия"])
def test_a_name_with_more_to_it_is_somebodys(name: str) -> None:
    assert not is_nobodys_name(name_key(name))


@pytest.mark.parametrize(
    "digits", ["0000000", "49000000000", "491234567890", "0123456789", "1234567", "999999999"]
)
def test_numbers_that_were_typed_in_place_of_one_are_known(digits: str) -> None:
    assert is_filled_in(digits)


@pytest.mark.parametrize("digits", ["493012345678", "491711234567", "12125550123", "491715555501"])
def test_numbers_of_people_are_not_taken_for_filled_in(digits: str) -> None:
    assert not is_filled_in(digits)
