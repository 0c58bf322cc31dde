from __future__ import annotations

import pytest

from schedulerx.evidence.column_words import Column
from schedulerx.evidence.contents import columns_by_content
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.tables import table_events
from schedulerx.model.content import Table
from schedulerx.model.event import Event

CALLS = (
    "2024-03-01 08:12:33|+49 151 12345678|Ada Beispiel|OUT|00:01:15",
    "2024-03-01 09:44:02|+49 151 98765432|Bob Muster|IN|00:00:00",
    "2024-03-02 18:05:59|+49 30 123456||MISSED|00:12:40",
    "Total||||00:13:55",
)
NETWORK = (
    "24.01.2024;02:47:37;14155550125;491713920043;0:01:15;359906325907538;262010323132216",
    "24.01.2024;03:47:37;491713920044;14155550125;0:00:07;356938035643809;262010323132217",
)
CONTACTS = (
    "Ada Beispiel;+49 151 12345678;ada@example.com",
    "Bob Muster;030/1234567;",
    "Çelik, Ayşe;0171 2345678;",
)
DEVICES = (
    "359906325907538;Samsung Galaxy S21;AB123;Ada Beispiel",
    "356938035643809;iPhone 12;AB124;Ludwig van Muster",
)


def events(*lines: str, mark: str = ";", warnings: list[str] | None = None) -> list[Event]:
    rows = [(number, tuple(line.split(mark))) for number, line in enumerate(lines, 1)]
    table = Table(header=(), rows=lambda: iter(rows))
    return list(table_events(EventMaker("0" * 32, "a" * 64, "DE"), table, warnings))


def test_a_phones_log_without_a_header_is_told_by_its_directions() -> None:
    warnings: list[str] = []
    out, into, missed = events(*CALLS, mark="|", warnings=warnings)
    assert (out.start, out.end) == ("2024-03-01T08:12:33", "2024-03-01T08:13:48")
    assert [(actor.role, actor.name, actor.phone) for actor in out.actors] == [
        ("callee", "Ada Beispiel", "+4915112345678")
    ]
    assert [actor.role for actor in (*into.actors, *missed.actors)] == ["caller", "caller"]
    assert (out.provenance.row, out.provenance.field) == (1, "column 1")
    assert warnings[0].endswith("(1 start, 2 phone, 3 name, 4 direction, 5 duration).")


def test_a_networks_records_without_a_header_have_caller_callee_and_handset() -> None:
    first, _ = events(*NETWORK)
    assert (first.start, first.end) == ("2024-01-24T02:47:37", "2024-01-24T02:48:52")
    assert [(actor.role, actor.phone) for actor in first.actors] == [
        ("caller", "+14155550125"),
        ("callee", "+491713920043"),
    ]
    (handset,) = first.devices
    assert (handset.imei, handset.imsi) == ("359906325907538", "262010323132216")


def test_contacts_without_a_header_are_listed() -> None:
    people = [event.actors[0] for event in events(*CONTACTS)]
    assert [(each.name, each.phone) for each in people] == [
        ("Ada Beispiel", "+4915112345678"),
        ("Bob Muster", "+49301234567"),
        ("Çelik, Ayşe", "+491712345678"),
    ]
    assert people[0].email == "ada@example.com"


def test_devices_without_a_header_are_told_by_their_check_digits() -> None:
    first, second = events(*DEVICES)
    assert first.devices[0].imei == "359906325907538"
    assert first.devices[0].label == "Samsung Galaxy S21"
    assert [actor.name for actor in second.actors] == ["Ludwig van Muster"]


@pytest.mark.parametrize(
    "lines",
    [
        ("2024-01-02;9783161484100;2;19.99", "2024-01-03;9780306406157;1;12.50"),
        ("Apfel;1,20;Kiste", "Birne;2,40;Kiste", "Pflaume;0,80;Korb"),
        ("2024-01-01 10:00:00;20.5;1000000;OK", "2024-01-01 11:00:00;21.5;2000000;OK"),
        ("359906325907530;Galaxy", "356938035643800;iPhone"),
        ("2024-01-01 10:00;1704071479;1704071480;IN", "2024-01-02 10:00;1704071481;1704071482;OUT"),
        ("10.0.0.1;router", "192.168.178.20;printer"),
        ("Ada;London;1985", "Bob;Paris;1990"),
        ("+49 151 12345678;Ada Beispiel",),
    ],
    ids=[
        "books",
        "prices",
        "sensor",
        "wrong check digits",
        "counted times",
        "hosts",
        "years",
        "one row",
    ],
)
def test_what_could_be_anything_holds_no_events(lines: tuple[str, ...]) -> None:
    assert events(*lines) == []


def test_numbers_that_nobody_has_are_phones_beside_as_many_that_somebody_has() -> None:
    rows = [(1, ("+447700900779", "Ada Example")), (2, ("+491711234567", "Bob Example"))]
    assert columns_by_content(rows, "DE").places[Column.PHONE] == (0,)
    assert Column.PHONE not in columns_by_content([rows[0], rows[0]], "DE").places


def test_of_two_columns_of_words_neither_is_the_name() -> None:
    rows = enumerate((("Ada", "San Francisco", "+14155550125"), ("Bob", "Paris", "+33142685300")))
    assert "name" not in columns_by_content(rows, "US").places
