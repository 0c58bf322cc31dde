"""Parquet: every column with its own type, written batch by batch."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec

from schedulerx.errors import ConfigurationError
from schedulerx.model.event import Actor, Amount, DeviceMention, Location, Provenance
from schedulerx.report.exports.moments import TIMES, times
from schedulerx.report.exports.rows import Row, Rows

if TYPE_CHECKING:
    from arro3.core import DataType

_BATCH = 8192  # rows
_LINES_A_WRITE = 1024


class _Telling(msgspec.Struct, frozen=True):
    """Where a happening is told again."""

    event_id: str
    path: str
    provenance: Provenance
    confidence: float
    reason: str


class _Utc:
    """An instant."""


class _Wall:
    """What a clock on the wall showed."""


# Columns that are no text. What is open-ended, such as `details`, is JSON in a text.
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("bytes", "width", "height", "orientation", "pages"), int),
    **dict.fromkeys(("duration_s", "confidence"), float),
    "has_text_layer": bool,
    "gps": list[float],
    **dict.fromkeys(("names", "phones", "emails", "handles", "phone_numbers"), list[str]),
    "evidence": list[str],
    "actors": list[Actor],
    "devices": list[DeviceMention],
    "provenance": Provenance,
    "location": Location,
    "amount": Amount,
    "also": list[_Telling],
}


def write_parquet(path: Path, fields: Sequence[str], rows: Rows) -> None:
    """The rows as one file.

    Raises:
        ConfigurationError: the library that writes Parquet is not installed.
    """
    try:
        from arro3.core import Field, Schema  # noqa: PLC0415  (an extra of its own)
        from arro3.io import read_json  # noqa: PLC0415
        from arro3.io import write_parquet as write  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError(
            "Parquet needs the packages arro3-core and arro3-io: pip install 'schedulerx[exports]'"
        ) from error
    schema = Schema([Field(name, _data_type(kind)) for name, kind in columns(fields).items()])
    with TemporaryDirectory(prefix="schedulerx-parquet-", dir=path.parent) as folder:
        spool = Path(folder) / "rows.ndjson"
        _spool(spool, fields, rows)
        write(
            read_json(str(spool), schema, batch_size=_BATCH),
            str(path),
            compression="zstd(3)",
            created_by="schedulerx",
        )


def columns(fields: Sequence[str]) -> dict[str, Any]:
    """The columns and their types, times among them."""
    found: dict[str, Any] = {}
    for name in fields:
        found[name] = _TYPES.get(name, str)
        if name in TIMES:
            found[f"{name}_utc"], found[f"{name}_local"] = _Utc, _Wall
    return found


def _spool(spool: Path, fields: Sequence[str], rows: Rows) -> None:
    encoder = msgspec.json.Encoder()
    with spool.open("wb") as file:
        for batch in _batches(rows):
            file.write(encoder.encode_lines([_typed(fields, row) for row in batch]))


def _batches(rows: Rows) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= _LINES_A_WRITE:
            yield batch
            batch = []
    if batch:
        yield batch


def _typed(fields: Sequence[str], row: Row) -> Row:
    typed: Row = {}
    for name in fields:
        value = row[name]
        if name in _TYPES or value is None or isinstance(value, str):
            typed[name] = value
        else:
            typed[name] = msgspec.json.encode(value).decode()
        if name in TIMES:
            utc, wall = times(value)
            typed[f"{name}_utc"], typed[f"{name}_local"] = _iso(utc, "+00:00"), _iso(wall)
    return typed


def _iso(moment: datetime | None, zone: str = "") -> str | None:
    return moment.isoformat(timespec="microseconds") + zone if moment else None


def _data_type(kind: Any) -> DataType:
    """Arrow's type of an annotation; structs give theirs field by field."""
    from arro3.core import DataType, Field  # noqa: PLC0415  (an extra of its own)

    simple: Mapping[Any, DataType] = {
        str: DataType.string(),
        int: DataType.int64(),
        float: DataType.float64(),
        bool: DataType.bool(),
        _Utc: DataType.timestamp("us", tz="UTC"),
        _Wall: DataType.timestamp("us"),
    }
    if kind in simple:
        return simple[kind]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind)
        return DataType.struct(
            [Field(name, _data_type(hints[name])) for name in kind.__struct_fields__]
        )
    arguments = [part for part in typing.get_args(kind) if part is not types.NoneType]
    if typing.get_origin(kind) in (list, tuple):
        return DataType.list(Field("item", _data_type(arguments[0])))
    return _data_type(arguments[0])
