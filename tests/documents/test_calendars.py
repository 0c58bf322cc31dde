from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.documents.calendars import appointments
from schedulerx.documents.vcard import cards
from schedulerx.evidence.appointments import appointment_event
from schedulerx.evidence.maker import EventMaker
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
        ("DTSTART;TZID=W. Europe Standard Time:20240701T120000", "2024-07-01T12:00:00+02:00"),
        ('DTSTART;TZID="Eastern Standard Time":20240101T120000', "2024-01-01T12:00:00-05:00"),
        ('DTSTART;TZID="(UTC+01:00) Amsterdam, Rome":20240701T120000',
         "2024-07-01T12:00:00+02:00"),
        ('DTSTART;TZID="(GMT-05.00) Eastern Time (US & Canada)":20240701T120000',
         "2024-07-01T12:00:00-04:00"),
        ('DTSTART;TZID="(UTC+05:30) Chennai, Kolkata":20240701T120000',
         "2024-07-01T12:00:00+05:30"),
        ('DTSTART;TZID="(UTC+09:00) Berlin":20240701T120000', "2024-07-01T12:00:00"),
        ("DTSTART;TZID=GMT+0230:20240701T120000", "2024-07-01T12:00:00+02:30"),
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


OWN = (
    "BEGIN:VTIMEZONE\nTZID:Office\n"
    "BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n"
    "BEGIN:DAYLIGHT\nDTSTART:19700301T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=SU\nEND:DAYLIGHT\n"
    "END:VTIMEZONE\n"
)


@pytest.mark.parametrize(
    ("time", "offset"),
    [
        ("20240331T015959", "+01:00"),
        ("20240331T030000", "+02:00"),
        ("20241027T015959", "+02:00"),
        ("20241027T030000", "+01:00"),
        ("20240101T000000", "+01:00"),
        ("15000101T000000", "+02:00"),
    ],
)
def test_a_zone_that_the_calendar_defines_itself_has_its_phases(
    tmp_path: Path, time: str, offset: str
) -> None:
    (found,) = read(tmp_path, f"BEGIN:VEVENT\nDTSTART;TZID=Office:{time}\nEND:VEVENT\n{OWN}")
    assert (found.start or "")[-6:] == offset


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=13", "FREQ=YEARLY;BYDAY=9SU", "FREQ=YEARLY;BYMONTH=x"],
)
def test_a_zone_with_a_rule_that_says_nothing_is_read_by_its_dates(
    tmp_path: Path, rule: str
) -> None:
    own = (
        "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:20000101T000000\n"
        f"TZOFFSETFROM:+0100\nTZOFFSETTO:+0300\nRRULE:{rule}\nEND:STANDARD\nEND:VTIMEZONE\n"
    )
    (found,) = read(tmp_path, f"{own}BEGIN:VEVENT\nDTSTART;TZID=Odd:20240101T120000\nEND:VEVENT")
    assert found.start == "2024-01-01T12:00:00+03:00"


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        ("DTEND;VALUE=DATE:20240302", "2024-03-01"),
        ("DTEND;VALUE=DATE:20240304", "2024-03-03"),
        ("DURATION:P1D", "2024-03-01"),
        ("DTEND;VALUE=DATE:20240301", "2024-03-01"),
        ("SUMMARY:open", None),
    ],
)
def test_whole_days_end_with_their_last_one(tmp_path: Path, lines: str, last: str | None) -> None:
    found = entry(tmp_path, f"DTSTART;VALUE=DATE:20240301\n{lines}")
    assert (found.start, found.end) == ("2024-03-01", last)


def test_a_repetition_that_was_moved_says_what_it_stands_for(tmp_path: Path) -> None:
    found = entry(
        tmp_path,
        "UID:5\nDTSTART;TZID=Europe/Berlin:20240315T140000\n"
        "RECURRENCE-ID;TZID=Europe/Berlin:20240315T100000",
    )
    assert found.replaces == "2024-03-15T10:00:00+01:00"
    event = appointment_event(EventMaker("0" * 32, "a" * 64), found, "calendar")
    assert event is not None
    assert event.summary.endswith("; instead of 2024-03-15T10:00:00+01:00")


def test_a_zone_nobody_knows_leaves_a_doubt(tmp_path: Path) -> None:
    found = entry(tmp_path, "DTSTART;TZID=Moon:20240315T140000")
    event = appointment_event(EventMaker("0" * 32, "a" * 64), found, "calendar")
    assert event is not None
    assert "'Moon' is not known" in event.doubt
