"""WhatsApp's databases of Android: msgstore (two generations) and wa."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schedulerx.documents.databases.sqlite import Database
from schedulerx.documents.databases.values import Values, each, looked_up
from schedulerx.formats.epochs import unix_time
from schedulerx.model.event import Location
from schedulerx.model.phone import Party, PhoneCall, PhoneContact, PhoneItem, PhoneMessage, Spot

_OF_PERSONS = frozenset({"s.whatsapp.net", "c.us"})  # servers in addresses: g.us are groups
_HIDING = "lid"  # the server of addresses that stand for a number
_SYSTEM_STATUS = 6  # messages.status: what the program itself notes
_SYSTEM_TYPE = 7  # message.message_type, likewise
_REVOKED_TYPE = 15  # message.message_type: what the sender took back
_MISSED = frozenset({2, 4})  # call_log.call_result: not answered, refused


def party(jid: str, name: str = "") -> Party | None:
    """Whom an address means, whose user part is the number, or stands for one that is hidden; None
    for groups and lists.
    """
    user, _, server = jid.partition("@")
    user = user.partition(":")[0].partition(".")[0]  # "number.0:device"
    if server == _HIDING and user.isdigit():
        return Party(name=name, handle=f"whatsapp:{user}@{_HIDING}")
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
    jids = _jids(database)
    places = looked_up(database, "message_location", "message_row_id", "latitude", "longitude")
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
        said = Chat(row.integer("from_me") == 1, other, member)
        yield PhoneMessage(
            spot=Spot(table="message", row_id=row.row_id),
            sent=unix_time(row.number("timestamp")),
            sender=said.sender,
            recipients=said.recipients,
            text=row.text("text_data"),
            attachments=named(_media_name(media)) if media else _taken_back(row),
            location=_location(places.get(row.integer("_id"))),
            field="timestamp",
        )


def _jids(database: Database) -> dict[int, str]:
    """Addresses by their rows; those that hide a number ("@lid") as the ones they stand for."""
    jids = {row.row_id: row.text("raw_string") for row in each(database, "jid", "raw_string")}
    for row in each(database, "jid_map", "lid_row_id", "jid_row_id"):
        known = jids.get(row.integer("jid_row_id"))
        if known:
            jids[row.integer("lid_row_id")] = known
    return jids


def _taken_back(row: Values) -> tuple[str, ...]:
    return ("taken back",) if row.integer("message_type") == _REVOKED_TYPE else ()


def _location(row: Values | None) -> Location | None:
    """A place that was sent; None for one that is nowhere."""
    if row is None:
        return None
    latitude, longitude = row.raw("latitude"), row.raw("longitude")
    if not (isinstance(latitude, int | float) and isinstance(longitude, int | float)):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Location(latitude=float(latitude), longitude=float(longitude))


def named(file: str) -> tuple[str, ...]:
    """The name of a file as those of a message; none where there is none."""
    return (file,) if file else ()


def _media_name(media: Values) -> str:
    return media.text("media_name") or media.text("file_path").rpartition("/")[2]


@dataclass(frozen=True)
class Chat:
    """Who takes part: `other` in a chat of two; in a group, the `member` that speaks; `owner` of
    the phone, where the database tells.
    """

    mine: bool
    other: Party | None
    member: Party | None = None
    owner: Party | None = None

    @property
    def sender(self) -> Party | None:
        """Who wrote it."""
        return self.owner if self.mine else self.member or self.other

    @property
    def recipients(self) -> tuple[Party, ...]:
        """Whom it was addressed to, as far as the database tells."""
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
        said = Chat(row.integer("key_from_me") == 1, party(jid), party(row.text("remote_resource")))
        yield PhoneMessage(
            spot=Spot(table="messages", row_id=row.row_id),
            sent=unix_time(row.number("timestamp")),
            sender=said.sender,
            recipients=said.recipients,
            text=row.text("data") or row.text("media_caption"),
            attachments=named(row.text("media_name")),
            field="timestamp",
        )


def has_calls(database: Database) -> bool:
    """Whether it holds the calls of Android's WhatsApp."""
    return database.has("call_log", "jid_row_id", "from_me", "timestamp", "duration")


def calls(database: Database) -> Iterator[PhoneItem]:
    """The calls of Android's WhatsApp."""
    jids = _jids(database)
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
