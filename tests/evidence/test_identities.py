from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.identities import (
    looks_like_phone,
    normalise_email,
    normalise_phone,
)


@pytest.mark.parametrize(
    ("written", "region", "expected"),
    [
        ("+49 171 392 0005", "US", "+491713920005"),
        ("0171-3920045", "DE", "+491713920045"),
        ("00491713920042", "US", "+491713920042"),
        ("491713920043", "US", "+491713920043"),
        ("14155550125", "DE", "+14155550125"),
        ("447700900779", "DE", "+447700900779"),
        ("(415) 555-0125", "US", "+14155550125"),
        ("202-555-0117 ext. 12", "US", "+12025550117"),
        ("+49 30 123456 Durchwahl 12", "US", "+4930123456"),
        ("112", "DE", "112"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("79161234567", "RU", "+79161234567"),
        ("13800138000", "CN", "+8613800138000"),
        ("11 98765-4321", "BR", "+5511987654321"),
        ("15555215554", "DE", "+15555215554"),
        ("+49 151 1234567,,5#", "DE", "+491511234567"),
        ("0171-3920045", "US", "01713920045"),
        ("030 1234567", "US", "0301234567"),
        ("02 1234 5678", "IT", "+390212345678"),
        ("3456789", "DE", "3456789"),
        ("030 3456789", "DE", "+49303456789"),
        ("1713920045", "DE", "+491713920045"),
        ("22 34 56 78", "DK", "+4522345678"),
        ("01 22 33 44 55", "FR", "+33122334455"),
        ("122334455", "FR", "+33122334455"),
        ("no number", "US", None),
    ],
)
def test_phones_become_e164_or_their_digits(
    written: str, region: str, expected: str | None
) -> None:
    assert normalise_phone(written, region) == expected


@given(st.text())
def test_any_text_is_a_phone_or_not_but_never_an_error(text: str) -> None:
    phone = normalise_phone(text, "US")
    assert phone is None or phone.removeprefix("+").isdigit()


def test_emails_are_lower_case_and_found_in_their_brackets() -> None:
    assert normalise_email("Ada <Ada.L@Example.COM>") == "ada.l@example.com"
    assert normalise_email("nobody") is None


def test_dates_and_words_do_not_look_like_phones() -> None:
    assert looks_like_phone("+1 (415) 555-0125")
    assert not looks_like_phone("Room 12345")
