"""XML of any kind as a stream of starts, text and ends; no entity but those built in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from schedulerx.documents.damage import DamagedDocument

_PIECE = 256 * 1024
_MAX_DEPTH = 400
_MAX_TEXT = 1024 * 1024  # characters between two tags; longer text comes in pieces


class Start(NamedTuple):
    """An element begins."""

    name: str
    attributes: dict[str, str]


class Text(NamedTuple):
    """Characters between tags."""

    text: str


class End(NamedTuple):
    """An element ends."""

    name: str


Event = Start | Text | End


def events(path: Path) -> Iterator[Event]:
    """The document's events.

    Raises:
        DamagedDocument: it is not well-formed (any more), too deep, or declares entities.
    """
    parser = _Parser()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield from parser.fed(piece, is_last=False)
    yield from parser.fed(b"", is_last=True)


class _Parser:
    """Gathers the events of one piece."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.buffer_size = _MAX_TEXT
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.EntityDeclHandler = self._entity

    def fed(self, piece: bytes, *, is_last: bool) -> Iterator[Event]:
        try:
            self._parser.Parse(piece, is_last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            yield from self._events
            raise DamagedDocument(f"The XML cannot be read further: {error}") from error
        done, self._events = self._events, []
        yield from done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise DamagedDocument(f"The XML is nested deeper than {_MAX_DEPTH} levels.")
        self._events.append(Start(name, attributes))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._events.append(End(name))

    def _text(self, text: str) -> None:
        self._events.append(Text(text))

    def _entity(self, name: str, *_: object) -> None:
        raise DamagedDocument(f"The XML declares the entity {name!r}: it is not read.")


def lines(path: Path) -> Iterator[str]:
    """The text between tags, a line each, and the values of attributes behind their names.

    Raises:
        DamagedDocument: it is not well-formed (any more), too deep, or declares entities.
    """
    for event in events(path):
        if isinstance(event, Text) and event.text.strip():
            yield f"{event.text.strip()}\n"
        elif isinstance(event, Start) and event.attributes:
            held = (f"{name}: {value}" for name, value in event.attributes.items())
            yield "\t".join(held) + "\n"
