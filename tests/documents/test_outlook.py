from __future__ import annotations

import datetime as dt
import struct
from pathlib import Path

from schedulerx.documents import msg, outlook
from schedulerx.documents.mail_body import body_digest
from schedulerx.model.content import Letter
from schedulerx.steps import generate_events
from tests.documents.ole_files import Tree, ole_file
from tests.steps.files import file_work

HELD = [("menu.pdf", b"%PDF-" + bytes(5000)), ("Forwarded", b"")]
WHEN = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)


def texts(values: dict[int, str]) -> Tree:
    return {f"__substg1.0_{tag:04X}001F": text.encode("utf-16-le") for tag, text in values.items()}


def properties(head: int, times: dict[int, dt.datetime] | None = None) -> bytes:
    rows = b""
    for tag, time in (times or {}).items():
        ticks = int((time - dt.datetime(1601, 1, 1, tzinfo=dt.UTC)).total_seconds()) * 10**7
        rows += struct.pack("<HHLQ", 0x0040, tag, 6, ticks)
    return bytes(head) + rows


def message(tmp_path: Path, tree: Tree) -> Path:
    return ole_file(tmp_path / "item.msg", tree)


def letter(tmp_path: Path, headers: str = "") -> Path:
    inner: Tree = {
        "__properties_version1.0": properties(24),
        **texts({0x0037: "Forwarded", 0x1000: "inner body", 0x5D01: "cy@example.com"}),
        "__recip_version1.0_#00000000": {
            "__properties_version1.0": properties(8), **texts({0x39FE: "dee@example.com"}),
        },
        "__attach_version1.0_#00000000": {
            "__properties_version1.0": properties(8),
            **texts({0x3707: "inner.pdf"}), "__substg1.0_37010102": b"%PDF-" + bytes(6000),
        },
    }  # fmt: skip
    return message(
        tmp_path,
        {
            "__properties_version1.0": properties(32, {0x0039: WHEN}),
            **texts(
                {0x001A: "IPM.Note", 0x0037: "Lunch", 0x1000: "At noon.", 0x0C1A: "Ada",
                 0x5D01: "ada@example.com", 0x007D: headers}
            ),
            "__recip_version1.0_#00000000": {
                "__properties_version1.0": properties(8) + struct.pack("<HHLQ", 3, 0x0C15, 6, 2),
                **texts({0x3001: "Bob", 0x39FE: "bob@example.com"}),
            },
            "__attach_version1.0_#00000000": {
                "__properties_version1.0": properties(8),
                **texts({0x3707: "menu.pdf", 0x370E: "application/pdf"}),
                "__substg1.0_37010102": b"%PDF-" + bytes(5000),
            },
            "__attach_version1.0_#00000001": {
                "__properties_version1.0": properties(8),
                "__substg1.0_3701000D": inner,
            },
        },
    )  # fmt: skip


def test_a_letter_has_its_envelope_body_and_attachments(tmp_path: Path) -> None:
    path = letter(tmp_path)
    assert outlook.letter(msg.read(path), path) == Letter(
        subject="Lunch",
        date="2024-05-06T07:08:09+00:00",
        senders=(("Ada", "ada@example.com"),),
        recipients=(("Bob", "bob@example.com"),),
        body=body_digest("At noon.", HELD),
    )
    text = outlook.text(path)
    assert "From: Ada <ada@example.com>\nCc: Bob <bob@example.com>" in text
    assert "At noon." in text
    assert "Attachment: menu.pdf (application/pdf)" in text
    assert "inner body" in text


def test_a_letters_own_header_knows_the_offset(tmp_path: Path) -> None:
    path = letter(tmp_path, "Received: x\r\nDate: Mon, 6 May 2024 09:08:09 +0200\r\n")
    assert outlook.letter(msg.read(path), path).date == "2024-05-06T09:08:09+02:00"


def test_a_letter_without_an_id_says_what_its_copy_in_another_format_says(tmp_path: Path) -> None:
    path = letter(tmp_path)
    said = outlook.letter(msg.read(path), path).body
    assert said == body_digest("At\r\nnoon.", HELD)


def test_attached_files_are_had_whole(tmp_path: Path) -> None:
    held = [(attached.name, len(data)) for attached, data in msg.attachments(letter(tmp_path))]
    assert held == [("menu.pdf", 5005), ("inner.pdf", 6005)]


def test_a_message_within_is_an_event_of_its_own(tmp_path: Path) -> None:
    path = letter(tmp_path)
    work, record = file_work(path, "application/vnd.ms-outlook")
    outer, inner = generate_events.run(work, record).events
    assert (outer.summary, outer.provenance.row) == ("Lunch", None)
    assert (inner.summary, inner.provenance.row) == ("Forwarded", 2)
    assert [(actor.role, actor.email) for actor in inner.actors] == [
        ("sender", "cy@example.com"),
        ("recipient", "dee@example.com"),
    ]


def test_a_contact_has_its_numbers_and_named_addresses(tmp_path: Path) -> None:
    path = message(
        tmp_path,
        {
            "__properties_version1.0": properties(32),
            "__nameid_version1.0": {
                "__substg1.0_00030102": struct.pack("<LHH", 0x8083, 8, 5),
            },
            **texts({0x001A: "IPM.Contact", 0x3001: "Ada", 0x3A1C: "+1 555 010 0200"}),
            **texts({0x8005: "ada@example.com"}),
        },
    )  # fmt: skip
    card = outlook.card(msg.read(path))
    assert (card.name, card.phones, card.emails) == (
        "Ada",
        ("+1 555 010 0200",),
        ("ada@example.com",),
    )


def test_an_appointment_has_its_start_and_end(tmp_path: Path) -> None:
    named = struct.pack("<LHHLHHLHH", 0x820D, 8, 0, 0x820E, 8, 1, 0x8208, 8, 2)
    times = {0x8000: WHEN, 0x8001: WHEN + dt.timedelta(hours=1)}
    path = message(
        tmp_path,
        {
            "__properties_version1.0": properties(32, times),
            "__nameid_version1.0": {"__substg1.0_00030102": named},
            **texts({0x001A: "IPM.Appointment", 0x0037: "Review", 0x8002: "Room 1"}),
        },
    )
    entry = outlook.appointment(msg.read(path))
    assert (entry.start, entry.end) == ("2024-05-06T07:08:09+00:00", "2024-05-06T08:08:09+00:00")
    assert (entry.title, entry.location) == ("Review", "Room 1")
