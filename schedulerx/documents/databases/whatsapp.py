"""WhatsApp's databases: msgstore and wa of Android (two generations), ChatStorage of iOS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schedulerx.documents.databases.sqlite import Database
from schedulerx.documents.databases.values import Values, each, looked_up
from schedulerx.formats.epochs import apple_time, unix_time
from schedulerx.model.phone import Party, PhoneCall, PhoneContact, PhoneItem, PhoneMessage, Spot

_OF_PERSONS = frozenset({"s.whatsapp.net", "c.us"})  # servers in addresses: g.us are groups
_SYSTEM_STATUS = 6  # messages.status: what the program itself notes
_SYSTEM_TYPE = 7  # message.message_type, likewise
_NOTICES = frozenset({6, 10, 12})  # ZMESSAGETYPE of iOS: group changes, missed calls, notices
_MISSED = frozenset({2, 4})  # call_log.call_result: not answered, refused


def party(jid: str, name: str = "") -> Party | None:
    """Whom an address means, whose user part is the number; None for groups and lists."""
    user, _, server = jid.partition("@")
    user = user.partition(":")[0].partition(".")[0]  # "number.0:device"
    if server not in _OF_PERSONS or not user.isdigit():
        return None
    return Party(address=f"+{user}", name=name, handle=f"whatsapp:{user}")


def has_messages(database: Database) -> bool:
    """Whether it holds messages of Android's WhatsApp since 2021."""
    return (
        database.has("message", "chat_row_id", "from_me", "timestamp", "text_data")
        and database.has("chat", "jid_row_id")
        and database.has("jid", "raw_string")
    )


def messages(database: Database) -> Iterator[PhoneItem]:
    """Messages of Android's WhatsApp since 2021."""
    jids = {row.row_id: row.text("raw_string") for row in each(database, "jid", "raw_string")}
    chats = looked_up(database, "chat", "_id", "jid_row_id")
    files = looked_up(database, "message_media", "message_row_id", "file_path", "media_name")
    columns = ("chat_row_id", "from_me", "timestamp", "text_data", "sender_jid_row_id",
               "message_type", "_id")  # fmt: skip
    for row in each(database, "message", *columns):
        chat = chats.get(row.integer("chat_row_id"))
        if chat is None or row.integer("message_type") == _SYSTEM_TYPE:
            continue
        other = party(jids.get(chat.integer("jid_row_id"), ""))
        member = party(jids.get(row.integer("sender_jid_row_id"), ""))
        media = files.get(row.integer("_id"))
        said = _Chat(row.integer("from_me") == 1, other, member)
        yield PhoneMessage(
            spot=Spot(table="message", row_id=row.row_id),
            sent=unix_time(row.number("timestamp")),
            sender=said.sender,
            recipients=said.recipients,
            text=row.text("text_data"),
            attachments=_named(_media_name(media)) if media else (),
            field="timestamp",
        )


def _named(file: str) -> tuple[str, ...]:
    return (file,) if file else ()


def _media_name(media: Values) -> str:
    return media.text("media_name") or media.text("file_path").rpartition("/")[2]


@dataclass(frozen=True)
class _Chat:
    """Who takes part: `other` in a chat of two; in a group, the `member` that speaks; `owner` of
    the phone, where the database tells.
    """

    mine: bool
    other: Party | None
    member: Party | None = None
    owner: Party | None = None

    @property
    def sender(self) -> Party | None:
        return self.owner if self.mine else self.member or self.other

    @property
    def recipients(self) -> tuple[Party, ...]:
        whom = self.other if self.mine else self.owner
        return (whom,) if whom else ()


def has_old_messages(database: Database) -> bool:
    """Whether it holds messages of Android's WhatsApp before 2021."""
    return database.has("messages", "key_remote_jid", "key_from_me", "data", "timestamp")


def old_messages(database: Database) -> Iterator[PhoneItem]:
    """Messages of Android's WhatsApp before 2021."""
    columns = ("key_remote_jid", "key_from_me", "data", "timestamp", "remote_resource", "status",
               "media_name", "media_caption")  # fmt: skip
    for row in each(database, "messages", *columns):
        jid = row.text("key_remote_jid")
        if "@" not in jid or row.integer("status") == _SYSTEM_STATUS:
            continue  # the first row is a placeholder
        said = _Chat(
            row.integer("key_from_me") == 1, party(jid), party(row.text("remote_resource"))
        )
        yield PhoneMessage(
            spot=Spot(table="messages", row_id=row.row_id),
            sent=unix_time(row.number("timestamp")),
            sender=said.sender,
            recipients=said.recipients,
            text=row.text("data") or row.text("media_caption"),
            attachments=_named(row.text("media_name")),
            field="timestamp",
        )


def has_calls(database: Database) -> bool:
    """Whether it holds the calls of Android's WhatsApp."""
    return database.has("call_log", "jid_row_id", "from_me", "timestamp", "duration")


def calls(database: Database) -> Iterator[PhoneItem]:
    """The calls of Android's WhatsApp."""
    jids = {row.row_id: row.text("raw_string") for row in each(database, "jid", "raw_string")}
    columns = ("jid_row_id", "from_me", "timestamp", "duration", "video_call", "call_result")
    for row in each(database, "call_log", *columns):
        other = party(jids.get(row.integer("jid_row_id"), ""))
        incoming = row.integer("from_me") == 0
        missed = incoming and row.integer("call_result") in _MISSED
        words = ("missed" * missed, "WhatsApp", "video" * (row.integer("video_call") == 1))
        yield PhoneCall(
            spot=Spot(table="call_log", row_id=row.row_id),
            start=unix_time(row.number("timestamp")),
            seconds=row.integer("duration"),
            is_incoming=incoming,
            others=(other,) if other else (),
            how=" ".join(filter(None, words)),
            field="timestamp",
        )


def has_contacts(database: Database) -> bool:
    """Whether it holds the contacts of Android's WhatsApp."""
    return database.has("wa_contacts", "jid", "display_name")


def contacts(database: Database) -> Iterator[PhoneItem]:
    """The contacts of Android's WhatsApp: persons, no groups."""
    columns = ("jid", "display_name", "wa_name", "number", "given_name", "family_name")
    for row in each(database, "wa_contacts", *columns):
        found = party(row.text("jid"))
        given = " ".join(filter(None, (row.text("given_name"), row.text("family_name"))))
        if found is None:
            continue
        yield PhoneContact(
            spot=Spot(table="wa_contacts", row_id=row.row_id),
            name=row.text("display_name") or given or row.text("wa_name") or None,
            phones=(found.address,),
            handles=(found.handle,) if found.handle else (),
        )


def has_ios_messages(database: Database) -> bool:
    """Whether it holds the messages of iOS's WhatsApp."""
    return database.has("ZWAMESSAGE", "ZMESSAGEDATE", "ZISFROMME", "ZFROMJID", "ZTOJID", "ZTEXT")


def ios_messages(database: Database) -> Iterator[PhoneItem]:
    """The messages of iOS's WhatsApp: what persons said, no notices of the program."""
    chats = looked_up(database, "ZWACHATSESSION", "Z_PK", "ZCONTACTJID", "ZPARTNERNAME")
    members = looked_up(
        database, "ZWAGROUPMEMBER", "Z_PK", "ZMEMBERJID", "ZCONTACTNAME", "ZFIRSTNAME"
    )
    owner = _ios_owner(database)
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
        said = _Chat(mine, other, _member(member) if member else None, owner)
        yield PhoneMessage(
            spot=Spot(table="ZWAMESSAGE", row_id=row.row_id),
            sent=apple_time(row.number("ZMESSAGEDATE")),
            sender=said.sender,
            recipients=said.recipients,
            text=row.text("ZTEXT") or title,
            attachments=_named(media.text("ZMEDIALOCALPATH").rpartition("/")[2]) if media else (),
            field="ZMESSAGEDATE",
        )


def _ios_owner(database: Database) -> Party | None:
    """Whom notices are addressed to: what others write is addressed to nobody."""
    for row in each(database, "ZWAMESSAGE", "ZISFROMME", "ZTOJID"):
        owner = party(row.text("ZTOJID")) if row.integer("ZISFROMME") == 0 else None
        if owner is not None:
            return owner
    return None


def _member(row: Values) -> Party | None:
    return party(row.text("ZMEMBERJID"), row.text("ZCONTACTNAME") or row.text("ZFIRSTNAME"))


def has_ios_contacts(database: Database) -> bool:
    """Whether it holds the contacts of iOS's WhatsApp."""
    return database.has("ZWAADDRESSBOOKCONTACT", "ZFULLNAME", "ZPHONENUMBER", "ZWHATSAPPID")


def ios_contacts(database: Database) -> Iterator[PhoneItem]:
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


def has_ios_calls(database: Database) -> bool:
    """Whether it holds the calls of iOS's WhatsApp."""
    return database.has("ZWACDCALLEVENT", "ZDATE", "ZDURATION") and database.has(
        "ZWACDCALLEVENTPARTICIPANT", "ZJIDSTRING", "Z1PARTICIPANTS"
    )


def ios_calls(database: Database) -> Iterator[PhoneItem]:
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
