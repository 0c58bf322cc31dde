"""Backups of messages and calls that Android programs write as XML ("SMS Backup & Restore"):
elements named as the phone's own tables, attributes as their columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.databases import android
from schedulerx.documents.databases.values import Values
from schedulerx.documents.xml_events import End, Start, events
from schedulerx.model.phone import PhoneItem

_ROOTS = frozenset({"smses", "calls", "allsms"})
_UNSET = "null"


def is_backup(path: Path) -> bool:
    """Whether the document is such a backup, by its first element."""
    try:
        first = next((each for each in events(path) if isinstance(each, Start)), None)
    except DamagedDocument:
        return False
    return first is not None and first.name in _ROOTS


def items(path: Path) -> Iterator[PhoneItem]:
    """Messages and calls, each numbered among the elements of its name.

    Raises:
        DamagedDocument: the XML cannot be read (further).
    """
    places = {"sms": 0, "call": 0, "mms": 0}
    message: dict[str, list[dict[str, str]]] = {}
    for event in events(path):
        if isinstance(event, Start):
            row = {key: "" if text == _UNSET else text for key, text in event.attributes.items()}
            if event.name in places:
                places[event.name] += 1
                message = {"mms": [row], "part": [], "addr": []}
            if event.name in {"part", "addr"} and message:
                message[event.name].append(row)
            elif event.name in {"sms", "call"}:
                yield from _simple(event.name, places[event.name], row)
        elif isinstance(event, End) and event.name == "mms" and message:
            yield from _multimedia(places["mms"], message)
            message = {}


def _values(place: int, row: dict[str, str]) -> Values:
    return Values(place, dict(row))


def _simple(kind: str, place: int, row: dict[str, str]) -> Iterator[PhoneItem]:
    named = row.get("contact_name", "")
    row["name"] = "" if named == "(Unknown)" else named
    if kind == "call":
        yield android.call_of("call", _values(place, row))
    else:
        yield from android.message_of("sms", _values(place, row))


def _multimedia(place: int, message: dict[str, list[dict[str, str]]]) -> Iterator[PhoneItem]:
    (row,) = message["mms"]
    # Milliseconds here, seconds in the phone's own table; parts name their text and file alike.
    for part in message["part"]:
        part["_data"] = part.get("fn", "")
    parts = [_values(place, part) for part in message["part"]]
    people = [_values(place, person) for person in message["addr"]]
    yield from android.multimedia_of("mms", _values(place, row), parts, people)
