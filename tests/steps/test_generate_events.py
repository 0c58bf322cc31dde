from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from schedulerx.documents.ocr.engine import Line, Page, Word, upright
from schedulerx.evidence.storage import iter_events
from schedulerx.model.event import Event, EventKind
from schedulerx.model.record import Description, Reading
from schedulerx.steps import generate_events
from schedulerx.steps.read import page_key
from tests.documents.databases.made import database
from tests.steps.files import file_work


def test_a_photo_with_a_time_is_one_event_with_its_camera(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"jpeg")
    description = Description(
        captured_at="2011-01-13T14:33:39",
        captured_from="DateTimeOriginal",
        camera_make="Apple",
        camera_model="iPhone 4",
        gps=(41.853, 12.4888333),
    )
    work, record = file_work(file, "image/jpeg", description=description)
    after = generate_events.run(work, record)
    (event,) = after.events
    assert event.kind is EventKind.PHOTO_TAKEN
    assert event.start == "2011-01-13T14:33:39"
    assert [device.label for device in event.devices] == ["Apple iPhone 4"]
    assert "41.853" in event.summary
    assert event.provenance.sha256 == record.sha256
    assert after.event_count == 1
    assert generate_events.run(work, record) == after


def test_a_photo_without_a_time_has_no_event(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"jpeg")
    work, record = file_work(file, "image/jpeg")
    assert generate_events.run(work, record).event_count == 0


def test_a_document_is_created_by_its_author(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.4")
    description = Description(created_at="2020-01-02T03:04:05+01:00", author="Ada", title="Plan")
    work, record = file_work(file, "application/pdf", description=description)
    (event,) = generate_events.run(work, record).events
    assert event.kind is EventKind.DOCUMENT_CREATED
    assert [(actor.role, actor.name) for actor in event.actors] == [("author", "Ada")]
    assert event.summary == "Plan"


LETTER = (
    "From: Ada <ada@example.com>\nTo: bob@example.com\n"
    "Subject: The clock\nDate: Wed, 05 Jun 2024 18:31:07 -0400\n\nIt ticks.\n"
)


def events_of(tmp_path: Path, name: str, text: str, media_type: str) -> tuple[Event, ...]:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    work, record = file_work(file, media_type)
    after = generate_events.run(work, record)
    assert generate_events.run(work, record) == after
    return tuple(iter_events(after, work.artifacts))


def test_a_letter_is_an_event_between_its_people(tmp_path: Path) -> None:
    (event,) = events_of(tmp_path, "a.eml", LETTER, "message/rfc822")
    assert event.kind is EventKind.EMAIL
    assert (event.start, event.summary) == ("2024-06-05T18:31:07-04:00", "The clock")
    assert [(actor.role, actor.email) for actor in event.actors] == [
        ("sender", "ada@example.com"),
        ("recipient", "bob@example.com"),
    ]


def test_a_mailbox_has_no_event_of_its_own_its_messages_are_inputs(tmp_path: Path) -> None:
    box = f"From a Wed Jun  5 18:31:07 2024\n{LETTER}\n" * 2
    assert events_of(tmp_path, "a.mbox", box, "application/mbox") == ()


def test_in_a_chat_of_two_the_other_one_is_the_recipient(tmp_path: Path) -> None:
    chat = "03/02/2024, 16:38 - Ada: Hi\n04/02/2024, 16:39 - +49 171 3920005: yes\n"
    first, second = events_of(tmp_path, "chat.txt", chat, "text/plain")
    assert first.start == "2024-02-03T16:38:00"
    assert [(actor.role, actor.name or actor.phone) for actor in first.actors] == [
        ("sender", "Ada"),
        ("recipient", "+491713920005"),
    ]
    assert second.provenance.row == 2


def test_telegram_senders_have_handles(tmp_path: Path) -> None:
    chat = (
        '{"messages": [{"type": "message", "date_unixtime": "1544006350", "from": "Ada", '
        '"from_id": "user7", "text": "Hi"}]}'
    )
    (event,) = events_of(tmp_path, "result.json", chat, "application/json")
    assert event.start == "2018-12-05T10:39:10+00:00"
    assert event.actors[0].handle == "telegram:user7"


def test_device_lists_in_json_are_events(tmp_path: Path) -> None:
    text = '{"devices": [{"hw": {"imei": "355666746066900"}, "user": {"upn": "A@example.com"}}]}'
    (event,) = events_of(tmp_path, "state.json", text, "application/json")
    assert event.kind is EventKind.DEVICE_LISTED
    assert event.actors[0].email == "a@example.com"


def test_many_rows_go_to_an_artifact(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-01 10:00:{n % 60:02d},+1415555{n:04d},112\n" for n in range(500))
    file = tmp_path / "calls.csv"
    file.write_text(f"start,caller,callee\n{rows}")
    work, record = file_work(file, "text/csv")
    after = generate_events.run(work, record)
    assert (after.event_count, after.events) == (500, ())
    assert (
        after.events_key
        == f"events/{record.object_id[:2]}/{record.object_id[2:]}.{'f' * 16}.ndjson"
    )
    assert len({event.event_id for event in iter_events(after, work.artifacts)}) == 500


def test_other_kinds_leave_the_very_same_record(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(b"PK")
    work, record = file_work(file, "application/zip")
    assert generate_events.run(work, record) is record


def test_tables_of_an_unknown_database_are_read_by_their_columns(tmp_path: Path) -> None:
    script = (
        "CREATE TABLE log (_id INTEGER PRIMARY KEY, caller TEXT, callee TEXT,"
        " call_start, duration);"
        "INSERT INTO log VALUES (12, '+15550100200', '+15550100300', 1700000000000, 9);"
    )
    work, record = file_work(database(tmp_path, script), "application/vnd.sqlite3")
    (event,) = generate_events.run(work, record).events
    assert (event.kind, event.start) == (EventKind.CALL, "2023-11-14T22:13:20+00:00")
    assert (event.provenance.table, event.provenance.row_id) == ("log", 12)


def test_a_database_without_a_schema_leaves_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    work, record = file_work(path, "application/vnd.sqlite3")
    after = generate_events.run(work, record)
    assert after.events == ()
    assert "database" in after.warnings[0]


def test_a_scan_names_identities_with_page_and_box(tmp_path: Path) -> None:
    file = tmp_path / "scan.png"
    file.write_bytes(b"png")
    work, record = file_work(file, "image/png")
    words = ("IMEI", "355211659857142")
    line = Line(
        text=" ".join(words),
        box=upright(100, 100, 500, 120),
        confidence=0.9,
        words=(
            Word(text=words[0], box=upright(100, 100, 180, 120), confidence=0.9),
            Word(text=words[1], box=upright(200, 100, 500, 120), confidence=0.9),
        ),
    )
    page = Page(width=1000, height=1000, engine="test/1", lines=(line,))
    key = page_key(record.sha256 or "", 1, work.settings.read)
    work.artifacts.put(key, msgspec.json.encode(page))
    read = replace(record, reading=Reading(text=page.text, characters=20, engine="test/1"))
    (event,) = generate_events.run(work, read).events
    assert event.kind is EventKind.MENTION
    assert [device.imei for device in event.devices] == ["355211659857142"]
    assert (event.provenance.page, event.provenance.box) == (1, (0.2, 0.1, 0.5, 0.12))


def test_a_message_mentions_what_its_text_names(tmp_path: Path) -> None:
    text = "time,from,to,text\n2024-01-02 10:00,Ada,Bob,my new phone: IMEI 355211659857142\n"
    (event,) = events_of(tmp_path, "m.csv", text, "text/csv")
    assert [device.imei for device in event.devices if device.is_mentioned] == ["355211659857142"]
    assert event.precision == "minute"


def test_a_log_shows_devices_as_seen(tmp_path: Path) -> None:
    text = "ts,client_mac\n1704071479,04-D6-AA-CF-D6-DA\n"
    (event,) = events_of(tmp_path, "w.csv", text, "text/csv")
    assert event.kind is EventKind.DEVICE_SEEN
    assert event.start == "2024-01-01T01:11:19+00:00"


def test_open_dates_are_told_on_the_event_and_in_a_warning(tmp_path: Path) -> None:
    text = "start,caller,callee,duration\n03/04/2024 10:00,+4930123456,+4930654321,5\n"
    file = tmp_path / "c.csv"
    file.write_text(text, encoding="utf-8")
    work, record = file_work(file, "text/csv")
    after = generate_events.run(work, record)
    assert after.events[0].doubt
    assert len(after.warnings) == 1


def test_a_made_up_mac_is_marked(tmp_path: Path) -> None:
    text = "ts,client_mac\n1704071479,da:a1:19:00:11:22\n"
    (event,) = events_of(tmp_path, "w.csv", text, "text/csv")
    assert event.summary == "Seen: Device da:a1:19:00:11:22 (randomised)"


def test_telegram_tells_calls_contacts_and_places(tmp_path: Path) -> None:
    owner = {"user_id": 2, "first_name": "Me", "last_name": "", "phone_number": "+491713920042"}
    known = {"user_id": 1, "first_name": "Ada", "last_name": "Berg", "phone_number": "+14155550125"}
    said = {"type": "message", "date_unixtime": "1704099900", "from": "Ada", "from_id": "user1",
            "text": ""}  # fmt: skip
    called = {"type": "service", "action": "phone_call", "actor": "Ada", "actor_id": "user1",
              "date_unixtime": "1704099600", "duration_seconds": 63, "text": ""}  # fmt: skip
    document = {
        "personal_information": owner,
        "contacts": {"list": [known]},
        "chats": {"list": [{"type": "personal_chat", "name": "Ada", "id": 1, "messages": [
            called,
            {**said, "location_information": {"latitude": 52.5, "longitude": 13.4}},
            {**said, "contact_information": {"first_name": "Max", "phone_number": "+4930123456"}},
        ]}]},
    }  # fmt: skip
    call, place, card, me, ada = events_of(
        tmp_path, "result.json", json.dumps(document), "application/json"
    )
    assert (call.kind, call.end) == ("call", "2024-01-01T09:01:03+00:00")
    assert [(actor.role, actor.handle) for actor in call.actors] == [
        ("caller", "telegram:user1"),
        ("callee", "telegram:user2"),
    ]
    assert place.location is not None
    assert place.location.latitude == 52.5
    assert [(actor.role, actor.phone) for actor in card.actors[2:]] == [
        ("mentioned", "+4930123456")
    ]
    assert (me.kind, me.actors[0].handle) == ("contact_listed", "telegram:user2")
    assert (ada.actors[0].handle, ada.actors[0].phone) == ("telegram:user1", "+14155550125")


def test_an_itemised_bill_lists_calls(tmp_path: Path) -> None:
    text = (
        "Einzelverbindungsnachweis;Rechnung 123\n"
        "Datum;Uhrzeit;Zielrufnummer;Dauer hh:mm:ss;Betrag in EUR\n"
        "01.02.24;08:15:30;+491713920005;00:01:15;0,00\n"
    )
    (call,) = events_of(tmp_path, "bill.csv", text, "text/csv")
    assert (call.kind, call.start, call.end) == (
        "call", "2024-02-01T08:15:30", "2024-02-01T08:16:45"
    )  # fmt: skip


def test_a_forensic_report_names_party_and_folder(tmp_path: Path) -> None:
    text = (
        "#,Folder,Party,Time,Status,Message\n"
        "1,Inbox,+491713920005 Anna Beispiel,13/02/2024 10:00:00(UTC+1),Read,Hallo\n"
        "2,Sent,+491713920005 Anna Beispiel,13/02/2024 10:05:00(UTC+1),Sent,Na du\n"
    )
    first, second = events_of(tmp_path, "report.csv", text, "text/csv")
    assert (first.kind, first.start) == ("message", "2024-02-13T10:00:00+01:00")
    assert [(actor.role, actor.name, actor.phone) for actor in first.actors] == [
        ("sender", "Anna Beispiel", "+491713920005")
    ]
    assert second.actors[0].role == "recipient"


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        ("Nome;Cognome;Cellulare", "Mario;Rossi;+393331234567", "Mario Rossi"),
        ("Name;Vorname;Handy", "Müller;Jürgen;+491713920005", "Jürgen Müller"),
        ("Name;Given Name;Family Name;Phone", "Ada M. Berg;Ada;Berg;+14155550125", "Ada M. Berg"),
        ("Name;Phone", "Ada Berg;+14155550125", "Ada Berg"),
    ],
)
def test_a_name_is_whole_whatever_its_columns_are_called(
    tmp_path: Path, header: str, row: str, name: str
) -> None:
    (event,) = events_of(tmp_path, "contacts.csv", f"{header}\n{row}\n", "text/csv")
    assert event.actors[0].name == name


def test_who_takes_part_in_a_conversation_got_its_messages(tmp_path: Path) -> None:
    chat = {
        "participants": [{"name": "Ada"}, {"name": "Bob"}, {"name": "Eve"}],
        "messages": [{"sender_name": "Bob", "timestamp_ms": 1704099900000, "content": "hi"}],
    }
    (event,) = events_of(tmp_path, "message_1.json", json.dumps(chat), "application/json")
    assert [(actor.role, actor.name) for actor in event.actors] == [
        ("sender", "Bob"),
        ("recipient", "Ada"),
        ("recipient", "Eve"),
    ]
