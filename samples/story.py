"""Who and what the samples are about: a restored clock, sent by parcel, lost and found.

Everybody is invented: example.com addresses (RFC 2606), +1-202-555-01xx numbers (reserved for
fiction), MAC addresses of 00-00-5E-00-53 (RFC 7042, for documentation), IMSI of the test network.
"""

from __future__ import annotations

from dataclasses import dataclass

PARCEL = "GW-2406-0117"
PASSWORD = "tidewater"  # of the two locked samples; the README tells it too


@dataclass(frozen=True)
class Character:
    """Somebody in the story."""

    name: str
    role: str
    phone: str  # E.164
    email: str


NELL = Character("Nell Tidewater", "owner of the workshop", "+12025550117", "nell@example.com")
OTTO = Character("Otto Brandvale", "apprentice", "+12025550123", "otto@example.com")
WREN = Character("Wren Halloway", "driver of the courier", "+12025550142", "wren@example.net")
IRIS = Character("Iris Quillfeather", "customer", "+12025550168", "iris@example.org")
DEPOT = Character("Gullwing Depot", "the courier's desk", "+12025550190", "depot@example.net")
CAST = (NELL, OTTO, WREN, IRIS, DEPOT)


@dataclass(frozen=True)
class Phone:
    """A device of the story. The IMEI's last digit is its Luhn check digit."""

    asset: str
    model: str
    imei: str
    imsi: str
    serial: str
    mac: str
    owner: Character


def luhn_digit(digits: str) -> int:
    """The check digit (ISO/IEC 7812-1) that completes these digits."""
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(reversed(digits)))
    return -sum(value // 10 + value % 10 for value in doubled) % 10


def imei(body: str) -> str:
    """An IMEI: 14 digits and the check digit."""
    return f"{body}{luhn_digit(body)}"


PHONES = (
    Phone(
        "TW-01",
        "Northlight N2",
        imei("35209900176148"),
        "001010000000117",
        "NL2-7F31A",
        "00:00:5E:00:53:17",
        NELL,
    ),
    Phone(
        "TW-02",
        "Northlight N1",
        imei("35209900281923"),
        "001010000000123",
        "NL1-09C44",
        "00:00:5E:00:53:23",
        OTTO,
    ),
    Phone(
        "GW-31",
        "Parcelscan 5",
        imei("35154900730042"),
        "001010000000142",
        "PS5-88D02",
        "00:00:5E:00:53:42",
        WREN,
    ),
    Phone(
        "GW-32",
        "Parcelscan 5",
        imei("35154900730059"),
        "001010000000190",
        "PS5-88D19",
        "00:00:5E:00:53:90",
        DEPOT,
    ),
)
