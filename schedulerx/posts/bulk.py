"""Posts in a file: CSV with a header, a JSON list, or NDJSON; every problem with its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from schedulerx.posts.intake import Writing

_LISTS = frozenset({"accounts", "media", "alt"})
_SEPARATOR = "|"  # between the items of a list in a CSV field
_OPTION = "option:"  # a CSV column of one option, as `option:board`
_TEXT_FOR = "text:"  # a CSV column of one platform's text, as `text:x`
_MAX_ROWS = 100_000


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row that could be read. `line` counts from 1, a CSV header too."""

    line: int
    writing: Writing
    reference: str = ""  # the file's own id of it: importing it again adds nothing


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a row."""

    line: int
    message: str


class ReadRows(msgspec.Struct, frozen=True, kw_only=True):
    """All rows of a file."""

    good: tuple[Row, ...]
    problems: tuple[RowProblem, ...]


def post_id_of(row: Row) -> UUID:
    """The post's id: from the reference, else from all that is written, so that importing a file
    twice schedules its posts once.
    """
    said = row.reference or msgspec.json.encode(row.writing, order="deterministic").decode()
    return uuid5(NAMESPACE_URL, f"schedulerx:post:{said}")


def read_rows(data: bytes, suffix: str, folder: Path) -> ReadRows:
    """The rows; media are files relative to the folder.

    Raises:
        ValueError: it is no file of posts at all.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8; save it as such") from error
    raw = _csv(text) if suffix == ".csv" else _json(text)
    good: list[Row] = []
    problems: list[RowProblem] = []
    for line, values in raw:
        if len(good) + len(problems) >= _MAX_ROWS:
            raise ValueError(f"it has more than {_MAX_ROWS:,} rows; split it")
        try:
            good.append(_row(line, values, folder))
        except (msgspec.ValidationError, ValueError) as error:
            problems.append(RowProblem(line=line, message=_placed(str(error))))
    return ReadRows(good=tuple(good), problems=tuple(problems))


def _row(line: int, values: Any, folder: Path) -> Row:
    if not isinstance(values, dict):
        raise ValueError("it is no object with fields")  # noqa: TRY004  (a row's problem is told)
    values = {name: value for name, value in values.items() if value not in (None, "", [])}
    reference = str(values.pop("id", ""))
    writing = msgspec.convert(values, Writing)
    media = tuple(str(folder / name) for name in writing.media)
    return Row(
        line=line, writing=msgspec.structs.replace(writing, media=media), reference=reference
    )


def _placed(complaint: str) -> str:
    plain = complaint.replace("Object contains unknown field", "unknown field")
    return plain.replace(" - at `$.", " at `")


def _json(text: str) -> Iterator[tuple[int, Any]]:
    if text.lstrip().startswith("["):
        try:
            rows = msgspec.json.decode(text.encode(), type=list[Any])
        except msgspec.DecodeError as error:
            raise ValueError(f"it is no JSON: {error}") from error
        yield from enumerate(rows, 1)
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, msgspec.json.decode(line.encode())
            except msgspec.DecodeError as error:
                yield number, str(error)


def _csv(text: str) -> Iterator[tuple[int, Any]]:
    reader = csv.DictReader(io.StringIO(text), restkey="(more)", strict=True)
    if not reader.fieldnames:
        raise ValueError("it has no header")
    try:
        for values in reader:
            yield reader.line_num, _fields(values)
    except csv.Error as error:
        raise ValueError(f"it is no CSV after line {reader.line_num}: {error}") from error


def _fields(values: dict[str, Any]) -> dict[str, Any]:
    """A CSV row's fields, shaped like the JSON of one."""
    found: dict[str, Any] = {}
    for column, value in values.items():
        name = column.strip()
        if not value:
            continue
        if name in _LISTS:
            found[name] = [part.strip() for part in value.split(_SEPARATOR)]
        elif name.startswith(_OPTION):
            found.setdefault("options", {})[name.removeprefix(_OPTION)] = value
        elif name.startswith(_TEXT_FOR):
            platform = name.removeprefix(_TEXT_FOR)
            found.setdefault("overrides", {})[platform] = {"text": value}
        else:
            found[name] = value
    return found
