"""The text of a document while it is gathered: NULs removed, cut at a limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Content:
    """What was read. `rows` of a table or messages of a chat; `engine` where it was recognised."""

    text: str = ""
    rows: int | None = None
    has_text_layer: bool | None = None
    engine: str | None = None
    warnings: tuple[str, ...] = ()


class TextCollector:
    """Gathers pieces of text until `limit` characters are reached."""

    def __init__(self, limit: int) -> None:
        self._pieces: list[str] = []
        self._room = limit
        self._limit = limit
        self.full = False

    def add(self, piece: str) -> bool:
        """Takes a piece; False once the limit is reached and more is pointless."""
        clean = piece.replace("\0", "")
        if len(clean) > self._room:
            self.full = True
            clean = clean[: self._room]
        self._pieces.append(clean)
        self._room -= len(clean)
        return not self.full

    def extend(self, pieces: Iterable[str]) -> None:
        """Takes pieces up to the limit."""
        for piece in pieces:
            if not self.add(piece):
                return

    @property
    def text(self) -> str:
        """What was gathered."""
        return "".join(self._pieces)

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence where the text was cut."""
        if not self.full:
            return ()
        return (f"Only the first {self._limit} characters of the text are kept.",)
