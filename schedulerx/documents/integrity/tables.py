"""Delimited tables: rows of one width. Ragged rows are told, not refused."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from schedulerx.documents.integrity import text
from schedulerx.model.findings import Findings
from schedulerx.settings import ValidateSettings

_DELIMITERS = ",;\t|"
_HEAD = 64 * 1024
_ROWS_LOOKED_AT = 100_000
_FORMULA_STARTS = ("=", "@", "+", "-", "\t", "\r")


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the text decodes; warnings for ragged rows and cells that a spreadsheet would run."""
    found = text.check(path, limits)
    widths, formulas = _surveyed(path)
    warnings = list(found.warnings)
    if len(widths) > 1:
        common, count = widths.most_common(1)[0]
        odd = sum(widths.values()) - count
        which = "1 row does" if odd == 1 else f"{odd} rows do"
        warnings.append(f"{which} not have {common} columns as most rows do")
    if formulas:
        cells = "1 cell begins" if formulas == 1 else f"{formulas} cells begin"
        warnings.append(f"{cells} like a formula: kept as text")
    return Findings(damage=found.damage, warnings=tuple(warnings))


def _surveyed(path: Path) -> tuple[Counter[int], int]:
    """How wide rows are, and how many cells look like formulas; of the first 100,000 rows."""
    widths, formulas = Counter[int](), 0
    try:
        for row in _rows(path):
            widths[len(row)] += 1
            formulas += sum(_is_formula(cell) for cell in row)
    except csv.Error:  # a field longer than any table's
        return widths, formulas
    return widths, formulas


def _is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run the cell; signed numbers and telephone numbers are none."""
    if len(cell) < 2 or not cell.startswith(_FORMULA_STARTS):
        return False
    return cell[0] in "=@" or not re.fullmatch(r"[\d\s.,()/%-]+", cell[1:])


def _rows(path: Path) -> Iterator[list[str]]:
    encoding = text.encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        head = file.read(_HEAD)
        first = head.split("\n", 1)[0]
        delimiter = max(_DELIMITERS, key=first.count)
        file.seek(0)
        for number, row in enumerate(
            csv.reader(text.lines(file), delimiter=delimiter, skipinitialspace=True)
        ):
            if number >= _ROWS_LOOKED_AT:
                return
            if row:
                yield row
