"""Android's providers: call log, text and multimedia messages, contacts (android.provider)."""

from __future__ import annotations

from collections.abc import Iterator

from schedulerx.documents.databases.sqlite import Database
from schedulerx.documents.databases.values import Values, each, gathered, looked_up
from schedulerx.formats.epochs import unix_time
from schedulerx.model.phone import Party, PhoneCall, PhoneContact, PhoneItem, PhoneMessage, Spot

# CallLog.Calls.TYPE. Incoming: answered, missed, to voicemail, rejected, blocked, elsewhere.
_INCOMING_CALLS = {1: "", 3: "missed", 4: "voicemail", 5: "rejected", 6: "blocked", 7: ""}
_VIDEO = 1  # CallLog.Calls.FEATURES_VIDEO
_UNSENT = {4: "[waits to be sent]", 5: "[not sent]", 6: "[waits to be sent]"}  # likewise
_RECEIVED, _DRAFT = 1, 3  # Telephony.TextBasedSmsColumns.TYPE, Telephony.Mms.MESSAGE_BOX
_FROM, _TO = 137, frozenset({129, 130, 151})  # PduHeaders: from; bcc, cc, to
_NOTIFICATION = 130  # PduHeaders: tells of a message that is not yet here
_SELF = "insert-address-token"  # in place of the phone's own number
_HIDDEN = frozenset({"-1", "-2", "-3"})  # unknown, private and payphone numbers
_KINDS = {
    "vnd.android.cursor.item/phone_v2": "phone",
    "vnd.android.cursor.item/email_v2": "email",
    "vnd.android.cursor.item/name": "name",
    "vnd.android.cursor.item/vnd.com.whatsapp.profile": "whatsapp",
}


def has_calls(database: Database) -> bool:
    """Whether it holds a call log."""
    return database.has("calls", "number", "date", "duration", "type")


def calls(database: Database) -> Iterator[PhoneItem]:
    """The call log."""
    columns = ("number", "date", "duration", "type", "name", "features", "normalized_number",
               "phone_account_address")  # fmt: skip
    return (call_of("calls", row) for row in each(database, "calls", *columns))


def call_of(table: str, row: Values) -> PhoneCall:
    """One row of a call log."""
    kind = row.integer("type")
    words = (_INCOMING_CALLS.get(kind, ""), "video" * (row.integer("features") & _VIDEO))
    number = row.text("normalized_number") or row.text("number")
    other = Party(address="" if number in _HIDDEN else number, name=row.text("name"))
    own = row.text("phone_account_address")
    return PhoneCall(
        spot=Spot(table=table, row_id=row.row_id),
        start=unix_time(row.number("date")),
        seconds=row.integer("duration"),
        is_incoming=kind in _INCOMING_CALLS,
        others=(other,),
        owner=Party(address=own) if own else None,
        how=" ".join(filter(None, words)),
        field="date",
    )


def has_messages(database: Database) -> bool:
    """Whether it holds text messages."""
    return database.has("sms", "address", "date", "type", "body")


def messages(database: Database) -> Iterator[PhoneItem]:
    """Text messages that were sent or received."""
    for row in each(database, "sms", "address", "date", "date_sent", "type", "subject", "body"):
        yield from message_of("sms", row)


def message_of(table: str, row: Values) -> Iterator[PhoneMessage]:
    """One row of text messages; a draft is no message."""
    kind = row.integer("type")
    other = Party(address=row.text("address"), name=row.text("name"))
    if kind == _DRAFT:
        return
    yield PhoneMessage(
        spot=Spot(table=table, row_id=row.row_id),
        sent=unix_time(row.number("date") or row.number("date_sent")),
        sender=other if kind == _RECEIVED else None,
        recipients=() if kind == _RECEIVED else (other,),
        text="\n".join(
            filter(None, (_UNSENT.get(kind, ""), row.text("subject"), row.text("body")))
        ),
        field="date",
    )


def has_multimedia(database: Database) -> bool:
    """Whether it holds multimedia messages."""
    return database.has("pdu", "date", "msg_box") and database.has("addr", "msg_id", "address")


def multimedia(database: Database) -> Iterator[PhoneItem]:
    """Multimedia messages."""
    addresses = gathered(database, "addr", "msg_id", ("address", "type"))
    parts = gathered(database, "part", "mid", ("ct", "text", "name", "cl", "_data"))
    for row in each(database, "pdu", "_id", "date", "msg_box", "m_type", "sub"):
        key = row.integer("_id")
        yield from multimedia_of("pdu", row, parts.get(key, []), addresses.get(key, []))


def multimedia_of(
    table: str, row: Values, parts: list[Values], people: list[Values]
) -> Iterator[PhoneMessage]:
    """One multimedia message, whose parts are text and attached files; drafts and notifications
    are none.
    """
    if row.integer("msg_box") == _DRAFT or row.integer("m_type") == _NOTIFICATION:
        return
    yield PhoneMessage(
        spot=Spot(table=table, row_id=row.row_id),
        sent=unix_time(row.number("date")),
        sender=next(iter(_with(people, frozenset({_FROM}))), None),
        recipients=_with(people, _TO),
        text="\n".join(filter(None, (row.text("sub"), *_texts(parts)))),
        attachments=tuple(name for part in parts if (name := _file_name(part))),
        field="date",
    )


def _with(people: list[Values], kinds: frozenset[int]) -> tuple[Party, ...]:
    named = (row.text("address") for row in people if row.integer("type") in kinds)
    return tuple(Party(address=address) for address in named if address not in {"", _SELF})


def _texts(parts: list[Values]) -> list[str]:
    return [part.text("text") for part in parts if part.text("ct") == "text/plain"]


def _file_name(part: Values) -> str:
    """The name of an attached file; empty for the text and the layout of the message."""
    if part.text("ct") in {"text/plain", "application/smil"}:
        return ""
    stored = part.text("_data").rpartition("/")[2]
    return part.text("name") or part.text("cl") or stored


def has_contacts(database: Database) -> bool:
    """Whether it holds contacts."""
    return database.has("raw_contacts", "_id") and database.has(
        "data", "raw_contact_id", "mimetype_id", "data1"
    )


def contacts(database: Database) -> Iterator[PhoneItem]:
    """Contacts of every account, those deleted too."""
    kinds = looked_up(database, "mimetypes", "_id", "mimetype")
    entries = gathered(database, "data", "raw_contact_id", ("mimetype_id", "data1", "data4"))
    for row in each(database, "raw_contacts", "_id", "display_name"):
        held: dict[str, list[str]] = {}
        for entry in entries.get(row.integer("_id"), []):
            kind = kinds.get(entry.integer("mimetype_id"))
            known = _KINDS.get(kind.text("mimetype")) if kind else None
            whole = entry.text("data4") if known == "phone" else ""  # with its country code
            if known and entry.text("data1"):
                held.setdefault(known, []).append(whole or entry.text("data1"))
        yield PhoneContact(
            spot=Spot(table="raw_contacts", row_id=row.row_id),
            name=row.text("display_name") or next(iter(held.get("name", ())), None),
            phones=tuple(held.get("phone", ())),
            emails=tuple(held.get("email", ())),
            handles=tuple(f"whatsapp:{jid.partition('@')[0]}" for jid in held.get("whatsapp", ())),
        )
