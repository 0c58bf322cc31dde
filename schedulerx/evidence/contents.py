"""The columns of a table without a header, told by what stands in them and beside them. Where
several could be meant none is; what is not certain stays out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from schedulerx.evidence import cell_kinds
from schedulerx.evidence.cell_kinds import Cells
from schedulerx.evidence.column_words import Column
from schedulerx.evidence.columns import Columns
from schedulerx.model.content import Row

_LOOKED_AT = 200  # rows
_MOST_COLUMNS = 200  # of a list that somebody keeps
_CELL_CHARACTERS = 500  # enough to tell what it is
_LIST_OF_DEVICES = frozenset({Column.IMEI, Column.MAC})
_MAY_REPEAT = frozenset({Column.PHONE, Column.EMAIL, Column.IMEI, Column.MAC, Column.CLOCK})


def columns_by_content(rows: Iterable[Row], region: str) -> Columns:
    """What the columns hold; their headers are "column 1" and so on."""
    sample = [cells for _, cells in islice(rows, _LOOKED_AT)]
    width = min(max((len(cells) for cells in sample), default=0), _MOST_COLUMNS)
    whole = [cells for cells in sample if 2 * sum(map(bool, cells)) > width]  # no totals, no notes
    found = _Found([_filled(whole, place) for place in range(width)], region)
    places = {kind: held for kind, held in found.settled().items() if held}
    return Columns(places, tuple(f"column {place + 1}" for place in range(width)))


def told(columns: Columns) -> str:
    """What was told about which column, for people."""
    pairs = ((place + 1, kind) for kind, places in columns.places.items() for place in places)
    named = (f"{place} {kind.value.replace('_', ' ')}" for place, kind in sorted(pairs))
    return f"No header: columns told by their content ({', '.join(named)})."


def _filled(rows: Sequence[Sequence[str]], place: int) -> Cells:
    cells = (row[place][:_CELL_CHARACTERS].strip() for row in rows if place < len(row))
    return [cell for cell in cells if cell]


class _Found:
    """The kinds of columns, while they are settled among each other."""

    def __init__(self, cells: list[Cells], region: str) -> None:
        self._cells = cells
        kinds = [cell_kinds.kind_of_cells(each, region) for each in cells]
        self._places: dict[Column, tuple[int, ...]] = {
            kind: tuple(place for place, each in enumerate(kinds) if each is kind)
            for kind in Column
        }
        self._rest = [place for place, each in enumerate(kinds) if each is None and cells[place]]

    def settled(self) -> dict[Column, tuple[int, ...]]:
        """The places of what is certain."""
        for kind, places in self._places.items():
            if len(places) > 1 and kind not in _MAY_REPEAT:
                self._places[kind] = ()
        self._settle_clocks()
        self._settle_parties()
        if self._has(Column.IMEI):
            self._take(Column.IMSI, cell_kinds.are_imsis)
        self._settle_words()
        return self._places

    def _has(self, *kinds: Column) -> bool:
        return any(self._places[kind] for kind in kinds)

    def _take(self, kind: Column, fits: Callable[[Cells], bool]) -> None:
        """Gives this kind to the only column left that it fits."""
        fitting = [place for place in self._rest if fits(self._cells[place])]
        if len(fitting) == 1:
            self._places[kind] = (fitting[0],)
            self._rest.remove(fitting[0])

    def _settle_clocks(self) -> None:
        """Of columns such as "00:01:15" one beside the date is its time of day, another a span."""
        clocks = list(self._places[Column.CLOCK])
        beside = [place for date in self._places[Column.DATE] for place in (date + 1, date - 1)
                  if place in clocks]  # fmt: skip
        self._places[Column.CLOCK] = tuple(beside[:1])
        spans = [place for place in clocks if place not in beside[:1]]
        certain = len(spans) == 1 and cell_kinds.are_durations(self._cells[spans[0]])
        self._places[Column.DURATION] = tuple(spans) if certain else ()

    def _settle_parties(self) -> None:
        """Two numbers of a moment are the caller's and the callee's in that order, as networks
        write them; of a direction's row, the one that changes is the other side's.
        """
        phones = self._places[Column.PHONE]
        timed = self._has(Column.START, Column.DATE)
        if timed and self._has(Column.DIRECTION):
            others = [place for place in phones if len(set(self._cells[place])) > 1]
            self._places[Column.PHONE] = tuple(others) if len(others) == 1 else ()
        elif timed and len(phones) == 2:
            self._places[Column.CALLER], self._places[Column.CALLEE] = phones[:1], phones[1:]
            self._places[Column.PHONE] = ()
        else:
            self._places[Column.PHONE] = tuple(
                place for place in phones if cell_kinds.are_grouped(self._cells[place])
            )

    def _settle_words(self) -> None:
        """The only column of words is a name; the only one of sentences, a message."""
        if self._has(Column.START, Column.DATE) and self._has(Column.DIRECTION, Column.CALLER):
            self._take(Column.TEXT, cell_kinds.are_sentences)
        if self._has(*_LIST_OF_DEVICES):
            self._take(Column.OWNER, cell_kinds.are_full_names)
        else:
            self._take(Column.NAME, cell_kinds.are_words)
