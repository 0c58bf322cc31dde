"""JSON as evidence: decoded whole or streamed, lists of alike objects as tables."""

from __future__ import annotations

import decimal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ijson
import msgspec

from schedulerx.documents import charset
from schedulerx.documents.damage import DamagedDocument
from schedulerx.model.content import Row, Table

MAX_BYTES = 32 * 1024 * 1024  # decoded whole; some fourteen times that in memory
_DEPTH = 6
_SEVERAL = " ::: "  # between several values of one key, as between those of one cell
_MAX_VALUES = 50  # of one key
_MAX_KEYS = 500  # columns of one table
_MAX_WAY = 1000  # characters: deeper objects are no table's rows
_MAX_WAYS = 100_000

Entries = Callable[[], Iterator[tuple[int, dict[str, Any]]]]


def is_large(path: Path) -> bool:
    """Whether it is streamed rather than decoded whole."""
    return path.stat().st_size > MAX_BYTES


def load(path: Path) -> Any:
    """The file decoded.

    Raises:
        DamagedDocument: it is no JSON, or too deep to be decoded.
    """
    try:
        return msgspec.json.decode(charset.decode(path.read_bytes()))
    except (msgspec.DecodeError, RecursionError) as error:
        raise DamagedDocument(f"The JSON cannot be decoded: {error}") from error


def streamed(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of the file's longest list, wherever it lies, one in memory at a time.

    Raises:
        DamagedDocument: it is no JSON (any more).
    """
    way = _longest_list(path)
    if way is None:
        return
    with path.open("rb") as file:
        try:
            for place, item in enumerate(ijson.items(file, way, use_float=True), 1):
                if isinstance(item, dict):
                    yield place, item
        except (ijson.JSONError, ValueError, decimal.InvalidOperation) as error:
            raise DamagedDocument(f"The JSON cannot be read further: {error}") from error


def _longest_list(path: Path) -> str | None:
    """The way to the list with the most objects, as ijson writes ways."""
    counts: Counter[str] = Counter()
    with path.open("rb") as file:
        try:
            for way, event, _ in ijson.parse(file, use_float=True):
                if event != "start_map" or not way.endswith("item") or len(way) > _MAX_WAY:
                    continue
                if way in counts or len(counts) < _MAX_WAYS:
                    counts[way] += 1
        except (ijson.JSONError, ValueError, decimal.InvalidOperation) as error:
            if not counts:
                raise DamagedDocument(f"The JSON cannot be read: {error}") from error
    return max(counts, key=lambda way: (counts[way], -len(way), way), default=None)


def objects_by_line(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file of lines of JSON, by their lines; others are passed over."""
    for number, line in enumerate(charset.lines(path), 1):
        try:
            value = msgspec.json.decode(line) if line.strip() else None
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            continue
        if isinstance(value, dict):
            yield number, value


def table_of(entries: Entries) -> Table | None:
    """A stream of objects as a table, its columns found in a first pass."""
    keys: dict[str, None] = {}
    for _, each in entries():
        for key in flattened(each):
            if len(keys) >= _MAX_KEYS:
                break
            keys.setdefault(key)
    header = tuple(keys)
    return Table(header=header, rows=_Streamed(entries, header)) if header else None


class _Streamed:
    """A pass over the entries each time it is called."""

    def __init__(self, entries: Entries, header: tuple[str, ...]) -> None:
        self._entries = entries
        self._header = header

    def __call__(self) -> Iterator[Row]:
        for number, each in self._entries():
            flat = flattened(each)
            yield number, tuple(flat.get(key, "") for key in self._header)


def tables(document: Any) -> Iterator[Table]:
    """Every list of objects as a table; the keys of nested objects are joined by points."""
    for path, objects in _lists(document, "", 0):
        flat = [flattened(each) for each in objects]
        header = tuple(dict.fromkeys(key for each in flat for key in each))
        rows = tuple(
            (number, tuple(each.get(key, "") for key in header))
            for number, each in enumerate(flat, 1)
        )
        if header:
            yield Table(header=header, rows=_Rows(rows), sheet=path or None)


class _Rows:
    """Rows that can be passed over again and again."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self._rows = rows

    def __call__(self) -> Iterator[Row]:
        return iter(self._rows)


def _lists(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _lists(child, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list):
        objects = [each for each in value if isinstance(each, dict)]
        if objects and len(objects) == len(value):
            yield path, objects
        for place, child in enumerate(value):
            if isinstance(child, dict):
                yield from _lists(child, f"{path}[{place}]", depth + 1)


def flattened(value: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str]:
    """An object's values as text, those of objects within by their ways; lists of values joined."""
    flat: dict[str, str] = {}
    for key, child in value.items():
        name = f"{prefix}{key}"
        if isinstance(child, dict) and depth < _DEPTH:
            flat.update(flattened(child, f"{name}.", depth + 1))
        elif isinstance(child, list):
            several = [str(each) for each in child[:_MAX_VALUES] if _is_value(each)]
            if several:
                flat[name] = _SEVERAL.join(several)
        elif _is_value(child):
            flat[name] = str(child)
    return flat


def _is_value(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
