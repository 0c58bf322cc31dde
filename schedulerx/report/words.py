"""Figures, times and names as people read them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from pathlib import PurePosixPath

from markupsafe import Markup, escape

_NAME_CELLS = 120  # a name longer than this is cut in its middle
_MARK_CELLS = 6  # what a visible control character takes of them


def count(number: int) -> str:
    """1234567 as 1,234,567."""
    return f"{number:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def size(number: float) -> str:
    """Bytes in decimal units, as file managers show them."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000:
            return (
                f"{number:.0f} {unit}"
                if unit == "bytes" or number >= 100
                else f"{number:.1f} {unit}"
            )
        number /= 1000
    return f"{number:,.1f} TB"


def duration(seconds: float) -> str:
    """Seconds in the unit that fits."""
    if seconds < 0.0995:
        return f"{seconds * 1000:.0f} ms" if seconds >= 0.0005 else "0 s"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60:,} h {minutes % 60} min"


def share(part: float, whole: float) -> str:
    """A percentage. Says 100 % only where it is all of it, and 0 % only where it is nothing."""
    if whole == 0:
        return ""
    percent = 100 * part / whole
    if 0 < part < whole:
        percent = min(max(percent, 0.1), 99.9)
    return f"{percent:.0f} %" if percent in {0, 100} else f"{percent:.1f} %"


def moment(iso: str) -> str:
    """An ISO 8601 time for people: "3 June 2024, 06:12 UTC"; what is none stays as it is."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{when.day} {when:%B %Y, %H:%M}{_zone(when)}"


def _zone(when: datetime) -> str:
    offset = f"{when:%z}"
    if not offset:
        return ""
    return " UTC" if when.utcoffset() == UTC.utcoffset(None) else f" {offset[:3]}:{offset[3:5]}"


def day(iso: str) -> str:
    """The day of an ISO 8601 time, as written: "Monday, 3 June 2024"."""
    try:
        when = datetime.fromisoformat(iso[:10])
    except ValueError:
        return iso[:10]
    return f"{when:%A}, {when.day} {when:%B %Y}"


def clock(iso: str) -> str:
    """The time of day as written; empty where there is only a date."""
    return iso[11:16]


def folder(path: str) -> str:
    """The folder of a path, with its slash; empty at the top."""
    parent = str(PurePosixPath(path).parent)
    return "" if parent == "." else f"{parent}/"


def file_name(path: str) -> str:
    """The last part of a path."""
    return path.rsplit("/", 1)[-1]


def visible(text: str, cells: int = _NAME_CELLS) -> Markup:
    """A name that may be hostile: escaped, its control and direction characters shown by number,
    its middle left out where it is long.
    """
    head, rest = _fitting(text, cells * 2 // 3)
    if rest and len(rest) > cells - cells * 2 // 3:
        tail, left_out = _fitting(rest[::-1], cells // 3)
        middle = Markup('<b class="mark" title="{} characters left out">…</b>').format(
            len(left_out)
        )
        return _marked(head) + (middle if left_out else Markup("")) + _marked(tail[::-1])
    return _marked(head) + _marked(rest)


def plain(text: str) -> str:
    """The text without its hidden characters, for attributes that nobody sees."""
    return "".join(character for character in text if not _hidden(character))


def _fitting(text: str, cells: int) -> tuple[str, str]:
    """As much of the beginning as fits, and the rest."""
    for index, character in enumerate(text):
        cells -= _MARK_CELLS if _hidden(character) else 1
        if cells < 0:
            return text[:index], text[index:]
    return text, ""


def _hidden(character: str) -> bool:
    """Control, format (direction, zero width), surrogate, private use, line and paragraph ends."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _marked(text: str) -> Markup:
    return Markup("").join(
        _mark(character) if _hidden(character) else escape(character) for character in text
    )


def _mark(character: str) -> Markup:
    return Markup('<b class="mark">U+{}</b>').format(f"{ord(character):04X}")


def brief(text: str, longest: int = 280) -> Markup:
    """A sentence: line ends become spaces, what else is hidden is shown, a long middle goes."""
    return visible(re.sub(r"[ \t\r\n]+", " ", text), longest)
