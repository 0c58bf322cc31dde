"""What every export is written from: rows under the public names, and where they lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import msgspec

from schedulerx.model.event import Provenance

Row = dict[str, Any]
Rows = Iterable[Row]
Actor = Mapping[str, Any]

_NOWHERE = {"sha256": "", "extractor": ""}
_BEGIN = frozenset({"sender", "caller", "author", "owner", "organizer", "issuer"})
_NAMES = ("name", "phone", "email", "handle")
_DEVICE = ("label", "imei", "serial", "phone_number", "mac", "imsi", "iccid")


class Links(Protocol):
    """Where a reader of the export finds what a row came from, as URLs; None where nowhere."""

    def source(self, row: Row) -> str | None:
        """The file, or the archive it lies in."""

    def thumbnail(self, row: Row) -> str | None:
        """A small picture of the file."""


class NoLinks:
    """The export stands alone."""

    def source(self, _row: Row) -> str | None:
        """No file is known."""
        return None

    def thumbnail(self, _row: Row) -> str | None:
        """No picture is known."""
        return None


def place(provenance: Mapping[str, Any] | None) -> str:
    """Where in its file, see `Provenance.place`."""
    return msgspec.convert({**_NOWHERE, **(provenance or {})}, Provenance).place()


def actor_name(actor: Actor) -> str:
    """What somebody is called: name, else number, address or handle."""
    return next((str(actor[name]) for name in _NAMES if actor.get(name)), "somebody")


def sides(actors: Iterable[Actor]) -> tuple[list[Actor], list[Actor]]:
    """Those an event begins with, such as a sender, and the others."""
    begins: list[Actor] = []
    others: list[Actor] = []
    for actor in actors:
        (begins if actor.get("role") in _BEGIN else others).append(actor)
    return begins, others


def money(amount: Mapping[str, Any] | None) -> str | None:
    """`12.50 EUR`."""
    told = amount or {}
    return " ".join(filter(None, (told.get("value"), told.get("currency")))) or None


def telling(other: Mapping[str, Any]) -> str:
    """Where the same happening is told again: `calls.csv, row 7`."""
    return ", ".join(filter(None, (other["path"], place(other.get("provenance")))))


def device_name(device: Mapping[str, Any]) -> str:
    """What a device is called: its label and its first identifier."""
    known = [str(device[name]) for name in _DEVICE if device.get(name)]
    return " ".join(known[:2])


def cell(value: object) -> str:
    """A value as the text of one cell: lists and objects as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
