"""Identities in free text: found where they are meant, and nowhere else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.text_identities import find_identities, mentioned
from schedulerx.model.event import Actor, DeviceMention


def named(text: str, region: str = "DE") -> list[str]:
    actors, devices = mentioned(text, region)
    people = [each.phone or each.email or "" for each in actors]
    ids = [
        each.imei or each.imsi or each.iccid or each.serial or each.mac or "" for each in devices
    ]
    return [*people, *ids]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sure: +14155550182", "+14155550182"),
        ("Tel. +49 6051 916 44 10 Fax", "+4960519164410"),
        ("call me on 0171 392 0005 tonight", "+491713920005"),
        ("0049 171 3920005", "+491713920005"),
        ("Tel.: (030) 901820", "+4930901820"),
        ("phone number: (+49) 171 3920005.", "+491713920005"),
        ("write to Egbert.Binner@Example.net.", "egbert.binner@example.net"),
        ("<mailto:a.b+c@sub.example.co.uk>", "a.b+c@sub.example.co.uk"),
        ("IMEI is 355211659857142", "355211659857142"),
        ("IMEI: 35-521165-985714-2", "355211659857142"),
        ("IMEISV 3552116598571401", "3552116598571401"),
        ("its IMSI 262013845490931", "262013845490931"),
        ("SIM card: 8949311008602835545", "8949311008602835545"),
        ("Serial number: VY05JDSTQB3", "VY05JDSTQB3"),
        ("Seriennummer F17RN4DX1234", "F17RN4DX1234"),
        ("<a href='tel:+49-171-3920005'>", "+491713920005"),
        ("https://wa.me/491713920005?text=hi", "+491713920005"),
        ("Die Telefonnummer lautet 0171 3920005", "+491713920005"),
        ("joined from 04:D6:AA:15:54:0C", "04:d6:aa:15:54:0c"),
    ],
)
def test_what_is_meant_is_found(text: str, expected: str) -> None:
    assert named(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Order 4915112345678 of 2024-01-02",
        "Total: +1 250 000 000 EUR",
        "ISBN 978-3-16-148410-0",
        "IBAN : FR76 10107 00245 00617052317 39 - BIC",
        "IBAN DE89 3704 0044 0532 0130 00",
        "between 2012-01-02 and 2012-02-03, 10.00 - 12.00",
        "03.02.2024 0171 3920005 pieces",
        "355211659857142 without a word",
        "IMEI 355211659857143 with a wrong check digit",
        "logo@2x.png image001.png@01D9A3B2.5F3E",
        "SHA1 04:D6:AA:15:54:0C:11:22",
        "ff:ff:ff:ff:ff:ff",
        "Serial number: pending",
        "1.234.567,89 EUR and 12,345,678.90",
        "192.168.100.200 port 8080",
        "https://example.com/?id=4917139200051&x=+49",
        "seriously, a serial killer",
    ],
)
def test_other_numbers_are_no_identities(text: str) -> None:
    assert named(text) == []


def test_each_is_named_once_and_took_no_part() -> None:
    actors, devices = mentioned("a@example.com, a@example.com, IMEI 355211659857142", "DE")
    assert actors == (Actor(role="mentioned", email="a@example.com"),)
    assert devices == (DeviceMention(imei="355211659857142", is_mentioned=True),)


@given(st.text(), st.sampled_from(["DE", "US", "FR"]))
def test_places_are_slices_in_the_order_of_the_text(text: str, region: str) -> None:
    found = list(find_identities(f"{text} Tel. +49 6051 9164410", region))
    assert all(0 <= one.start < one.end for one in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


def test_long_runs_of_digits_and_signs_take_no_time() -> None:
    for piece in ("1 ", "+1-", "a@", "12:", "(1)", "IMEI 1 ", "phone ", "a.b-"):
        assert len(list(find_identities(piece * 50_000, "DE"))) < 50_000
