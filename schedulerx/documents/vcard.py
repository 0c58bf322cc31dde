"""vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350): names, phones, e-mails, messenger addresses."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from schedulerx.documents import charset
from schedulerx.model.content import Card

_PROPERTY = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<parameters>(?:;[^:]*)?):(?P<value>.*)", re.DOTALL
)
_VALUE_CHARACTERS = 64 * 1024  # more is a photo
_SCHEME = re.compile(r"^(?:tel|mailto|sip|sips):", re.IGNORECASE)
_QUOTED_PRINTABLE = re.compile(r"quoted-printable", re.IGNORECASE)
_CHARSET = re.compile(r"charset=\"?([\w-]+)", re.IGNORECASE)
_MESSENGERS = {
    "X-SKYPE": "skype",
    "X-SKYPE-USERNAME": "skype",
    "X-JABBER": "xmpp",
    "X-ICQ": "icq",
    "X-AIM": "aim",
    "X-MSN": "msn",
    "X-TWITTER": "twitter",
    "X-TELEGRAM": "telegram",
}


@dataclass
class _Open:
    """A card while its lines come in."""

    formatted: str = ""
    structured: str = ""
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    handles: list[str] = field(default_factory=list)

    def card(self, place: int) -> Card:
        return Card(
            place=place,
            name=self.formatted or self.structured or None,
            phones=tuple(self.phones),
            emails=tuple(self.emails),
            handles=tuple(self.handles),
        )


def cards(path: Path) -> Iterator[Card]:
    """The cards of a file, numbered from 1."""
    place, current = 0, None
    for line in _unfolded(path):
        match = _PROPERTY.fullmatch(line)
        if match is None:
            continue
        name, value = match["name"].upper(), _decoded(match["value"], match["parameters"])
        if name == "BEGIN" and value.upper() == "VCARD":
            place, current = place + 1, _Open()
        elif name == "END" and current is not None:
            yield current.card(place)
            current = None
        elif current is not None:
            _take(current, name, value)
    if current is not None:
        yield current.card(place)


def _unfolded(path: Path) -> Iterator[str]:
    """Logical lines: continuations begin with a blank, or follow a quoted-printable `=`."""
    held = ""
    for raw in charset.lines(path):
        line = raw.rstrip("\r\n")
        if held.endswith("=") and _QUOTED_PRINTABLE.search(held):
            held = held[:-1] + line
        elif line[:1] not in {" ", "\t"}:
            yield held
            held = line
        elif len(held) < _VALUE_CHARACTERS:
            held += line[1:]
    yield held


def _decoded(value: str, parameters: str) -> str:
    if _QUOTED_PRINTABLE.search(parameters):
        named = _CHARSET.search(parameters)
        data = quopri.decodestring(value.encode("utf-8"))
        try:
            value = data.decode(named[1] if named else "utf-8", "replace")
        except LookupError:
            value = data.decode("utf-8", "replace")
    return value.strip()


def _plain(value: str) -> str:
    return re.sub(r"\\([,;\\:])", r"\1", value.replace("\\n", " ").replace("\\N", " ")).strip()


def _take(card: _Open, name: str, value: str) -> None:
    plain = _SCHEME.sub("", _plain(value))
    if not plain:
        return
    if name == "FN":
        card.formatted = plain
    elif name == "N":
        family, given, *_ = (*re.split(r"(?<!\\);", value), "", "")
        card.structured = " ".join(_plain(part) for part in (given, family) if part)
    elif name == "TEL":
        card.phones.append(plain)
    elif name == "EMAIL":
        card.emails.append(plain)
    elif name in _MESSENGERS:
        card.handles.append(f"{_MESSENGERS[name]}:{plain}")
    elif name == "IMPP":
        card.handles.append(_plain(value))
