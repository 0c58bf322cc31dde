"""Identities of devices: IMEI, IMSI, ICCID, serial number, MAC address."""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(
    r"(.)\1*|n/?a|none|null|unknown|unbekannt|undefined|invalid|empty|default(?:string)?|serialnumber"
    r"|systemserialnumber|not(?:available|specified|applicable)|tobefilledbyo\.?e\.?m\.?"
    # In the row of digits, as makers leave it who number nothing.
    r"|0?123456(?:7(?:8(?:90?)?)?)?|0?123456789(?:0?ABC(?:DEF?)?|0123456)",
    re.IGNORECASE,
)
# The first 14 digits of IMEIs that whole series of phones were shipped or flashed with.
SERIES = frozenset({"01234567890123", "12345678901234", "00499901064000", "35824005111111"})
# Addresses that drivers and manuals put where a device has none of its own.
_EXAMPLE_MACS = frozenset({"001122334455", "123456789abc", "001234567890", "00904cc51238"})
_SHORT_OCTET = re.compile(r"(?<![0-9a-f])[0-9a-f](?=:|$)")  # "0:1a:2b", as BSD and macOS write it
_LOCALLY_ADMINISTERED = 0b10  # second bit of the first octet, IEEE 802
_MULTICAST = 0b01


# "3.59906E+14", and the same written out again: 359906000000000.
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}|\d{3,8}0{7,}")


def is_rounded(written: str) -> bool:
    """Whether a spreadsheet has rounded a long number, whose last digits are lost."""
    return _ROUNDED.fullmatch(written.strip()) is not None


def digits_of(written: str) -> str:
    """The digits alone: spaces, dashes and dots between them dropped, a spreadsheet's .0 too; none
    of a number that was rounded.
    """
    if is_rounded(written):
        return ""
    if written.isascii() and written.isdigit():
        return written
    return re.sub(r"\D", "", re.sub(r"\.0$", "", written.strip()))


def luhn_digit(digits: str) -> int:
    """The check digit that follows these digits (ISO/IEC 7812-1)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def normalise_imei(written: str) -> str | None:
    """The 15 digits of an IMEI; None where it is none (3GPP TS 23.003, 6.2).

    14 digits lack the check digit, 16 end in a software version: both get the check digit.
    15 digits must have the right one.
    """
    digits = digits_of(written)
    if len(digits) not in {14, 15, 16} or _PLACEHOLDER.fullmatch(digits):
        return None
    if digits[:14] in SERIES:
        return None
    whole = digits[:14] + str(luhn_digit(digits[:14]))
    return None if len(digits) == 15 and digits != whole else whole


def normalise_imsi(written: str) -> str | None:
    """The 14 or 15 digits of an IMSI, which begin with a mobile country code (ITU-T E.212).

    200 to 799 are countries, 901 networks across them, 001 tests, 999 private networks.
    """
    digits = digits_of(written)
    if len(digits) not in {14, 15} or _PLACEHOLDER.fullmatch(digits):
        return None
    return digits if digits[0] in "234567" or digits[:3] in {"001", "901", "999"} else None


def normalise_iccid(written: str) -> str | None:
    """The digits of a SIM card's number: 89, then 17 or 18 digits (ITU-T E.118)."""
    digits = digits_of(written)
    return digits if len(digits) in {19, 20} and digits.startswith("89") else None


def normalise_serial(written: str) -> str | None:
    """A serial number in capitals without spaces; None for placeholders."""
    serial = re.sub(r"\s+", "", written).upper()
    return None if len(serial) < 4 or _PLACEHOLDER.fullmatch(serial) else serial


def normalise_mac(written: str) -> str | None:
    """A MAC address as 12 lower-case hex digits with colons; None where it is no device's."""
    text = _SHORT_OCTET.sub(r"0\g<0>", written.strip().lower())
    if not re.fullmatch(
        r"[0-9a-f]{12}|[0-9a-f]{2}([: -])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}"
        r"|[0-9a-f]{4}([.-])[0-9a-f]{4}\2[0-9a-f]{4}|[0-9a-f]{6}[:-][0-9a-f]{6}",
        text,
    ):
        return None
    digits = re.sub(r"[^0-9a-f]", "", text)
    if len(set(digits)) == 1 or digits in _EXAMPLE_MACS or int(digits[:2], 16) & _MULTICAST:
        return None
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def is_randomised_mac(mac: str) -> bool:
    """Whether a normalised MAC is locally administered: made up by software, not by the maker."""
    return bool(int(mac[:2], 16) & _LOCALLY_ADMINISTERED)
