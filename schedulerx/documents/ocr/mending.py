"""Words that one engine is unsure of, read again by another where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from schedulerx.documents.ocr.engine import Corners, Line, Page, Pixels, Word, upright
from schedulerx.documents.ocr.order import reading_order
from schedulerx.documents.ocr.reader import LineReader, Reading
from schedulerx.documents.ocr.strips import bounds, cut
from schedulerx.documents.ocr.words import joined, words_of

# Measured on the scans with transcriptions of the corpus (docs/ocr.md).
MENDED = 0.9  # confidence of a word; Tesseract errs in a fifth of those between .8 and this
FOREIGN = 0.95  # the same where the line has letters that the engine does not know
STAIN = 0.05  # of a word: less is dirt rather than a word
_LEAST, _BETTER = 0.6, -0.1  # confidence of a new reading, and over the old one: it errs less often
_SEEN = 0.8  # of a new reading of what looked like a stain
_ALONE = 0.3  # of an old one that the new one does not confirm
_ABOVE, _BESIDE = 0.15, 0.25  # heights of the line around words that are cut out
_GAP = 0.6  # of the blank to the next word, at most
_SLANTED = 1.3  # heights of its words; a higher line does not run level


def without_stains(page: Page) -> Page:
    """The page without words that are hardly words."""
    lines = [line for each in page.lines for line in _cleaned(each)]
    return replace(page, lines=tuple(reading_order(lines)))


def mended(page: Page, shades: Pixels, reader: LineReader, name: str) -> Page:
    """The page, its unsure words read again in the grey image; by `name` where there were any."""
    lines: list[Line] = []
    is_changed = False
    for line in page.lines:
        if all(word.confidence >= MENDED for word in line.words):
            lines.append(line)
            continue
        words = _read_again(line, shades, reader)
        is_changed = is_changed or words != line.words
        lines += _cleaned(joined(words)) if words else []
    who = name if is_changed else page.engine
    return replace(page, lines=tuple(reading_order(lines)), engine=who)


def _cleaned(line: Line) -> list[Line]:
    words = tuple(word for word in line.words if word.confidence >= STAIN)
    return [line if len(words) == len(line.words) else joined(words)] if words else []


def _read_again(line: Line, shades: Pixels, reader: LineReader) -> tuple[Word, ...]:
    words = tuple(_words(line, MENDED, shades, reader))
    if _accents(words) <= _accents(line.words):
        return words
    # The model lacks letters of this language, and is sure of the nearest that it has.
    return tuple(_words(replace(line, words=words), FOREIGN, shades, reader))


def _accents(words: Sequence[Word]) -> int:
    return sum(not letter.isascii() and letter.isalpha() for word in words for letter in word.text)


def _words(line: Line, least: float, shades: Pixels, reader: LineReader) -> Iterator[Word]:
    """The line's words, neighbours below this confidence read as one strip."""
    edges = [bounds(word.box) for word in line.words]
    numbered = enumerate(line.words)
    for is_sure, run in groupby(numbered, key=lambda each: each[1].confidence >= least):
        numbers = [number for number, _ in run]
        old = line.words[numbers[0] : numbers[-1] + 1]
        if is_sure:
            yield from old
            continue
        before = edges[numbers[0] - 1][2] if numbers[0] else float("-inf")
        after = edges[numbers[-1] + 1][0] if numbers[-1] + 1 < len(edges) else float("inf")
        box = _around(line, old, before, after, shades)
        reading = reader.read(cut(shades, box))
        yield from words_of(reading, box) if _is_better(reading, old) else filter(_is_ink, old)


def _around(
    line: Line, words: Sequence[Word], before: float, after: float, shades: Pixels
) -> Corners:
    """The words' box with some paper around it, that does not reach into their neighbours."""
    _, top, _, bottom = bounds(line.box)
    own = [bounds(word.box) for word in words]
    left, right = own[0][0], own[-1][2]
    tallest = max(y1 - y0 for _, y0, _, y1 in map(bounds, (word.box for word in line.words)))
    if bottom - top > _SLANTED * tallest:
        middle = (min(y for _, y, _, _ in own) + max(y for *_, y in own)) / 2
        top, bottom = middle - tallest / 2, middle + tallest / 2
    height, width = shades.shape
    beside, above = _BESIDE * (bottom - top), _ABOVE * (bottom - top)
    return upright(
        max(0, left - min(beside, _GAP * max(0, left - before))),
        max(0, top - above),
        min(width, right + min(beside, _GAP * max(0, after - right))),
        min(height, bottom + above),
    )


def _is_ink(word: Word) -> bool:
    """Whether a word that no second reading confirms is more than a speck."""
    return word.confidence >= _ALONE and any(letter.isalnum() for letter in word.text)


def _is_better(reading: Reading, words: Sequence[Word]) -> bool:
    if not reading.text.strip():
        return False
    letters = sum(len(word.text) for word in words)
    sure = sum(word.confidence * len(word.text) for word in words) / letters
    if sure < STAIN:
        return reading.confidence >= _SEEN
    return reading.confidence >= max(_LEAST, sure + _BETTER)
