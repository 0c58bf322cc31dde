from __future__ import annotations

import pytest

from schedulerx.evidence.actors import party
from tests.evidence.test_tables import events


@pytest.mark.parametrize(
    ("written", "name", "phone"),
    [
        ("Ada <+49 151 12345678>", "Ada", "+4915112345678"),
        ("+49 151 12345678 Ada Beispiel", "Ada Beispiel", "+4915112345678"),
        ("+4915112345678 (Ada)", "Ada", "+4915112345678"),
        ("+4915112345678 / Ada", "Ada", "+4915112345678"),
        ("tel:+49-151-12345678", None, "+4915112345678"),
        ("sip:+4915112345678@voip.example.com", None, "+4915112345678"),
        ("4915112345678@s.whatsapp.net Ada B", "Ada B", "+4915112345678"),
        ("1-800-FLOWERS", None, "+18003569377"),
        ("*100#", None, "*100#"),
        ("DHL-Info", "DHL-Info", None),
        ("Beispiel, Ada", "Beispiel, Ada", None),
    ],
)
def test_a_cell_tells_a_number_a_name_or_both(
    written: str, name: str | None, phone: str | None
) -> None:
    actor = party("caller", written, "DE")
    assert actor is not None
    assert (actor.name, actor.phone) == (name, phone)


def test_an_address_of_whatsapp_is_a_handle_too() -> None:
    actor = party("caller", "4915112345678@c.us", "DE")
    assert actor is not None
    assert (actor.handle, actor.email) == ("whatsapp:4915112345678", None)


@pytest.mark.parametrize("written", ["Unknown", "(unbekannt)", "-1", "Privé", "n/a"])
def test_what_stands_for_nobody_is_nobody(written: str) -> None:
    assert party("caller", written, "US") is None


def test_a_call_of_a_hidden_number_is_a_call_all_the_same() -> None:
    (call,) = events("Date|Number|Type|Duration", "2024-01-24 10:00|Unknown|Incoming|60")
    assert (call.actors, call.summary) == ((), "Call, 60 s")
