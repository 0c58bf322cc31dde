"""Reading order: columns from left to right, lines in a column from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schedulerx.documents.ocr.engine import Line

_GAP_HEIGHTS = 1.0  # a gutter between columns is at least this many line heights wide
_LEAST_LINES = 3  # fewer lines beside each other are a row of a form, not columns


@dataclass(frozen=True)
class _Placed:
    line: Line
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def reading_order(lines: Sequence[Line]) -> list[Line]:
    """The lines as a person reads them: the page is cut along its widest gaps, again and again,
    across between paragraphs and down between columns (the XY cut of Nagy and Seth, 1984).
    """
    return [placed.line for placed in _cut([_placed(line) for line in lines])]


def _placed(line: Line) -> _Placed:
    xs, ys = [x for x, _ in line.box], [y for _, y in line.box]
    return _Placed(line, min(xs), max(xs), min(ys), max(ys))


def _cut(boxes: list[_Placed]) -> list[_Placed]:
    if len(boxes) < 2 * _LEAST_LINES:
        return _rows(boxes)
    height = sorted(box.bottom - box.top for box in boxes)[len(boxes) // 2]
    columns = _split(boxes, [(box.left, box.right) for box in boxes], _GAP_HEIGHTS * height)
    if len(columns) > 1 and all(len(column) >= _LEAST_LINES for column in columns):
        return [box for column in columns for box in _cut(column)]
    bands = _split(boxes, [(box.top, box.bottom) for box in boxes], 0.0)
    if len(bands) > 1:
        return [box for band in _regrouped(bands, height) for box in band]
    return _rows(boxes)


def _regrouped(bands: list[list[_Placed]], height: float) -> list[list[_Placed]]:
    """Bands that stay within one set of columns are read together, column by column."""
    groups: list[list[_Placed]] = []
    for band in bands:
        if groups and _columns(groups[-1] + band, height) > 1 and _columns(band, height) > 1:
            groups[-1] = groups[-1] + band
        else:
            groups.append(list(band))
    if len(groups) == 1:
        return [_rows(groups[0])]
    return [_cut(group) for group in groups]


def _columns(boxes: list[_Placed], height: float) -> int:
    return len(_split(boxes, [(box.left, box.right) for box in boxes], _GAP_HEIGHTS * height))


def _split(
    boxes: list[_Placed], spans: list[tuple[float, float]], gap: float
) -> list[list[_Placed]]:
    """Boxes parted wherever their spans leave a gap free."""
    parts: list[list[_Placed]] = []
    reach = float("-inf")
    for (start, end), box in sorted(
        zip(spans, boxes, strict=True), key=lambda pair: (pair[0], pair[1].top, pair[1].left)
    ):
        if start - reach > gap or not parts:
            parts.append([])
        parts[-1].append(box)
        reach = max(reach, end)
    return parts


def _rows(boxes: list[_Placed]) -> list[_Placed]:
    """Top to bottom; boxes whose middles lie within one another's height form a row."""
    rows: list[list[_Placed]] = []
    for box in sorted(boxes, key=lambda each: (each.middle, each.left)):
        if rows and rows[-1][0].top <= box.middle <= rows[-1][0].bottom:
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda each: each.left)]
