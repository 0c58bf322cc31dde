"""JSON as evidence: chats of Telegram and Instagram, and lists of alike objects as tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from schedulerx.documents import charset
from schedulerx.documents.damage import DamagedDocument
from schedulerx.model.content import Row, Table

MAX_BYTES = 32 * 1024 * 1024  # decoded whole; some fourteen times that in memory
_DEPTH = 6


class JsonMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `time` is seconds or milliseconds since 1970, or ISO 8601."""

    place: int
    platform: str
    time: str
    sender: str
    sender_id: str | None
    text: str


def load(path: Path) -> Any:
    """The file decoded.

    Raises:
        DamagedDocument: it is no JSON, or too large or too deep to be decoded.
    """
    if path.stat().st_size > MAX_BYTES:
        raise DamagedDocument(f"JSON over {MAX_BYTES} bytes is kept as text and not searched.")
    try:
        return msgspec.json.decode(charset.decode(path.read_bytes()))
    except (msgspec.DecodeError, RecursionError) as error:
        raise DamagedDocument(f"The JSON cannot be decoded: {error}") from error


def chat_messages(document: Any) -> Iterator[JsonMessage]:
    """The messages of every chat in an export; nothing where it is none."""
    place = 0
    for conversation in _conversations(document):
        for entry in conversation:
            place += 1
            message = _message(place, entry)
            if message is not None:
                yield message


def _conversations(document: Any) -> Iterator[list[Any]]:
    if not isinstance(document, dict):
        return
    if isinstance(document.get("messages"), list):
        yield document["messages"]
    chats = document.get("chats")
    listed = chats.get("list") if isinstance(chats, dict) else chats
    for chat in listed if isinstance(listed, list) else ():
        if isinstance(chat, dict) and isinstance(chat.get("messages"), list):
            yield chat["messages"]


def _message(place: int, entry: Any) -> JsonMessage | None:
    if not isinstance(entry, dict):
        return None
    if "sender_name" in entry and "timestamp_ms" in entry:
        return JsonMessage(
            place=place,
            platform="instagram",
            time=str(entry["timestamp_ms"]),
            sender=_mended(str(entry["sender_name"])),
            sender_id=None,
            text=_mended(str(entry.get("content", ""))),
        )
    if entry.get("type") == "message" and ("date_unixtime" in entry or "date" in entry):
        return JsonMessage(
            place=place,
            platform="telegram",
            time=str(entry.get("date_unixtime") or entry.get("date")),
            sender=str(entry.get("from") or ""),
            sender_id=entry.get("from_id") if isinstance(entry.get("from_id"), str) else None,
            text=_telegram_text(entry.get("text", "")),
        )
    return None


def _mended(text: str) -> str:
    """Instagram and Facebook write UTF-8 bytes as if they were Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _telegram_text(text: Any) -> str:
    parts = text if isinstance(text, list) else [text]
    return "".join(
        str(part.get("text", "")) if isinstance(part, dict) else str(part) for part in parts
    )


def tables(document: Any) -> Iterator[Table]:
    """Every list of objects as a table; the keys of nested objects are joined by points."""
    for path, objects in _lists(document, "", 0):
        flat = [_flattened(each) for each in objects]
        header = tuple(dict.fromkeys(key for each in flat for key in each))
        rows = tuple(
            (number, tuple(each.get(key, "") for key in header))
            for number, each in enumerate(flat, 1)
        )
        if header:
            yield Table(header=header, rows=_Rows(rows), sheet=path or None)


class _Rows:
    """Rows that can be passed over again and again."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self._rows = rows

    def __call__(self) -> Iterator[Row]:
        return iter(self._rows)


def _lists(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _lists(child, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list):
        objects = [each for each in value if isinstance(each, dict)]
        if objects and len(objects) == len(value):
            yield path, objects
        for place, child in enumerate(value):
            if isinstance(child, dict):
                yield from _lists(child, f"{path}[{place}]", depth + 1)


def _flattened(value: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, child in value.items():
        name = f"{prefix}{key}"
        if isinstance(child, dict) and depth < _DEPTH:
            flat.update(_flattened(child, f"{name}.", depth + 1))
        elif isinstance(child, (str, int, float)) and not isinstance(child, bool):
            flat[name] = str(child)
    return flat
