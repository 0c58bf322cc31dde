"""Content lines of vCards and calendars (RFC 6350, RFC 5545; vCard 2.1): unfolded and decoded."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from schedulerx.documents import charset

_LINE = re.compile(
    r"(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<parameters>(?:;(?:[^\":]|\"[^\"]*\")*)?):(?P<value>.*)",
    re.DOTALL,
)
_PARAMETER = re.compile(r";([\w-]+)(?:=((?:[^\";]|\"[^\"]*\")*))?")
_VALUE_CHARACTERS = 64 * 1024  # more is a photo
_QUOTED_PRINTABLE = re.compile(r"quoted-printable", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([,;\\:nN])")


class ContentLine(NamedTuple):
    """One property: its name in capitals, its parameters and its value as written."""

    name: str
    parameters: str
    value: str

    def parameter(self, name: str) -> str:
        """The value of a parameter without quotes, or an empty string."""
        found = (
            pair[2] for pair in _PARAMETER.finditer(self.parameters) if pair[1].upper() == name
        )
        return next((text.replace('"', "") for text in found if text), "")


def content_lines(path: Path) -> Iterator[ContentLine]:
    """The properties of a file; lines that are none are passed over."""
    for line in _unfolded(path):
        match = _LINE.fullmatch(line)
        if match is not None:
            value = _decoded(match["value"], match["parameters"])
            yield ContentLine(match["name"].upper(), match["parameters"], value)


def _unfolded(path: Path) -> Iterator[str]:
    """Logical lines: continuations begin with a blank, or follow a quoted-printable `=`."""
    held = ""
    for raw in charset.lines(path):
        line = raw.rstrip("\r\n")
        if held.endswith("=") and _QUOTED_PRINTABLE.search(held):
            held = _longer(held[:-1], line)
        elif line[:1] not in {" ", "\t"}:
            yield held
            held = line
        elif len(held) < _VALUE_CHARACTERS:
            held += line[1:]
    yield held


def _longer(held: str, line: str) -> str:
    """A quoted-printable value with one line more, within bounds: an `=` at its end asks for the
    next one.
    """
    if len(held) < _VALUE_CHARACTERS:
        return held + line
    return f"{held}=" if line.endswith("=") else held


def _decoded(value: str, parameters: str) -> str:
    if not _QUOTED_PRINTABLE.search(parameters):
        return value.strip()
    data = quopri.decodestring(value.encode("utf-8"))
    named = ContentLine("", parameters, "").parameter("CHARSET") or "utf-8"
    try:
        return data.decode(named, "replace").strip()
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace").strip()


def split(value: str, mark: str) -> list[str]:
    """The parts of a value between marks that are not escaped."""
    return re.split(rf"(?<!\\){mark}", value)


def unescaped(value: str) -> str:
    """A value as people read it, on one line."""
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).strip()
