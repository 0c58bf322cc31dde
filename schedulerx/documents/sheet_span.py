"""How far a workbook's sheets span, before a reader makes room for every cell in between.

One cell in the last corner of an empty sheet asks for gigabytes. References are read from the
packed parts by pattern, without parsing: that costs a fraction of reading the cells.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from schedulerx.documents import shared_strings
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.packages import opened

MAX_CELLS = 25_000_000  # of one sheet, empty ones between others counted: some 800 MB
_BINARY = re.compile(r"xl/(?:worksheets|macrosheets|dialogsheets)/[^/]+\.bin")
_XML = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")  # how such a part begins
_PIECE = 4 * 1024 * 1024
_OVERLAP = 64  # a reference may lie over the border of two pieces
_COLUMNS = re.compile(rb"r\s*=\s*[\"']([A-Za-z]{1,3})\d")
_ROWS = re.compile(rb"r\s*=\s*[\"'][A-Za-z]{0,3}(\d{4,10})[\"']")
_UNTOLD_ROWS = 999  # numbers of fewer digits are not looked for
_ROW_RECORD, _LAST_CELL_RECORD = 0, 11  # [MS-XLSB] BrtRowHdr; BrtCellBlank to BrtFmlaError


def hold(path: Path) -> None:
    """Refuses workbooks with a sheet that spans too much, or repeats too much text.

    Raises:
        DamagedDocument: it does, or the package cannot be read.
    """
    with opened(path) as archive:
        for name in archive.namelist():
            binary = _BINARY.fullmatch(name) is not None
            if not binary and not _may_be_a_sheet(archive, name):
                continue
            rows, columns = _spans(archive, name, binary=binary)
            if rows * columns > MAX_CELLS:
                raise DamagedDocument(
                    f"The workbook is not read: {name} spans {rows:,} rows and {columns:,} "
                    f"columns, over {MAX_CELLS:,} cells."
                )
            if not binary:
                shared_strings.hold(archive, name)


def _may_be_a_sheet(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether the part is XML: a workbook may keep its sheets under any name."""
    if shared_strings.is_strings(name) or name.endswith((".rels", "/")):
        return False
    with archive.open(name) as file:
        return file.read(64).lstrip().startswith(_XML)


def _spans(archive: zipfile.ZipFile, name: str, *, binary: bool) -> tuple[int, int]:
    with archive.open(name) as file:
        return _binary_span(file) if binary else _span(file)


def _span(file: IO[bytes]) -> tuple[int, int]:
    rows, letters, kept = _UNTOLD_ROWS, {b"A"}, b""
    while piece := file.read(_PIECE):
        text = kept + piece
        letters.update(_COLUMNS.findall(text))
        rows = max(rows, max(map(int, set(_ROWS.findall(text))), default=0))
        kept = text[-_OVERLAP:]
    return rows, max(map(_column, letters))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _binary_span(file: IO[bytes]) -> tuple[int, int]:
    rows = columns = 0
    for kind, first in _records(file):
        if kind == _ROW_RECORD:
            rows = max(rows, first + 1)
        elif kind <= _LAST_CELL_RECORD:
            columns = max(columns, first + 1)
    return rows, columns


def _records(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Kind and first number of every record ([MS-XLSB] 2.1.4)."""
    while head := file.read(1):
        kind = head[0]
        if kind & 0x80:
            kind = kind & 0x7F | (file.read(1) or b"\0")[0] << 7
        size = shift = 0
        for _ in range(4):
            (part,) = file.read(1) or b"\0"
            size |= (part & 0x7F) << shift
            shift += 7
            if not part & 0x80:
                break
        content = file.read(min(size, 4))
        _skip(file, size - len(content))
        yield kind, int.from_bytes(content, "little")


def _skip(file: IO[bytes], count: int) -> None:
    while count > 0 and (gone := len(file.read(min(count, _PIECE)))):
        count -= gone
