"""Words looked for in what was found, whatever their case, accents and separators of digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schedulerx.evidence.date_words import fold

_AROUND = 40  # characters shown on either side of a word
_LEAST_DIGITS = 5  # of a number whose separators do not count
_BETWEEN = r"[ ().\-/]*"  # what people write between digits


class Words:
    """What has to occur, every word of it."""

    def __init__(self, words: Sequence[str]) -> None:
        self._patterns = [re.compile(_pattern(fold(word))) for word in words if word.strip()]

    def occur_in(self, text: str) -> bool:
        """Every word is there."""
        plain = fold(text)
        return all(pattern.search(plain) for pattern in self._patterns)

    def excerpt(self, text: str) -> str:
        """What stands around the first place of the first word, on one line."""
        plain = fold(text)
        shown = text if len(plain) == len(text) else plain
        found = self._patterns[0].search(plain) if self._patterns else None
        begin, end = found.span() if found else (0, 0)
        cut = shown[max(0, begin - _AROUND) : end + _AROUND]
        before, after = "…" * (begin > _AROUND), "…" * (end + _AROUND < len(shown))
        return before + " ".join(cut.split()) + after


def _pattern(word: str) -> str:
    digits = re.sub(_BETWEEN, "", word.lstrip("+"))
    if len(digits) >= _LEAST_DIGITS and digits.isascii() and digits.isdigit():
        return _BETWEEN.join(digits)
    return r"\s+".join(re.escape(part) for part in word.split())  # a line may end between them


def words_of(row: Mapping[str, Any], fields: Iterable[str]) -> str:
    """Every text in some fields of an exported row, however deep, a line each."""
    return "\n".join(text for field in fields for text in _texts(row[field]))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, Sequence):
        yield from (text for each in value for text in _texts(each))
