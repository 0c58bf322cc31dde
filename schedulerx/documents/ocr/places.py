"""Where on a recognised page a part of its text stands."""

from __future__ import annotations

from schedulerx.documents.ocr.engine import Line, Page, Word


def words_at(page: Page, begin: int, end: int) -> list[Word]:
    """The words that the characters from `begin` to `end` of `page.text` touch, each with its box
    and confidence; the whole line stands for its words where its engine tells none.
    """
    found: list[Word] = []
    start = 0
    for line in page.lines:
        found += [
            word
            for left, word in _placed(line, start)
            if left < end and begin < left + len(word.text)
        ]
        start += len(line.text) + 1  # the line's end
    return found


def _placed(line: Line, start: int) -> list[tuple[int, Word]]:
    """Each word with its offset."""
    if not line.words:
        return [(start, Word(text=line.text, box=line.box, confidence=line.confidence))]
    placed: list[tuple[int, Word]] = []
    position = 0
    for word in line.words:
        at = line.text.find(word.text, position)
        position = at if at >= 0 else position
        placed.append((start + position, word))
        position += len(word.text)
    return placed
