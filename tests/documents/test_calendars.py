from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.documents.calendars import appointments
from schedulerx.documents.vcard import cards
from schedulerx.model.content import Appointment


def read(tmp_path: Path, body: str) -> list[Appointment]:
    path = tmp_path / "calendar.ics"
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{body}\nEND:VCALENDAR\n".replace("\n", "\r\n")
    path.write_bytes(text.encode())
    return list(appointments(path))


def entry(tmp_path: Path, body: str) -> Appointment:
    (found,) = read(tmp_path, f"BEGIN:VEVENT\n{body}\nEND:VEVENT")
    return found


def test_an_appointment_has_its_people_place_and_rule(tmp_path: Path) -> None:
    found = entry(
        tmp_path,
        "DTSTART;TZID=Europe/Berlin:20240701T090000\nDTEND;TZID=Europe/Berlin:20240701T100000\n"
        "SUMMARY:Review\\, wee\n kly\nLOCATION:Room 1\nRRULE:FREQ=WEEKLY;COUNT=4\n"
        'ORGANIZER;CN="Ada: chair":mailto:ada@example.com\nATTENDEE;CN=Bob:MAILTO:bob@example.com\n'
        "BEGIN:VALARM\nSUMMARY:wake\nEND:VALARM",
    )
    assert (found.start, found.end) == ("2024-07-01T09:00:00+02:00", "2024-07-01T10:00:00+02:00")
    assert (found.zone, found.title, found.location) == (
        "Europe/Berlin",
        "Review, weekly",
        "Room 1",
    )
    assert found.organizer == ("Ada: chair", "ada@example.com")
    assert found.attendees == (("Bob", "bob@example.com"),)
    assert found.recurrence == "RRULE:FREQ=WEEKLY;COUNT=4"


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("DTSTART:20240101T120000Z", "2024-01-01T12:00:00+00:00"),
        ("DTSTART:20240101T120000", "2024-01-01T12:00:00"),
        ("DTSTART;VALUE=DATE:20240101", "2024-01-01"),
        ("DTSTART;TZID=W. Europe Nowhere Time:20240101T120000", "2024-01-01T12:00:00"),
        ("DTSTART;TZID=/example.org/1/Europe/Oslo:20240101T120000", "2024-01-01T12:00:00+01:00"),
        ("DTSTART;TZID=../../etc/passwd:20240101T120000", "2024-01-01T12:00:00"),
        ("DTSTART:20240231T120000Z", None),
    ],
)  # fmt: skip
def test_times_keep_their_zone(tmp_path: Path, written: str, start: str | None) -> None:
    assert entry(tmp_path, written).start == start


def test_a_duration_gives_the_end(tmp_path: Path) -> None:
    assert entry(tmp_path, "DTSTART:20240101T120000Z\nDURATION:PT1H30M").end == (
        "2024-01-01T13:30:00+00:00"
    )


def test_an_entry_that_does_not_end_is_read(tmp_path: Path) -> None:
    (found,) = read(tmp_path, "BEGIN:VEVENT\nDTSTART:20240101T120000Z\nSUMMARY:cut")
    assert found.title == "cut"


def test_cards_within_cards_and_profiles(tmp_path: Path) -> None:
    path = tmp_path / "cards.vcf"
    path.write_text(
        'BEGIN:VCARD\nVERSION:4.0\nFN:Ada\nTEL;VALUE=uri;TYPE="voice,home":tel:+15550100200;ext=5\n'
        "AGENT:\nBEGIN:VCARD\nFN:Agent\nTEL:1\nEND:VCARD\n"
        "X-SOCIALPROFILE;TYPE=twitter:https://example.com/ada_x\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:2.1\nORG:Example;Sales\nTEL;CELL:555\nEND:VCARD\n",
        encoding="utf-8",
    )
    ada, firm = cards(path)
    assert (ada.name, ada.phones, ada.handles) == ("Ada", ("+15550100200",), ("twitter:ada_x",))
    assert (firm.place, firm.name, firm.phones) == (2, "Example Sales", ("555",))
