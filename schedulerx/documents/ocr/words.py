"""The words of a line, from the pieces that a recogniser cut it into."""

from __future__ import annotations

from collections.abc import Sequence

from schedulerx.documents.ocr.engine import Corners, Point, Word


def words_of(
    text: str, pieces: Sequence[Word], box: Corners, confidence: float
) -> tuple[Word, ...]:
    """The words that blanks part. Pieces that spell a word lend it their places; where they spell
    something else, words share the line's width by their letters.
    """
    tokens = text.split()
    if "".join(tokens) != "".join(piece.text for piece in pieces):
        return _shared(text, box, confidence)
    words: list[Word] = []
    rest = list(pieces)
    for token in tokens:
        own = _taken(rest, len(token))
        if own is None:
            return _shared(text, box, confidence)
        words.append(_joined(token, own))
    return tuple(words)


def _taken(rest: list[Word], letters: int) -> list[Word] | None:
    """The first pieces with so many letters, removed; None where a piece reaches beyond."""
    own: list[Word] = []
    while letters > 0 and rest:
        own.append(rest.pop(0))
        letters -= len(own[-1].text)
    return own if letters == 0 else None


def _joined(text: str, pieces: Sequence[Word]) -> Word:
    first, last = pieces[0].box, pieces[-1].box
    return Word(
        text=text,
        box=(first[0], last[1], last[2], first[3]),
        confidence=min(piece.confidence for piece in pieces),
    )


def _shared(text: str, box: Corners, confidence: float) -> tuple[Word, ...]:
    words: list[Word] = []
    begin = 0
    for token in text.split():
        begin = text.index(token, begin)
        end = begin + len(token)
        words.append(
            Word(
                text=token,
                box=_part(box, begin / len(text), end / len(text)),
                confidence=confidence,
            )
        )
        begin = end
    return tuple(words)


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
    return (
        round(one[0] + share * (other[0] - one[0]), 1),
        round(one[1] + share * (other[1] - one[1]), 1),
    )
