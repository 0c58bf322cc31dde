"""Outlook's messages ([MS-OXMSG]): e-mails, contacts and appointments, and what is attached."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schedulerx.documents import charset
from schedulerx.documents.ole_streams import names, opened, stream
from schedulerx.documents.plain import visible_text

_PROPERTIES = "__properties_version1.0"
_RECIPIENT, _ATTACHED = "__recip_version1.0_#", "__attach_version1.0_#"
_NAMED = "__nameid_version1.0"
_MESSAGE_HEAD, _PART_HEAD = (
    32,
    8,
)  # bytes of properties before the first: of a message, of its parts
_EMBEDDED_HEAD = 24
_WIDE, _NARROW, _BYTES, _TIME, _OBJECT = 0x001F, 0x001E, 0x0102, 0x0040, 0x000D
_FILETIME_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
_MAX_PARTS = 10_000
_MOST_WITHIN = 8  # messages, each within the one before


@dataclass(frozen=True)
class Item:
    """One item, or a part of one: its properties by their numbers ([MS-OXPROPS])."""

    texts: dict[int, str]
    times: dict[int, str]
    numbers: dict[int, int]
    html: bytes
    named: dict[int, int]  # long ids of named properties, to their numbers here

    def text(self, number: int) -> str:
        """A property's text, or an empty string."""
        return self.texts.get(number, "").strip()

    def named_text(self, long_id: int) -> str:
        """A named property's text, or an empty string."""
        return self.text(self.named.get(long_id, 0))

    def named_time(self, long_id: int) -> str | None:
        """A named property's time as ISO 8601."""
        return self.times.get(self.named.get(long_id, 0))

    @property
    def kind(self) -> str:
        """The message class: "IPM.Note", "IPM.Contact", "IPM.Appointment"."""
        return self.text(0x001A)

    @property
    def body(self) -> str:
        """The text, plain or out of its markup."""
        plain = self.text(0x1000)
        return plain or visible_text(charset.decode(self.html)) or self.text(0x1013)


@dataclass(frozen=True)
class Attached:
    """An attachment. `way` is the storage it lies in; a message within is `embedded`."""

    name: str
    media_type: str
    way: tuple[str, ...]
    embedded: bool


@dataclass(frozen=True)
class Message:
    """A whole message."""

    item: Item
    recipients: tuple[Item, ...]
    attached: tuple[Attached, ...]


def read(path: Path) -> Message:
    """The message.

    Raises:
        DamagedDocument: it is no OLE file, or broken.
    """
    with opened(path) as file:
        return _message(file, (), _MESSAGE_HEAD, _names_of(file))


def messages(path: Path) -> Iterator[Message]:
    """The message, then those within it and within these, each followed by its own.

    Raises:
        DamagedDocument: it is no OLE file, or broken.
    """
    with opened(path) as file:
        yield from _with_inner(file, (), _MESSAGE_HEAD, _names_of(file))


def _names_of(file: Any) -> dict[int, int]:
    return _named(stream(file, _NAMED, "__substg1.0_00030102"))


def _with_inner(
    file: Any, way: tuple[str, ...], head: int, named: dict[int, int]
) -> Iterator[Message]:
    message = _message(file, way, head, named)
    yield message
    if len(way) < _MOST_WITHIN * len(("attachment", "message")):
        for each in message.attached:
            if each.embedded:
                yield from _with_inner(file, each.way, _EMBEDDED_HEAD, named)


def _message(file: Any, way: tuple[str, ...], head: int, named: dict[int, int]) -> Message:
    """A message whose storage lies this way; those within have the names of the outermost."""
    parts = dict.fromkeys(each[len(way)] for each in names(file, way))
    ways = [(*way, part) for part in parts][:_MAX_PARTS]
    return Message(
        _item(file, way, head, named),
        tuple(_item(file, each, _PART_HEAD, {}) for each in ways if _RECIPIENT in each[-1]),
        tuple(_attached(file, each) for each in ways if _ATTACHED in each[-1]),
    )


def _item(file: Any, way: tuple[str, ...], head: int, named: dict[int, int]) -> Item:
    texts: dict[int, str] = {}
    html = b""
    for name in (each[-1] for each in names(file, way) if len(each) == len(way) + 1):
        number, kind = _tag(name)
        if kind == _WIDE:
            texts[number] = stream(file, *way, name).decode("utf-16-le", "replace").rstrip("\0")
        elif kind == _NARROW:
            texts.setdefault(number, stream(file, *way, name).decode("cp1252", "replace"))
        elif (number, kind) == (0x1013, _BYTES):
            html = stream(file, *way, name)
    times, numbers = _fixed(stream(file, *way, _PROPERTIES)[head:])
    return Item(texts, times, numbers, html, named)


def _tag(name: str) -> tuple[int, int]:
    """Number and type of the property that a stream is named after; zeros where it is none."""
    digits = name.removeprefix("__substg1.0_")
    try:
        return int(digits[:4], 16), int(digits[4:8], 16)
    except ValueError:
        return 0, 0


def _fixed(data: bytes) -> tuple[dict[int, str], dict[int, int]]:
    """Times and numbers, which lie in the table of properties itself."""
    times: dict[int, str] = {}
    numbers: dict[int, int] = {}
    for at in range(0, len(data) - 15, 16):
        kind, number = struct.unpack_from("<HH", data, at)
        value = int.from_bytes(data[at + 8 : at + 16], "little")
        if kind == _TIME and (time := _filetime(value)) is not None:
            times[number] = time
        elif kind == 0x0003:
            numbers[number] = value & 0xFFFFFFFF
    return times, numbers


def _filetime(ticks: int) -> str | None:
    """Tenths of microseconds since 1601 as ISO 8601; None where unset."""
    try:
        time = _FILETIME_EPOCH + dt.timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None
    return time.isoformat(timespec="seconds") if 1900 < time.year < 4000 else None


def _named(entries: bytes) -> dict[int, int]:
    """Long ids of named properties by [MS-OXMSG] 2.2.3.1.2; those named by text are left out."""
    known: dict[int, int] = {}
    for at in range(0, len(entries) - 7, 8):
        long_id, kind, place = struct.unpack_from("<LHH", entries, at)
        if not kind & 1:
            known.setdefault(long_id, 0x8000 + place)
    return known


def _attached(file: Any, way: tuple[str, ...]) -> Attached:
    item = _item(file, way, _PART_HEAD, {})
    inner = (*way, f"__substg1.0_3701{_OBJECT:04X}")
    embedded = bool(file.exists([*inner, _PROPERTIES]))
    name = item.text(0x3707) or item.text(0x3704) or item.text(0x3001) or "attachment"
    if embedded:
        media_type = "application/vnd.ms-outlook"
        subject = _item(file, inner, _EMBEDDED_HEAD, {}).text(0x0037)
        name = subject or name
    else:
        media_type = item.text(0x370E) or "application/octet-stream"
    return Attached(name, media_type, inner if embedded else way, embedded)


def contents(path: Path, message: Message) -> Iterator[tuple[Attached, bytes]]:
    """What is attached to one message with its bytes, one in memory at a time; messages have none
    of their own.

    Raises:
        DamagedDocument: it is no OLE file, or broken.
    """
    for each in message.attached:
        with opened(path) as file:
            yield each, b"" if each.embedded else stream(file, *each.way, "__substg1.0_37010102")


def attachments(path: Path) -> Iterator[tuple[Attached, bytes]]:
    """The attached files, also of messages within, with their bytes, one in memory at a time.

    Raises:
        DamagedDocument: it is no OLE file, or broken.
    """
    for message in list(messages(path)):
        yield from (pair for pair in contents(path, message) if not pair[0].embedded)
