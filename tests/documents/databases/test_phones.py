from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from schedulerx.documents.databases import phones
from schedulerx.documents.databases.sqlite import opened
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.phones import phone_event
from schedulerx.model.event import EventKind, Location
from schedulerx.model.phone import (
    Party,
    PhoneCall,
    PhoneContact,
    PhoneItem,
    PhoneMessage,
    PhonePicture,
)
from tests.documents.databases import made


def items(path: Path) -> list[PhoneItem]:
    with opened(path) as database:
        return [item for read in phones.schemas_of(database) for item in read(database)]


def calls(tmp_path: Path, script: str) -> list[PhoneCall]:
    return [item for item in items(made.database(tmp_path, script)) if isinstance(item, PhoneCall)]


def messages(tmp_path: Path, script: str) -> list[PhoneMessage]:
    found = items(made.database(tmp_path, script))
    return [item for item in found if isinstance(item, PhoneMessage)]


def contacts(tmp_path: Path, script: str) -> list[PhoneContact]:
    found = items(made.database(tmp_path, script))
    return [item for item in found if isinstance(item, PhoneContact)]


def test_androids_calls_have_their_direction_outcome_and_row(tmp_path: Path) -> None:
    answered, missed, hidden = calls(tmp_path, made.ANDROID_CALLS)
    assert answered.start == "2023-11-14T22:13:20.123000+00:00"
    assert (answered.spot.table, answered.spot.row_id, answered.seconds) == ("calls", 4, 65)
    assert answered.others == (Party(address="+15550100200", name="Ada"),)
    assert (answered.is_incoming, answered.how) == (True, "")
    assert (missed.is_incoming, missed.how) == (True, "missed video")
    assert (hidden.is_incoming, hidden.others[0].address) == (False, "")


def test_androids_messages_are_those_sent_and_received(tmp_path: Path) -> None:
    received, sent, multimedia = messages(tmp_path, made.ANDROID_SMS)
    assert received.sender == Party(address="5550100200")
    assert received.recipients == ()
    assert (sent.sender, sent.recipients) == (None, (Party(address="5550100200"),))
    assert multimedia.sent == "2023-11-14T22:18:20+00:00"
    assert multimedia.sender == Party(address="+15550100400")
    assert multimedia.recipients == (Party(address="+15550100500"),)
    assert (multimedia.text, multimedia.attachments) == ("look", ("beach.jpg",))


def test_androids_contacts_are_gathered_from_their_entries(tmp_path: Path) -> None:
    (ada,) = contacts(tmp_path, made.ANDROID_CONTACTS)
    assert (ada.name, ada.spot.row_id) == ("Ada Example", 5)
    assert ada.phones == ("+15550100200", "+15550100201")
    assert (ada.emails, ada.handles) == (("ada@example.com",), ("whatsapp:15550100200",))


def test_calls_of_ios_count_from_2001(tmp_path: Path) -> None:
    answered, missed, outgoing = calls(tmp_path, made.IOS_CALLS)
    assert answered.start == "2023-03-08T20:26:40.500000+00:00"
    assert answered.others == (Party(address="+15550100200", name="Ada"),)
    assert (answered.seconds, answered.is_incoming, answered.how) == (12, True, "")
    assert missed.how == "missed FaceTime video"
    assert (outgoing.is_incoming, outgoing.how) == (False, "")


def test_calls_of_old_ios_count_from_1970(tmp_path: Path) -> None:
    incoming, outgoing = calls(tmp_path, made.IOS_OLD_CALLS)
    assert incoming.start == "2011-03-13T07:06:40+00:00"
    assert (incoming.is_incoming, outgoing.is_incoming) == (True, False)


def test_messages_of_ios_count_seconds_or_nanoseconds(tmp_path: Path) -> None:
    seconds, nanoseconds, picture = messages(tmp_path, made.IOS_MESSAGES)
    assert seconds.sent == "2016-11-05T00:53:20+00:00"
    assert seconds.sender == Party(address="+15550100200")
    assert nanoseconds.sent == "2023-03-08T20:26:40+00:00"
    assert [each.address for each in nanoseconds.recipients] == ["+15550100200", "bob@example.com"]
    assert (picture.text, picture.attachments) == ("", ("IMG_1.HEIC",))


@pytest.mark.parametrize("text", ["short", "ä" * 100, "long " * 20_000])
def test_the_text_may_lie_in_the_attributed_body_alone(tmp_path: Path, text: str) -> None:
    raw = text.encode()
    length = (
        bytes([len(raw)])
        if len(raw) < 128
        else b"\x81" + len(raw).to_bytes(2, "little")
        if len(raw) < 65536
        else b"\x82" + len(raw).to_bytes(4, "little")
    )
    body = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00"
    body += b"\x84\x84\x08NSObject\x00\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+"
    path = made.database(tmp_path, made.IOS_MESSAGES)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "UPDATE message SET text = NULL, attributedBody = ? WHERE ROWID = 1",
            (body + length + raw + b"\x86\x84\x02iI\x01",),
        )
        connection.commit()
    first = items(path)[0]
    assert isinstance(first, PhoneMessage)
    assert first.text == text.strip()


def test_messages_of_old_ios_have_their_address_beside_them(tmp_path: Path) -> None:
    received, sent = messages(tmp_path, made.IOS_OLD_MESSAGES)
    assert (received.sender, received.sent) == (
        Party(address="+15550100200"),
        "2011-03-13T07:06:40+00:00",
    )
    assert sent.recipients == (Party(address="+15550100200"),)


@pytest.mark.parametrize("script", [made.IOS_CONTACTS, made.MAC_CONTACTS])
def test_address_books_of_apple_give_names_numbers_and_addresses(
    tmp_path: Path, script: str
) -> None:
    ada = contacts(tmp_path, script)[0]
    assert ada.name == "Ada Example"
    assert ada.phones[0].endswith("0200")
    assert ada.emails == ("ada@example.com",)


def test_a_firm_in_the_address_book_is_named_by_its_firm(tmp_path: Path) -> None:
    assert contacts(tmp_path, made.IOS_CONTACTS)[1].name == "Example Ltd"


def test_whatsapps_senders_in_groups_are_the_members(tmp_path: Path) -> None:
    mine, member, picture = messages(tmp_path, made.WHATSAPP)
    ada = Party(address="+15550100200", handle="whatsapp:15550100200")
    assert (mine.sender, mine.recipients, mine.text) == (None, (ada,), "hello")
    assert member.sender == Party(address="+15550100300", handle="whatsapp:15550100300")
    assert picture.sender == ada
    assert picture.attachments == ("IMG-1.jpg",)


def test_whatsapps_calls_are_calls(tmp_path: Path) -> None:
    (call,) = calls(tmp_path, made.WHATSAPP)
    assert (call.how, call.is_incoming) == ("missed WhatsApp video", True)


def test_the_older_schema_of_whatsapp_is_told_by_its_columns(tmp_path: Path) -> None:
    first, second = messages(tmp_path, made.WHATSAPP_OLD)
    assert (first.text, first.sent) == ("old", "2017-07-14T02:40:00+00:00")
    assert second.sender == Party(address="+15550100300", handle="whatsapp:15550100300")
    assert (second.text, second.attachments) == ("see", ("v.mp4",))


def test_whatsapps_groups_are_no_contacts(tmp_path: Path) -> None:
    (ada,) = contacts(tmp_path, made.WHATSAPP_CONTACTS)
    assert (ada.name, ada.phones) == ("Ada", ("+15550100200",))


def test_values_of_the_wrong_type_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    script = made.ANDROID_CALLS + (
        "INSERT INTO calls VALUES (11, X'ff00fe', 'never', 9e999, 'x', 12, X'00'),"
        "(12, 5, 9223372036854775807, -1, 1, NULL, NULL);"
    )
    odd, far = calls(tmp_path, script)[3:]
    assert (odd.start, odd.seconds, odd.others[0].address) == (None, 0, "")
    assert (far.start is None or far.start > "2200", far.others[0].address) == (True, "5")


def altered(tmp_path: Path, script: str, *changes: str) -> list[PhoneItem]:
    return items(made.database(tmp_path, "\n".join((script, *(f"{each};" for each in changes)))))


def test_the_phones_own_address_is_the_other_end_where_ios_keeps_it(tmp_path: Path) -> None:
    received, sent, _ = altered(
        tmp_path,
        made.IOS_MESSAGES,
        "ALTER TABLE message ADD COLUMN destination_caller_id TEXT DEFAULT '+15550100999'",
        "ALTER TABLE message ADD COLUMN date_retracted INTEGER DEFAULT 7",
        "UPDATE message SET text = NULL WHERE ROWID = 1",
    )
    assert isinstance(received, PhoneMessage)
    assert received.recipients == (Party(address="+15550100999"),)
    assert received.text == "[taken back]"
    assert isinstance(sent, PhoneMessage)
    assert sent.sender == Party(address="+15550100999")


def test_androids_calls_name_the_line_they_came_in_on(tmp_path: Path) -> None:
    first, *_ = altered(
        tmp_path,
        made.ANDROID_CALLS,
        "ALTER TABLE calls ADD COLUMN phone_account_address TEXT DEFAULT '+15550100999'",
    )
    assert isinstance(first, PhoneCall)
    assert first.owner == Party(address="+15550100999")


def test_a_text_that_was_never_sent_says_so(tmp_path: Path) -> None:
    found = altered(tmp_path, made.ANDROID_SMS, "UPDATE sms SET type = 5 WHERE _id = 2")
    assert [item.text for item in found if isinstance(item, PhoneMessage)][1] == (
        "[not sent]\nwent out"
    )


WHATSAPP = """
CREATE TABLE jid (_id INTEGER PRIMARY KEY, raw_string TEXT);
CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER);
CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY, jid_row_id INTEGER);
CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER,
    timestamp INTEGER, text_data TEXT, sender_jid_row_id INTEGER, message_type INTEGER);
CREATE TABLE message_location (message_row_id INTEGER PRIMARY KEY, latitude REAL, longitude REAL);
INSERT INTO jid VALUES (1, '15550100200@s.whatsapp.net'), (2, '998@lid'), (3, '999@lid');
INSERT INTO chat VALUES (1, 2), (2, 3);
INSERT INTO jid_map VALUES (2, 1);
INSERT INTO message VALUES (1, 1, 0, 1710450333000, NULL, 0, 5),
    (2, 1, 0, 1710450333000, NULL, 0, 15), (3, 2, 0, 1710450333000, 'who', 0, 0);
INSERT INTO message_location VALUES (1, 52.5, 13.4);
"""


def test_whatsapps_places_revocations_and_hidden_numbers(tmp_path: Path) -> None:
    place, revoked, hidden = messages(tmp_path, WHATSAPP)
    assert place.sender == Party(address="+15550100200", handle="whatsapp:15550100200")
    assert place.location == Location(latitude=52.5, longitude=13.4)
    assert revoked.attachments == ("taken back",)
    assert hidden.sender == Party(handle="whatsapp:999@lid")


PHOTOS = """
CREATE TABLE ZASSET (Z_PK INTEGER PRIMARY KEY, ZDATECREATED TIMESTAMP, ZKIND INTEGER,
    ZLATITUDE FLOAT, ZLONGITUDE FLOAT, ZFILENAME VARCHAR, ZTRASHEDSTATE INTEGER);
CREATE TABLE ZADDITIONALASSETATTRIBUTES (Z_PK INTEGER PRIMARY KEY, ZASSET INTEGER,
    ZORIGINALFILENAME VARCHAR, ZTIMEZONEOFFSET INTEGER);
INSERT INTO ZASSET VALUES (1, 732143133, 0, 52.5, 13.4, 'A.HEIC', 0),
    (2, 732143233, 1, -180.0, -180.0, 'B.MOV', 1);
INSERT INTO ZADDITIONALASSETATTRIBUTES VALUES (7, 1, 'IMG_0001.HEIC', 3600);
"""


def test_a_library_of_photos_tells_when_and_where_each_was_taken(tmp_path: Path) -> None:
    photo, video = items(made.database(tmp_path, PHOTOS))
    assert isinstance(photo, PhonePicture)
    assert (photo.taken, photo.name) == ("2024-03-14T22:05:33+01:00", "IMG_0001.HEIC")
    assert photo.location == Location(latitude=52.5, longitude=13.4)
    event = phone_event(EventMaker("0" * 32, "a" * 64), video)
    assert event is not None
    assert (event.kind, event.start) == (EventKind.VIDEO_TAKEN, "2024-03-14T21:07:13+00:00")
    assert (event.location, event.summary) == (None, "Video B.MOV, since thrown away")
