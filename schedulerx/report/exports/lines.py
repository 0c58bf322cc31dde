"""NDJSON and CSV: a line an item."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TextIO

import msgspec

from schedulerx.report.exports.rows import Rows, cell

# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  (full width: some take them too)


def write_ndjson(rows: Rows, out: TextIO) -> None:
    """One JSON object a line."""
    encode = msgspec.json.Encoder().encode
    out.writelines(encode(row).decode() + "\n" for row in rows)


def write_csv(fields: Sequence[str], rows: Rows, out: TextIO, *, raw: bool = False) -> None:
    """A header and a line a row. Unless `raw`, a text that a spreadsheet would run begins with an
    apostrophe.
    """
    writer = csv.DictWriter(out, fields)
    writer.writeheader()
    shown = _shown if raw else _safe
    for row in rows:
        writer.writerow({name: shown(value) for name, value in row.items()})


def _shown(value: object) -> object:
    return value if isinstance(value, bool | int | float) else cell(value)


def _safe(value: object) -> object:
    shown = _shown(value)
    return f"'{shown}" if isinstance(shown, str) and shown.startswith(_FORMULA) else shown
