"""Property lists (Apple), binary and XML: their values as text, and the devices they name."""

from __future__ import annotations

import datetime as dt
import plistlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from schedulerx.documents.damage import DamagedDocument
from schedulerx.model.phone import ListedDevice

MAX_BYTES = 64 * 1024 * 1024  # parsed in memory, in which it takes many times its size
_MAX_VALUES = 500_000  # shared parts make trees of a small file endless
_MAX_DEPTH = 100
# What plistlib raises on broken lists, beside its documented InvalidFileException.
_ERRORS = (
    plistlib.InvalidFileException, ExpatError, ValueError, TypeError, OverflowError, IndexError,
    KeyError, AttributeError, EOFError, MemoryError, RecursionError,
)  # fmt: skip
_MAC = re.compile(r"[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}", re.IGNORECASE)
_ICCID = re.compile(r"89\d{17,18}")
_IMEI = re.compile(r"[0-9A-F]{14,16}")
_SERIAL = frozenset({"serialnumber", "serial"})
_LABELS = ("productname", "producttype", "devicename", "displayname", "name", "deviceclass")
_SEEN = frozenset({"connected", "lastbackupdate", "lastinquiryupdate", "lastseen", "date"})


def load(path: Path) -> Any:
    """The list's root.

    Raises:
        DamagedDocument: it does not read, or is too large.
    """
    if path.stat().st_size > MAX_BYTES:
        raise DamagedDocument(f"Property lists over {MAX_BYTES} bytes are not read.")
    try:
        with path.open("rb") as file:
            return plistlib.load(file)
    except _ERRORS as error:
        raise DamagedDocument(f"The property list does not read: {error}") from error


def values(root: Any) -> Iterator[tuple[str, Any]]:
    """Every value that holds no others, with the way to it; up to half a million."""
    budget = iter(range(_MAX_VALUES))
    pending: list[tuple[str, Any, int]] = [("", root, 0)]
    while pending and next(budget, None) is not None:
        way, value, depth = pending.pop()
        children = list(_children(way, value)) if depth < _MAX_DEPTH else []
        if children:
            pending.extend((name, child, depth + 1) for name, child in reversed(children))
        elif not isinstance(value, dict | list):
            yield way, value


def _children(way: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What a value holds, each with its way: no two have the same (as RFC 6901 escapes them)."""
    if isinstance(value, dict):
        pairs: Iterable[tuple[Any, Any]] = value.items()
    else:
        pairs = enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        step = str(key).replace("~", "~0").replace("/", "~1")
        yield f"{way}/{step}" if way else step, child


def lines(path: Path) -> Iterator[str]:
    """A line a value: the way to it, and itself; bytes only by their number.

    Raises:
        DamagedDocument: it does not read, or is too large.
    """
    for way, value in values(load(path)):
        yield f"{way}\t{_shown(value)}\n"


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


def devices(path: Path) -> Iterator[ListedDevice]:
    """The devices that dictionaries of the list name by IMEI, serial number, SIM or address.

    Raises:
        DamagedDocument: it does not read, or is too large.
    """
    budget = iter(range(_MAX_VALUES))
    pending: list[tuple[str, Any, int]] = [("", load(path), 0)]
    named: set[str] = set()
    while pending and next(budget, None) is not None:
        way, value, depth = pending.pop()
        key = way.rpartition("/")[2]
        if isinstance(value, dict):
            device = _device(way, key, value)
            if device is not None:
                named.update(device.macs)
                yield device
        elif isinstance(value, str) and _MAC.fullmatch(value) and value not in named:
            named.add(value)
            yield ListedDevice(place=way, macs=(value,))
        if depth < _MAX_DEPTH and not _ICCID.fullmatch(key):
            inner = [(name, child, depth + 1) for name, child in _children(way, value)]
            pending.extend(reversed(inner))


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", str(key).lower())


def _device(way: str, key: str, value: dict[Any, Any]) -> ListedDevice | None:
    """The device a dictionary is about. Under a SIM card's number, all of it is about that SIM."""
    of_sim = _ICCID.fullmatch(key) is not None
    known: dict[str, list[str]] = {"imei": [], "imsi": [], "iccid": [key] if of_sim else []}
    about: dict[str, str] = {}
    seen, field = None, ""
    for name, child in values(value) if of_sim else _own(value):
        plain = _plain(re.sub(r"(?:/\d+)+$", "", name).rpartition("/")[2])
        if isinstance(child, dt.datetime) and plain in _SEEN:
            seen, field = child.replace(tzinfo=dt.UTC).isoformat(timespec="seconds"), name
        elif isinstance(child, str) and child.strip():
            _take(known, about, plain, child.strip())
    mac = (key,) if _MAC.fullmatch(key) else tuple(filter(None, (about.get("mac"),)))
    if not (mac or any(known.values()) or about.get("serial") or about.get("phone")):
        return None
    return ListedDevice(
        place=way,
        imeis=tuple(dict.fromkeys(known["imei"])),
        imsis=tuple(dict.fromkeys(known["imsi"])),
        iccids=tuple(dict.fromkeys(known["iccid"])),
        serial=about.get("serial"),
        macs=mac,
        phone_number=about.get("phone"),
        label=next((about[name] for name in _LABELS if name in about), None),
        seen=seen,
        field=field,
    )


def _own(value: dict[Any, Any]) -> Iterator[tuple[str, Any]]:
    """The values that lie in a dictionary itself, and those of its list of IMEIs."""
    for key, child in value.items():
        if isinstance(child, list) and _plain(key) == "imeis":
            yield from ((str(key), inner) for _, inner in values(child))
        elif not isinstance(child, dict | list):
            yield str(key), child


def _take(known: dict[str, list[str]], about: dict[str, str], plain: str, text: str) -> None:
    for kind, written in known.items():
        if plain.rstrip("s2").endswith(kind) and (kind != "imei" or _IMEI.fullmatch(text)):
            written.append(text)
            return
    if plain in _SERIAL:
        about.setdefault("serial", text)
    elif plain.endswith("phonenumber"):
        about.setdefault("phone", text)
    elif plain.endswith("address") and _MAC.fullmatch(text):
        about.setdefault("mac", text)
    elif plain in _LABELS:
        about.setdefault(plain, text)
