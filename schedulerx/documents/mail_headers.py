"""Headers of mails as people read them: unfolded, encoded words (RFC 2047) and bare 8-bit letters
decoded; addresses are told apart before, since encoded names may hold commas.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses
from itertools import chain

from schedulerx.documents import charset

_WORD = re.compile(
    r"=\?(?P<charset>[^?*\s]{1,60})(?:\*[^?\s]*)?\?(?P<way>[bq])\?(?P<text>[^?]*)\?=", re.IGNORECASE
)
_BETWEEN = re.compile(r"(?<=\?=)\s+(?==\?[^?\s]{1,60}\?[bq]\?)", re.IGNORECASE)
_LONGEST = 1024 * 1024  # characters that are read of a header
_QUOTED_WORD = re.compile(r'"(=\?[^"]*\?=)"')


def raw_header(message: Message, name: str) -> str:
    """The first header of this name on one line, as written; empty where there is none."""
    return next(raw_headers(message, name), "")


def raw_headers(message: Message, name: str) -> Iterator[str]:
    """Every header of this name, each on one line, in their order."""
    for each, value in message.raw_items():
        if each.lower() == name.lower():
            yield " ".join(str(value)[:_LONGEST].split())


def header(message: Message, name: str) -> str:
    """The first header of this name, decoded."""
    return decoded(raw_header(message, name))


def addresses(message: Message, *names: str) -> tuple[tuple[str, str], ...]:
    """Names and addresses in headers of these names."""
    written = [_with_letters(text) for name in names if (text := raw_header(message, name))]
    pairs = chain.from_iterable(_pairs(_QUOTED_WORD.sub(r"\1", text)) for text in written)
    return tuple((decoded(name), address) for name, address in pairs if "@" in address)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([text])
    except RecursionError:  # comments in comments without end
        return []


def decoded(written: str) -> str:
    """A header's text; words that are encoded wrongly stay as they are. Words side by side are one
    text, whose letters may be split between them.
    """
    text = _BETWEEN.sub("", _with_letters(written))
    pieces: list[str] = []
    held, held_charset, end = b"", "", 0
    for match in _WORD.finditer(text):
        data = _bytes(match["way"].lower(), match["text"])
        if match.start() > end or match["charset"].lower() != held_charset or data is None:
            pieces += (_text(held, held_charset), text[end : match.start()])
            held = b""
        held_charset, end = match["charset"].lower(), match.end()
        held += data or b""
        if data is None:
            pieces.append(match.group())
    pieces += (_text(held, held_charset), text[end:])
    return " ".join("".join(pieces).split())


def _with_letters(written: str) -> str:
    """Bytes over 127, which the parser keeps as surrogates, as the letters they are."""
    if written.isascii():
        return written
    return charset.decode(written.encode("utf-8", "surrogateescape"))


def _bytes(way: str, text: str) -> bytes | None:
    """What an encoded word holds; None where it is encoded wrongly."""
    try:
        if way == "q":
            return quopri.decodestring(text.encode(), header=True)
        return binascii.a2b_base64(text.rstrip("=") + "==")
    except (binascii.Error, ValueError):
        return None


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode(name, "replace").replace("\0", "") if data else ""
    except (LookupError, ValueError):  # no charset of text
        return charset.decode(data)
