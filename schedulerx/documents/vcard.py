"""vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350): names, phones, e-mails, messenger addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from schedulerx.documents.content_lines import ContentLine, content_lines, split, unescaped
from schedulerx.model.content import Card

_SCHEME = re.compile(r"^(?:tel|mailto|sip|sips):", re.IGNORECASE)
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
    otherwise: str = ""  # a nickname or a firm
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    handles: list[str] = field(default_factory=list)

    def card(self, place: int) -> Card:
        return Card(
            place=place,
            name=self.formatted or self.structured or self.otherwise or None,
            phones=tuple(self.phones),
            emails=tuple(self.emails),
            handles=tuple(self.handles),
        )


def cards(path: Path) -> Iterator[Card]:
    """The cards of a file, numbered from 1; a card within a card (an agent's) is left out."""
    place, depth, current = 0, 0, _Open()
    for line in content_lines(path):
        marks = line.value.strip().upper() == "VCARD"
        if line.name == "BEGIN" and marks:
            depth += 1
            if depth == 1:
                place, current = place + 1, _Open()
        elif line.name == "END" and marks and depth:
            depth -= 1
            if depth == 0:
                yield current.card(place)
        elif depth == 1:
            _take(current, line)
    if depth:
        yield current.card(place)


def _take(card: _Open, line: ContentLine) -> None:
    plain = _SCHEME.sub("", unescaped(line.value))
    name = line.name
    if not plain:
        return
    if name == "FN":
        card.formatted = plain
    elif name == "N":
        family, given, *_ = (*split(line.value, ";"), "", "")
        card.structured = " ".join(unescaped(part) for part in (given, family) if part)
    elif name in {"NICKNAME", "ORG"}:
        card.otherwise = card.otherwise or plain.replace(";", " ").strip()
    elif name == "TEL":
        card.phones.append(plain.partition(";")[0])
    elif name == "EMAIL":
        card.emails.append(plain)
    elif name in _MESSENGERS:
        card.handles.append(f"{_MESSENGERS[name]}:{plain}")
    elif name == "IMPP":
        card.handles.append(unescaped(line.value))
    elif name == "X-SOCIALPROFILE":
        _take_profile(card, line, plain)


def _take_profile(card: _Open, line: ContentLine, plain: str) -> None:
    """A profile of a platform: its name there, or the end of its address."""
    platform = line.parameter("TYPE").lower()
    name = line.parameter("X-USER") or plain.rstrip("/").rpartition("/")[2].partition(":")[2]
    name = name or plain.rstrip("/").rpartition("/")[2]
    if platform and name:
        card.handles.append(f"{platform}:{name}")
