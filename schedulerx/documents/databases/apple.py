"""Apple's databases: call history, messages, address book, over the versions of iOS and macOS."""

from __future__ import annotations

from collections.abc import Iterator

from schedulerx.documents.databases.sqlite import Database
from schedulerx.documents.databases.typedstream import attributed_text
from schedulerx.documents.databases.values import Values, each, gathered, looked_up
from schedulerx.formats.epochs import apple_time, unix_time
from schedulerx.model.phone import Party, PhoneCall, PhoneContact, PhoneItem, PhoneMessage, Spot

_CALL_KINDS = {8: "FaceTime video", 16: "FaceTime audio"}  # ZCALLTYPE; 1 is the telephone
_OUTGOING_FLAG = 1  # of `flags` in call_history.db: 4 came in, 5 went out
_SENT_FLAG = 3  # of `flags` in sms.db before iOS 6: 2 was received, 3 was sent
_APPLE_ERA_S = 1_000_000_000  # counts below are of 2001: as seconds of 1970 they lie before iOS
_PHONE, _EMAIL = 3, 4  # ABMultiValue.property


def has_calls(database: Database) -> bool:
    """Whether it holds the call history since iOS 8."""
    return database.has("ZCALLRECORD", "ZDATE", "ZDURATION", "ZADDRESS", "ZORIGINATED")


def calls(database: Database) -> Iterator[PhoneItem]:
    """The call history; several take part in a FaceTime call of a group."""
    joined = _participants(database)
    columns = ("ZDATE", "ZDURATION", "ZADDRESS", "ZORIGINATED", "ZANSWERED", "ZCALLTYPE", "ZNAME",
               "ZSERVICE_PROVIDER")  # fmt: skip
    for row in each(database, "ZCALLRECORD", *columns):
        incoming = row.integer("ZORIGINATED") == 0
        missed = incoming and row.by_name["ZANSWERED"] == 0
        kind = _program(row) or _CALL_KINDS.get(row.integer("ZCALLTYPE"), "")
        named = Party(address=row.text("ZADDRESS"), name=row.text("ZNAME"))
        yield PhoneCall(
            spot=Spot(table="ZCALLRECORD", row_id=row.row_id),
            start=apple_time(row.number("ZDATE")),
            seconds=row.integer("ZDURATION"),
            is_incoming=incoming,
            others=joined.get(row.row_id) or (named,),
            how=" ".join(filter(None, ("missed" * missed, kind))),
            field="ZDATE",
        )


def _program(row: Values) -> str:
    """The program of another maker that the call was made with: "net.whatsapp.WhatsApp"."""
    provider = row.text("ZSERVICE_PROVIDER")
    return "" if provider.startswith("com.apple.") else provider.rpartition(".")[2]


def _participants(database: Database) -> dict[int, tuple[Party, ...]]:
    """Those of calls with more than one other, by the call's row (iOS 13 and later)."""
    link = "Z_2REMOTEPARTICIPANTHANDLES"
    names = database.columns.get(link, ())
    call = next((name for name in names if "CALLS" in name), None)
    handle = next((name for name in names if "HANDLES" in name), None)
    if call is None or handle is None:
        return {}
    handles = looked_up(database, "ZHANDLE", "Z_PK", "ZVALUE", "ZNORMALIZEDVALUE")
    several: dict[int, tuple[Party, ...]] = {}
    for owner, rows in gathered(database, link, call, (handle,)).items():
        found = [handles[row.integer(handle)] for row in rows if row.integer(handle) in handles]
        if len(found) > 1:
            several[owner] = tuple(
                Party(address=each.text("ZNORMALIZEDVALUE") or each.text("ZVALUE"))
                for each in found
            )
    return several


def has_old_calls(database: Database) -> bool:
    """Whether it holds the call history before iOS 8."""
    return database.has("call", "address", "date", "duration", "flags")


def old_calls(database: Database) -> Iterator[PhoneItem]:
    """The call history before iOS 8."""
    for row in each(database, "call", "address", "date", "duration", "flags", "name"):
        yield PhoneCall(
            spot=Spot(table="call", row_id=row.row_id),
            start=unix_time(row.number("date")),
            seconds=row.integer("duration"),
            is_incoming=not row.integer("flags") & _OUTGOING_FLAG,
            others=(Party(address=row.text("address"), name=row.text("name")),),
            field="date",
        )


def has_messages(database: Database) -> bool:
    """Whether it holds the messages of iOS 6 and later."""
    return database.has("message", "text", "handle_id", "date", "is_from_me") and database.has(
        "handle", "id"
    )


def messages(database: Database) -> Iterator[PhoneItem]:
    """Messages of every service; joins and renames of groups, which are none, left out."""
    handles = _by_row(database, "handle", "id")
    chats = _members(database, handles)
    chat_of = _pairs(database, "chat_message_join", "message_id", "chat_id")
    files = _attachments(database)
    columns = ("text", "attributedBody", "handle_id", "date", "is_from_me", "item_type", "subject",
               "destination_caller_id", "date_retracted")  # fmt: skip
    for row in each(database, "message", *columns):
        if row.integer("item_type"):
            continue
        other = handles.get(row.integer("handle_id"), "")
        mine = row.integer("is_from_me") == 1
        listed = chats.get(chat_of.get(row.row_id, 0), ())
        to = listed or tuple(filter(None, (other,)))
        own = row.text("destination_caller_id")
        yield PhoneMessage(
            spot=Spot(table="message", row_id=row.row_id),
            sent=_message_time(row.number("date")),
            sender=Party(address=sender) if (sender := own if mine else other) else None,
            recipients=tuple(Party(address=each) for each in (to if mine else (own,)) if each),
            text=_body(row),
            attachments=tuple(files.get(row.row_id, ())),
            field="date",
        )


def _message_time(count: float) -> str | None:
    """Seconds of 1970 before iOS 6; seconds, then nanoseconds, of 2001 since."""
    return unix_time(count) if _APPLE_ERA_S < count < 10 * _APPLE_ERA_S else apple_time(count)


def _body(row: Values) -> str:
    """The text; since macOS 13 and iOS 16 it may lie in the attributed body alone."""
    plain = row.text("text") or attributed_text(row.raw("attributedBody"))
    written = "\n".join(filter(None, (row.text("subject"), plain)))
    said = written.replace("\ufffc", "").strip()  # stands for an attachment
    return said or ("[taken back]" if row.number("date_retracted") else "")


def _by_row(database: Database, table: str, column: str) -> dict[int, str]:
    return {row.row_id: row.text(column) for row in each(database, table, column)}


def _pairs(database: Database, table: str, key: str, value: str) -> dict[int, int]:
    return {row.integer(key): row.integer(value) for row in each(database, table, key, value)}


def _members(database: Database, handles: dict[int, str]) -> dict[int, tuple[str, ...]]:
    """Who takes part in each chat, besides the owner."""
    groups = gathered(database, "chat_handle_join", "chat_id", ("handle_id",))
    return {
        chat: tuple(filter(None, (handles.get(row.integer("handle_id")) for row in rows)))
        for chat, rows in groups.items()
    }


def _attachments(database: Database) -> dict[int, list[str]]:
    names = {
        row.row_id: row.text("transfer_name") or row.text("filename").rpartition("/")[2]
        for row in each(database, "attachment", "transfer_name", "filename")
    }
    groups = gathered(database, "message_attachment_join", "message_id", ("attachment_id",))
    return {
        message: [name for row in rows if (name := names.get(row.integer("attachment_id")))]
        for message, rows in groups.items()
    }


def has_old_messages(database: Database) -> bool:
    """Whether it holds the messages of iOS before 6."""
    return database.has("message", "address", "date", "text", "flags")


def old_messages(database: Database) -> Iterator[PhoneItem]:
    """The messages of iOS before 6."""
    for row in each(database, "message", "address", "date", "text", "flags"):
        mine, other = row.integer("flags") == _SENT_FLAG, Party(address=row.text("address"))
        yield PhoneMessage(
            spot=Spot(table="message", row_id=row.row_id),
            sent=unix_time(row.number("date")),
            sender=None if mine else other,
            recipients=(other,) if mine else (),
            text=row.text("text"),
            field="date",
        )


def has_contacts(database: Database) -> bool:
    """Whether it holds the address book of iOS."""
    return database.has("ABPerson", "First", "Last") and database.has(
        "ABMultiValue", "record_id", "property", "value"
    )


def contacts(database: Database) -> Iterator[PhoneItem]:
    """The address book of iOS."""
    values = gathered(database, "ABMultiValue", "record_id", ("property", "value"))
    columns = ("First", "Middle", "Last", "Organization", "Nickname", "DisplayName")
    for row in each(database, "ABPerson", *columns):
        own = values.get(row.row_id, [])
        full = " ".join(filter(None, (row.text(part) for part in columns[:3])))
        others = (row.text(part) for part in ("DisplayName", "Organization", "Nickname"))
        yield PhoneContact(
            spot=Spot(table="ABPerson", row_id=row.row_id),
            name=full or next(filter(None, others), None),
            phones=_of_property(own, _PHONE),
            emails=_of_property(own, _EMAIL),
        )


def _of_property(rows: list[Values], kind: int) -> tuple[str, ...]:
    found = (row.text("value") for row in rows if row.integer("property") == kind)
    return tuple(filter(None, found))


def has_mac_contacts(database: Database) -> bool:
    """Whether it holds the address book of macOS."""
    return database.has("ZABCDRECORD", "ZFIRSTNAME", "ZLASTNAME") and database.has(
        "ZABCDPHONENUMBER", "ZOWNER", "ZFULLNUMBER"
    )


def mac_contacts(database: Database) -> Iterator[PhoneItem]:
    """The address book of macOS."""
    phones = gathered(database, "ZABCDPHONENUMBER", "ZOWNER", ("ZFULLNUMBER",))
    emails = gathered(database, "ZABCDEMAILADDRESS", "ZOWNER", ("ZADDRESS",))
    columns = ("ZFIRSTNAME", "ZLASTNAME", "ZORGANIZATION", "ZNAME")
    for row in each(database, "ZABCDRECORD", *columns):
        full = " ".join(filter(None, (row.text(part) for part in columns[:2])))
        yield PhoneContact(
            spot=Spot(table="ZABCDRECORD", row_id=row.row_id),
            name=full or row.text("ZORGANIZATION") or row.text("ZNAME") or None,
            phones=tuple(each.text("ZFULLNUMBER") for each in phones.get(row.row_id, ())),
            emails=tuple(each.text("ZADDRESS") for each in emails.get(row.row_id, ())),
        )
