"""People and what they said: contacts, calls, a chat, the courier's export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

from samples.story import CAST, DEPOT, IRIS, NELL, OTTO, PARCEL, PHONES, WREN, Character
from samples.write import put

CALLS: tuple[tuple[str, Character, Character, int], ...] = (
    ("2024-06-04 13:52:10", NELL, DEPOT, 94),
    ("2024-06-05 22:15:44", IRIS, NELL, 213),
    ("2024-06-06 12:03:19", NELL, DEPOT, 0),
    ("2024-06-06 12:04:02", NELL, WREN, 131),
    ("2024-06-06 15:20:37", WREN, DEPOT, 58),
    ("2024-06-07 13:31:50", OTTO, WREN, 45),
    ("2024-06-07 18:05:26", OTTO, NELL, 176),
    ("2024-06-07 18:11:08", NELL, IRIS, 340),
    ("2024-06-08 20:55:00", WREN, IRIS, 22),
    ("2024-06-08 22:10:33", IRIS, NELL, 402),
)

CHAT: tuple[tuple[str, Character, str], ...] = (
    ("04/06/2024, 10:07", OTTO, "Packed. Two layers of cork, it will not feel a thing."),
    ("04/06/2024, 16:09", NELL, f"Handed over. Number is {PARCEL}"),
    ("05/06/2024, 18:20", NELL, "Iris called. No parcel."),
    ("06/06/2024, 08:10", NELL, "Wren says it was never on her second van."),
    ("06/06/2024, 08:12", OTTO, "Then it is in Depot 2.\nI will drive there tomorrow."),
    ("07/06/2024, 14:03", OTTO, "Middle shelf. Behind a box of teapots."),
    ("07/06/2024, 14:03", OTTO, "<Media omitted>"),
    ("07/06/2024, 14:05", NELL, "You are a genius. Do not let go of it."),
    ("08/06/2024, 20:40", NELL, "Iris sent a photo. It hangs already."),
    ("13/06/2024, 09:15", OTTO, "Next order packed. Photo of the label taken, twice."),
)

CONTACTS = ((NELL, "Workshop"), (OTTO, "Workshop"), (WREN, "Courier"), (DEPOT, "Courier"))


def table(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def national(phone: str) -> str:
    """A US number as people write it: (202) 555-0117."""
    return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"


def contacts_csv() -> str:
    """An address book as a phone exports it."""
    header = ("Name", "Phone 1 - Value", "E-mail 1 - Value", "Organization")
    rows = ((who.name, national(who.phone), who.email, where) for who, where in CONTACTS)
    return table((header, *rows))


def contacts_vcf() -> str:
    """The customer's address book, vCard 3.0."""
    cards = []
    for who in (NELL, WREN, IRIS):
        first, last = who.name.split()
        lines = ("BEGIN:VCARD", "VERSION:3.0", f"N:{last};{first};;;", f"FN:{who.name}")
        contact = (f"TEL;TYPE=CELL:{who.phone}", f"EMAIL:{who.email}", "END:VCARD")
        cards.append("\r\n".join((*lines, *contact, "")))
    return "".join(cards)


def calls_csv() -> str:
    """Call detail records, as a telephone company exports them; times in UTC."""
    phones = {phone.owner: phone for phone in PHONES}
    rows = [("start_time_utc", "a_number", "b_number", "duration_s", "imei", "imsi")]
    for start, caller, callee, seconds in CALLS:
        phone = phones.get(caller)
        identity = (phone.imei, phone.imsi) if phone else ("", "")
        rows.append((start, caller.phone[1:], callee.phone[1:], str(seconds), *identity))
    return table(rows)


def chat_txt() -> str:
    """A chat as WhatsApp exports it."""
    first = "04/06/2024, 10:00 - Messages and calls are end-to-end encrypted."
    return "\n".join([first, *(f"{when} - {who.name}: {text}" for when, who, text in CHAT), ""])


def scans_json() -> str:
    """The courier's own log of the parcel."""
    steps = (
        ("2024-06-04T16:05:00-04:00", "counter", DEPOT),
        ("2024-06-04T18:30:00-04:00", "van 31", WREN),
        ("2024-06-07T14:00:00-04:00", "depot 2", DEPOT),
        ("2024-06-08T17:40:00-04:00", "delivered", WREN),
    )
    scans = [{"at": at, "place": place, "scanned_by": who.email} for at, place, who in steps]
    return json.dumps({"parcel": PARCEL, "weight_kg": 6.4, "scans": scans}, indent=2) + "\n"


def make(folder: Path) -> None:
    """All tables and chats."""
    assert {who for _, who, _ in CHAT} <= set(CAST)
    put(folder, "people/contacts_nell.csv", contacts_csv())
    put(folder, "people/contacts_iris.vcf", contacts_vcf())
    put(folder, "people/call_log_june.csv", calls_csv())
    put(folder, "people/WhatsApp Chat with Otto Brandvale.txt", chat_txt())
    put(folder, "people/parcel_scans.json", scans_json())
