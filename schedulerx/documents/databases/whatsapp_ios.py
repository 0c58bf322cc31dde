"""WhatsApp's databases of iOS: ChatStorage, contacts and calls."""

from __future__ import annotations

from collections.abc import Iterator

from schedulerx.documents.databases.sqlite import Database
from schedulerx.documents.databases.values import Values, each, looked_up
from schedulerx.documents.databases.whatsapp import Chat, named, party
from schedulerx.formats.epochs import apple_time
from schedulerx.model.phone import Party, PhoneCall, PhoneContact, PhoneItem, PhoneMessage, Spot

_NOTICES = frozenset({6, 10, 12})  # ZMESSAGETYPE of iOS: group changes, missed calls, notices


def has_messages(database: Database) -> bool:
    """Whether it holds the messages of iOS's WhatsApp."""
    return database.has("ZWAMESSAGE", "ZMESSAGEDATE", "ZISFROMME", "ZFROMJID", "ZTOJID", "ZTEXT")


def messages(database: Database) -> Iterator[PhoneItem]:
    """The messages of iOS's WhatsApp: what persons said, no notices of the program."""
    chats = looked_up(database, "ZWACHATSESSION", "Z_PK", "ZCONTACTJID", "ZPARTNERNAME")
    members = looked_up(
        database, "ZWAGROUPMEMBER", "Z_PK", "ZMEMBERJID", "ZCONTACTNAME", "ZFIRSTNAME"
    )
    owner = _owner(database)
    files = looked_up(database, "ZWAMEDIAITEM", "Z_PK", "ZMEDIALOCALPATH", "ZTITLE")
    columns = ("ZMESSAGEDATE", "ZISFROMME", "ZFROMJID", "ZTOJID", "ZTEXT", "ZMESSAGETYPE",
               "ZCHATSESSION", "ZGROUPMEMBER", "ZMEDIAITEM", "ZPUSHNAME")  # fmt: skip
    for row in each(database, "ZWAMESSAGE", *columns):
        if row.integer("ZMESSAGETYPE") in _NOTICES:
            continue
        mine = row.integer("ZISFROMME") == 1
        chat = chats.get(row.integer("ZCHATSESSION"))
        member = members.get(row.integer("ZGROUPMEMBER"))
        media = files.get(row.integer("ZMEDIAITEM"))
        name = chat.text("ZPARTNERNAME") if chat else ""
        title = media.text("ZTITLE") if media else ""
        other = party(row.text("ZTOJID" if mine else "ZFROMJID"), name)
        said = Chat(mine, other, _member(member) if member else None, owner)
        yield PhoneMessage(
            spot=Spot(table="ZWAMESSAGE", row_id=row.row_id),
            sent=apple_time(row.number("ZMESSAGEDATE")),
            sender=said.sender,
            recipients=said.recipients,
            text=row.text("ZTEXT") or title,
            attachments=named(media.text("ZMEDIALOCALPATH").rpartition("/")[2]) if media else (),
            field="ZMESSAGEDATE",
        )


def _owner(database: Database) -> Party | None:
    """Whom notices are addressed to: what others write is addressed to nobody."""
    for row in each(database, "ZWAMESSAGE", "ZISFROMME", "ZTOJID"):
        owner = party(row.text("ZTOJID")) if row.integer("ZISFROMME") == 0 else None
        if owner is not None:
            return owner
    return None


def _member(row: Values) -> Party | None:
    return party(row.text("ZMEMBERJID"), row.text("ZCONTACTNAME") or row.text("ZFIRSTNAME"))


def has_contacts(database: Database) -> bool:
    """Whether it holds the contacts of iOS's WhatsApp."""
    return database.has("ZWAADDRESSBOOKCONTACT", "ZFULLNAME", "ZPHONENUMBER", "ZWHATSAPPID")


def contacts(database: Database) -> Iterator[PhoneItem]:
    """The contacts of iOS's WhatsApp."""
    columns = ("ZFULLNAME", "ZPHONENUMBER", "ZWHATSAPPID")
    for row in each(database, "ZWAADDRESSBOOKCONTACT", *columns):
        known = party(row.text("ZWHATSAPPID"))
        yield PhoneContact(
            spot=Spot(table="ZWAADDRESSBOOKCONTACT", row_id=row.row_id),
            name=row.text("ZFULLNAME") or None,
            phones=(row.text("ZPHONENUMBER"),) if row.text("ZPHONENUMBER") else _number(known),
            handles=(known.handle,) if known and known.handle else (),
        )


def _number(known: Party | None) -> tuple[str, ...]:
    return (known.address,) if known else ()


def has_calls(database: Database) -> bool:
    """Whether it holds the calls of iOS's WhatsApp."""
    return database.has("ZWACDCALLEVENT", "ZDATE", "ZDURATION") and database.has(
        "ZWACDCALLEVENTPARTICIPANT", "ZJIDSTRING", "Z1PARTICIPANTS"
    )


def calls(database: Database) -> Iterator[PhoneItem]:
    """The calls of iOS's WhatsApp."""
    joined: dict[int, list[Party]] = {}
    for row in each(database, "ZWACDCALLEVENTPARTICIPANT", "ZJIDSTRING", "Z1PARTICIPANTS"):
        if (found := party(row.text("ZJIDSTRING"))) is not None:
            joined.setdefault(row.integer("Z1PARTICIPANTS"), []).append(found)
    sums = looked_up(database, "ZWAAGGREGATECALLEVENT", "Z_PK", "ZINCOMING", "ZVIDEO", "ZMISSED")
    for row in each(database, "ZWACDCALLEVENT", "ZDATE", "ZDURATION", "Z1CALLEVENTS"):
        about = sums.get(row.integer("Z1CALLEVENTS"))
        words = ("missed" * (about is not None and about.integer("ZMISSED") == 1), "WhatsApp")
        yield PhoneCall(
            spot=Spot(table="ZWACDCALLEVENT", row_id=row.row_id),
            start=apple_time(row.number("ZDATE")),
            seconds=row.integer("ZDURATION"),
            is_incoming=about is not None and about.integer("ZINCOMING") == 1,
            others=tuple(joined.get(row.row_id, ())),
            how=" ".join(filter(None, words)),
            field="ZDATE",
        )
