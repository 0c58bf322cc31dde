"""How the stand-ins count texts: after the platforms' own words, and apart from the clients, since
one count must not be right only because the other is wrong the same way.
"""

from __future__ import annotations

import re
import unicodedata

_JOINER, _SELECTOR, _KEYCAP = "\u200d", "\ufe0f", "\u20e3"
_LINK = re.compile(r"https?://\S+")
_TRAILING = ".,;:!?'\")]}"


def utf16(text: str) -> int:
    """Units of UTF-16: two of a character beyond the basic plane."""
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)


def clusters(text: str) -> list[str]:
    """What a reader takes for one character: a base, and what is set upon or joined to it."""
    found: list[str] = []
    for char in text:
        if found and _joins(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _joins(before: str, char: str) -> bool:
    is_set_upon = unicodedata.category(char) in ("Mn", "Me", "Mc") or _is_tone(char)
    is_second_flag = _is_flag(char) and len(before) == 1 and _is_flag(before)
    is_joined = before.endswith(_JOINER) and is_emoji(before)
    return is_set_upon or char in (_JOINER, _SELECTOR, _KEYCAP) or is_second_flag or is_joined


def _is_tone(char: str) -> bool:
    return 0x1F3FB <= ord(char) <= 0x1F3FF


def _is_flag(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def is_emoji(cluster: str) -> bool:
    """Whether a cluster is a picture."""
    return any(_is_picture(char) or _is_flag(char) or char == _KEYCAP for char in cluster)


def _is_picture(char: str) -> bool:
    """Symbols, but those of Latin texts, as the degree's."""
    return unicodedata.category(char) == "So" and (ord(char) >= 0x2190 or char in "©®")


def without_links(text: str) -> tuple[str, int]:
    """The text with its links taken out, and how many there were; what ends a sentence after one
    is not a part of it.
    """
    links = _LINK.findall(text)

    def left(found: re.Match[str]) -> str:
        return found[0][len(found[0].rstrip(_TRAILING)) :]

    return _LINK.sub(left, text), len(links)
