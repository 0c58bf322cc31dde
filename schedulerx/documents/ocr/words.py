"""The words of a line, and where they stand, from the places of its letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schedulerx.documents.ocr.engine import Corners, Line, Point, Word, upright
from schedulerx.documents.ocr.reader import Reading


def line_of(reading: Reading, box: Corners) -> Line:
    """What was read in a box, with its words."""
    return Line(
        text=reading.text.strip(),
        box=_rounded(box),
        confidence=round(reading.confidence, 4),
        words=words_of(reading, box),
    )


def words_of(reading: Reading, box: Corners) -> tuple[Word, ...]:
    """The words that blanks part; each reaches half a letter beyond the middles of its ends."""
    places = reading.places
    if not places:
        return ()
    half = (places[-1] - places[0]) / max(1, len(places) - 1) / 2 or 0.5
    words: list[Word] = []
    for found in re.finditer(r"\S+", reading.text):
        own = places[found.start() : found.end()]
        sure = reading.sure[found.start() : found.end()]
        part = _part(box, max(0.0, own[0] - half), min(1.0, own[-1] + half))
        confidence = round(sum(sure) / len(sure), 4)
        words.append(Word(text=found.group(), box=part, confidence=confidence))
    return tuple(words)


def joined(words: Sequence[Word]) -> Line:
    """The level line that words make up, from left to right."""
    corners = [corner for word in words for corner in word.box]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    letters = sum(len(word.text) for word in words)
    weighed = sum(word.confidence * len(word.text) for word in words) / letters
    return Line(
        text=" ".join(word.text for word in words),
        box=upright(min(across), min(down), max(across), max(down)),
        confidence=round(weighed, 4),
        words=tuple(words),
    )


def _part(box: Corners, begin: float, end: float) -> Corners:
    """The part of a box from one share of its width to another."""
    upper_left, upper_right, lower_right, lower_left = box
    return (
        _between(upper_left, upper_right, begin),
        _between(upper_left, upper_right, end),
        _between(lower_left, lower_right, end),
        _between(lower_left, lower_right, begin),
    )


def _between(one: Point, other: Point, share: float) -> Point:
    x, y = one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])
    return round(x, 1), round(y, 1)


def _rounded(box: Corners) -> Corners:
    one, two, three, four = ((round(x, 1), round(y, 1)) for x, y in box)
    return (one, two, three, four)
