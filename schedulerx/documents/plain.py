"""Files that are text: as they are, or out of their markup."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from schedulerx.documents import charset

_BLOCKS = "address article blockquote dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header li"
_PARTS = "br hr main nav ol option p pre section table td th title tr ul"
_BREAKING = frozenset((*_BLOCKS.split(" "), *_PARTS.split(" ")))
_UNSEEN = frozenset({"script", "style", "template", "noscript"})


def text_pieces(path: Path) -> Iterator[str]:
    """Plain text, piece by piece."""
    return charset.chunks(path)


class _Visible(HTMLParser):
    """Collects what a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._hidden = 0
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in _UNSEEN
        if tag in _BREAKING:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._hidden:
            self._hidden -= 1
        if tag in _BREAKING:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(" ".join(data.split()) + " " if data.strip() else "")

    def drain(self) -> str:
        """What was collected since the last time."""
        text = "".join(self.pieces)
        self.pieces.clear()
        return text


def visible_text(markup: str) -> str:
    """The text of an HTML fragment, blocks on lines of their own."""
    parser = _Visible()
    parser.feed(markup)
    parser.close()
    lines = (line.strip() for line in parser.drain().split("\n"))
    return "\n".join(line for line in lines if line)


def html_pieces(path: Path) -> Iterator[str]:
    """The visible text of an HTML file, piece by piece."""
    parser = _Visible()
    for chunk in charset.chunks(path):
        parser.feed(chunk)
        yield _squeezed(parser.drain())
    parser.close()
    yield _squeezed(parser.drain())


def _squeezed(text: str) -> str:
    lines = (line.strip() for line in text.split("\n"))
    kept = "\n".join(line for line in lines if line)
    return f"{kept}\n" if kept else ""
