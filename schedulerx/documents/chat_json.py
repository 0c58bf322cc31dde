"""Messages in JSON exports: Telegram, Facebook and Instagram, Google Chat and Hangouts, Slack,
Discord. An entry is told by its keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import msgspec

from schedulerx.documents.chat_contacts import card_of
from schedulerx.documents.chat_parties import others_of, owner_of, parties_of
from schedulerx.documents.json_objects import Entry, listed, mended, within
from schedulerx.model.content import Card, Chatter
from schedulerx.model.event import Location


class JsonMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `time` is seconds, milli- or microseconds since 1970, or a time as written."""

    place: int
    platform: str
    time: str
    sender: str
    sender_id: str | None = None
    text: str = ""
    attachments: tuple[str, ...] = ()
    is_call: bool = False
    seconds: int | None = None
    location: Location | None = None
    cards: tuple[Card, ...] = ()
    recipients: tuple[Chatter, ...] = ()  # the others, where the conversation names who takes part


def chat_messages(document: Any) -> Iterator[JsonMessage]:
    """The messages of every chat in an export; nothing where it is none."""
    place = 0
    for conversation, parties in _conversations(document):
        for entry in conversation:
            place += 1
            message = message_of(place, entry)
            if message is not None:
                recipients = others_of(message.sender, message.sender_id, parties)
                yield msgspec.structs.replace(message, recipients=recipients)


def _conversations(document: Any) -> Iterator[tuple[list[Any], tuple[Chatter, ...]]]:
    if isinstance(document, list):
        yield document, ()
    if not isinstance(document, dict):
        return
    if isinstance(document.get("messages"), list):
        yield document["messages"], parties_of(document, None)
    owner = owner_of(document)
    for chat in chain(_chats(document.get("chats")), _chats(document.get("left_chats"))):
        if isinstance(chat, dict) and isinstance(chat.get("messages"), list):
            yield chat["messages"], parties_of(chat, owner)
    for chat in listed(document, "conversations"):
        yield _hangout(chat), ()


def _chats(held: Any) -> list[Any]:
    several = held.get("list") if isinstance(held, dict) else held
    return several if isinstance(several, list) else []


def message_of(place: int, entry: Any) -> JsonMessage | None:
    """The message that an entry is; None where it is none."""
    if not isinstance(entry, dict):
        return None
    for keys, made in _PLATFORMS:
        if keys <= entry.keys():
            return made(place, entry)
    return None


def _meta(place: int, entry: Entry) -> JsonMessage:
    """Facebook and Instagram."""
    media = ("photos", "videos", "audio_files", "files", "gifs")
    files = (str(each.get("uri", "")) for key in media for each in listed(entry, key))
    return JsonMessage(
        place=place,
        platform="instagram",
        time=str(entry["timestamp_ms"]),
        sender=mended(str(entry["sender_name"])),
        text=mended(str(entry.get("content", ""))),
        attachments=tuple(uri.rpartition("/")[2] for uri in files if uri),
    )


def _telegram(place: int, entry: Entry) -> JsonMessage | None:
    if entry.get("action") == "phone_call":
        return _telegram_call(place, entry)
    if entry.get("type") != "message" or not ("date_unixtime" in entry or "date" in entry):
        return None
    sender_id = entry.get("from_id")
    return JsonMessage(
        place=place,
        platform="telegram",
        time=str(entry.get("date_unixtime") or entry.get("date")),
        sender=str(entry.get("from") or ""),
        sender_id=sender_id if isinstance(sender_id, str) else None,
        text=(_forwarded(entry) + _telegram_text(entry.get("text", ""))).strip(),
        attachments=tuple(_telegram_files(entry)),
        location=_location(within(entry, "location_information")),
        cards=tuple(filter(None, [card_of(place, entry.get("contact_information"))])),
    )


def _telegram_call(place: int, entry: Entry) -> JsonMessage:
    caller, seconds = entry.get("actor_id"), entry.get("duration_seconds")
    return JsonMessage(
        place=place,
        platform="telegram",
        time=str(entry.get("date_unixtime") or entry.get("date")),
        sender=str(entry.get("actor") or ""),
        sender_id=caller if isinstance(caller, str) else None,
        is_call=True,
        seconds=seconds if isinstance(seconds, int) else None,
    )


def _location(written: Entry) -> Location | None:
    latitude, longitude = written.get("latitude"), written.get("longitude")
    if not (isinstance(latitude, int | float) and isinstance(longitude, int | float)):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Location(latitude=float(latitude), longitude=float(longitude))


def _telegram_files(entry: Entry) -> Iterator[str]:
    """Names of files; of one that was not exported, for which words stand in brackets, its kind."""
    kinds = {"photo": "photo", "file": str(entry.get("media_type") or "").replace("_", " ")}
    for key, kind in kinds.items():
        file = entry.get(key)
        if isinstance(file, str) and file:
            given = str(entry.get("file_name") or "") if key == "file" else ""
            name = given or (kind if file.startswith("(") else file.rpartition("/")[2])
            yield from (name,) if name else ()


def _forwarded(entry: Entry) -> str:
    """Whose words these are, where the sender only passed them on."""
    source = entry.get("forwarded_from")
    return f"[forwarded from {source}] " if isinstance(source, str) and source else ""


def _google(place: int, entry: Entry) -> JsonMessage:
    """Google Chat, as Takeout exports it."""
    creator = entry["creator"] if isinstance(entry["creator"], dict) else {}
    files = (each.get("original_name") for each in listed(entry, "attached_files"))
    return JsonMessage(
        place=place,
        platform="google",
        time=str(entry["created_date"]),
        sender=str(creator.get("email") or creator.get("name") or ""),
        text=str(entry.get("text", "")),
        attachments=tuple(str(name) for name in files if name),
    )


def _hangout(chat: Entry) -> list[Entry]:
    """Hangouts' events as entries of Google Chat, with the names that the conversation gives."""
    about = within(chat, "conversation", "conversation") or within(chat, "conversation")
    names = {
        within(person, "id").get("gaia_id"): person.get("fallback_name")
        for person in listed(about, "participant_data")
    }
    entries = []
    for event in listed(chat, "events"):
        segments = listed(within(event, "chat_message", "message_content"), "segment")
        sender = within(event, "sender_id").get("gaia_id")
        if "timestamp" in event and segments:
            entries.append({
                "creator": {"name": names.get(sender) or sender},
                "created_date": event["timestamp"],
                "text": "".join(str(each.get("text", "\n")) for each in segments),
            })  # fmt: skip
    return entries


def _slack(place: int, entry: Entry) -> JsonMessage:
    profile = within(entry, "user_profile")
    user = str(entry["user"])
    return JsonMessage(
        place=place,
        platform="slack",
        time=str(entry["ts"]),
        sender=str(profile.get("real_name") or profile.get("name") or user),
        sender_id=user,
        text=str(entry.get("text", "")),
        attachments=tuple(str(each["name"]) for each in listed(entry, "files") if "name" in each),
    )


def _discord(place: int, entry: Entry) -> JsonMessage | None:
    author = within(entry, "author")
    if not author:
        return None
    files = (each.get("fileName") for each in listed(entry, "attachments"))
    return JsonMessage(
        place=place,
        platform="discord",
        time=str(entry["timestamp"]),
        sender=str(author.get("nickname") or author.get("name") or ""),
        sender_id=str(author["id"]) if "id" in author else None,
        text=str(entry.get("content", "")),
        attachments=tuple(str(name) for name in files if name),
    )


_PLATFORMS: tuple[tuple[frozenset[str], Callable[[int, Entry], JsonMessage | None]], ...] = (
    (frozenset({"sender_name", "timestamp_ms"}), _meta),
    (frozenset({"creator", "created_date"}), _google),
    (frozenset({"user", "ts", "text"}), _slack),
    (frozenset({"author", "timestamp", "content"}), _discord),
    (frozenset({"type", "text"}), _telegram),
)


def _telegram_text(text: Any) -> str:
    parts = text if isinstance(text, list) else [text]
    return "".join(
        str(part.get("text", "")) if isinstance(part, dict) else str(part) for part in parts
    )
