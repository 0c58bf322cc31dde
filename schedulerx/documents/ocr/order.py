"""Reading order: columns from left to right, lines in a column from top to bottom.

Where a page has columns, lines are sorted by what must come before what (after Breuel, "High
performance document layout analysis", 2003): of two lines one above the other the upper; of two
lines beside each other the left, unless a line across both stands between them. Elsewhere, rows
from top to bottom: prices stay beside what they are for.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

import numpy as np

from schedulerx.documents.ocr.engine import Line

Array = np.ndarray[Any, np.dtype[np.float64]]
Matrix = np.ndarray[Any, np.dtype[np.bool_]]
Indices = np.ndarray[Any, np.dtype[np.intp]]

_SHARED = 0.5  # of the narrower line's width, for two lines to stand one above the other
_LEADING = 1.5  # line heights between lines of one column, at most
_COLUMN_LINES = 3  # at least; fewer are a heading or the rows of a form
_COLUMN_ASPECT = 5.0  # width over line height; less is a column of figures, read by rows
_SLACK = 0.5  # line heights by which a skewed page's columns may overlap


class _Boxes:
    """Lines as arrays of their upright bounds."""

    def __init__(self, lines: Sequence[Line]) -> None:
        corners = np.array([line.box for line in lines], dtype=np.float64)
        self.left, self.top = corners.min(axis=1).T
        self.right, self.bottom = corners.max(axis=1).T
        self.middle: Array = (self.top + self.bottom) / 2
        self.height = float(np.median(self.bottom - self.top))

    def _shared(self) -> Array:
        """The width lines i and j have in common, in pixels; negative is the gap between them."""
        right: Array = np.minimum.outer(self.right, self.right)
        left: Array = np.maximum.outer(self.left, self.left)
        return right - left

    def stacked(self) -> Matrix:
        """Whether lines i and j share enough width to stand one above the other."""
        width = self.right - self.left
        matrix: Matrix = self._shared() >= _SHARED * np.minimum.outer(width, width)
        return matrix

    def columns(self) -> list[Indices]:
        """The indices of each column of text: lines linked to the next of their width below."""
        width = self.right - self.left
        alike: Matrix = self._shared() >= _SHARED * np.maximum.outer(width, width)
        parent = list(range(len(self.left)))
        for upper in range(len(parent)):
            drop = self.top - self.bottom[upper]
            below = alike[upper] & (self.middle > self.middle[upper])
            below &= drop <= _LEADING * self.height
            if below.any():
                lower = int(np.where(below, self.middle, np.inf).argmin())
                _join(parent, upper, lower)
        roots = np.array([_root(parent, index) for index in range(len(parent))])
        groups = (np.flatnonzero(roots == root) for root in np.unique(roots))
        return [group for group in groups if self._is_column(group)]

    def _is_column(self, group: Indices) -> bool:
        width = float((self.right[group] - self.left[group]).max())
        return len(group) >= _COLUMN_LINES and width >= _COLUMN_ASPECT * self.height


def _root(parent: list[int], index: int) -> int:
    while parent[index] != index:
        index = parent[index]
    return index


def _join(parent: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(parent, one), _root(parent, other)))
    parent[high] = low


def reading_order(lines: Sequence[Line]) -> list[Line]:
    """The lines as a person reads them."""
    if len(lines) < 2:
        return list(lines)
    boxes = _Boxes(lines)
    has_columns = _side_by_side(boxes, boxes.columns())
    order = _by_columns(boxes, boxes.stacked()) if has_columns else _by_rows(boxes)
    return [lines[index] for index in order]


def _side_by_side(boxes: _Boxes, columns: list[Indices]) -> bool:
    """Whether two columns stand beside each other for some lines."""
    for number, one in enumerate(columns):
        for other in columns[number + 1 :]:
            low = max(boxes.top[one].min(), boxes.top[other].min())
            high = min(boxes.bottom[one].max(), boxes.bottom[other].max())
            gap = max(
                boxes.left[one].min() - boxes.right[other].max(),
                boxes.left[other].min() - boxes.right[one].max(),
            )
            if high - low >= _COLUMN_LINES * boxes.height and gap > -_SLACK * boxes.height:
                return True
    return False


def _by_rows(boxes: _Boxes) -> list[int]:
    """Top to bottom; lines whose middles lie within the first one's height form a row."""
    rows: list[list[int]] = []
    for index in map(int, np.lexsort((boxes.left, boxes.middle))):
        first = rows[-1][0] if rows else -1
        if rows and boxes.top[first] <= boxes.middle[index] <= boxes.bottom[first]:
            rows[-1].append(index)
        else:
            rows.append([index])
    return [index for row in rows for index in sorted(row, key=lambda each: boxes.left[each])]


def _before(boxes: _Boxes, stacked: Matrix) -> Matrix:
    """Whether line i must come before line j."""
    above: Matrix = np.less.outer(boxes.middle, boxes.middle)
    beside = np.less_equal.outer(boxes.right, boxes.left + _SLACK * boxes.height) & ~stacked
    before: Matrix = stacked & above
    for index in range(len(boxes.middle)):
        between = (above[index] & above.T) | (above[:, index] & above)
        crossed = (between & stacked[index] & stacked).any(axis=1)
        before[index] |= beside[index] & ~crossed
    np.fill_diagonal(before, val=False)
    return before


def _by_columns(boxes: _Boxes, stacked: Matrix) -> list[int]:
    """Sorted by `_before`; where that leaves it open, and where it contradicts itself, by top."""
    before = _before(boxes, stacked)
    waiting = before.sum(axis=0)
    ready = [(float(boxes.top[i]), int(i)) for i in np.flatnonzero(waiting == 0)]
    heapq.heapify(ready)
    left = set(range(len(waiting)))
    order: list[int] = []
    while left:
        index = heapq.heappop(ready)[1] if ready else min(left, key=lambda i: boxes.top[i])
        if index not in left:
            continue
        left.discard(int(index))
        order.append(int(index))
        for later in np.flatnonzero(before[index]):
            waiting[later] -= 1
            if waiting[later] == 0:
                heapq.heappush(ready, (float(boxes.top[later]), int(later)))
    return order
