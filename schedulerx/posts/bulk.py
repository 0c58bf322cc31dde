"""Posts in a file: CSV with a header, a JSON list, or NDJSON; every problem with its row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from schedulerx.posts.intake import Writing
from schedulerx.posts.model import Post
from schedulerx.posts.options import unknown
from schedulerx.posts.times import zone_of

_LISTS = frozenset({"accounts", "media", "alt"})
_SEPARATOR = "|"  # between the items of a list in a CSV field
_OPTION = "option:"  # a CSV column of one option, as `option:board`
_TEXT_FOR = "text:"  # a CSV column of one platform's text, as `text:x`
_MAX_ROWS = 100_000
_TABLES = (".csv", ".tsv", ".txt")
_SAVE = 'save it as "CSV UTF-8 (comma delimited)"'  # as spreadsheets call it
_COLUMNS = {"id", *Writing.__struct_fields__} - {"options", "overrides"}
_KINDS = {
    "array": "a list", "str": "a text", "object": "an object", "int": "a number",
    "float": "a number", "bool": "true or false", "null": "nothing",
}  # fmt: skip
_MISTYPED = re.compile(r"Expected `(\w+)(?: \| null)?`, got `(\w+)`")


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
    twice schedules its posts once. A reference that is such an id, as in an exported plan, is it.
    """
    try:
        return UUID(row.reference)
    except ValueError:
        pass  # a name of the author's own
    said = row.reference or msgspec.json.encode(row.writing, order="deterministic").decode()
    return uuid5(NAMESPACE_URL, f"schedulerx:post:{said}")


def row_of(post: Post, accounts: Sequence[str], media: Sequence[str]) -> dict[str, Any]:
    """A post as a row that can be read again; `media` are its files."""
    writing = Writing(
        text=post.content.text,
        title=post.content.title,
        link=post.content.link,
        at=post.due_at.astimezone(zone_of(post.zone)).isoformat(),
        zone=post.zone,
        accounts=tuple(accounts),
        media=tuple(media),
        alt=tuple(item.alt for item in post.media),
        options=post.content.options,
        overrides=post.overrides,
        recurrence=post.recurrence,
    )
    told = {name: value for name, value in msgspec.to_builtins(writing).items() if value}
    return {"id": str(post.post_id), **told}


def read_rows(data: bytes, suffix: str, folder: Path) -> ReadRows:
    """The rows; media are files relative to the folder.

    Raises:
        ValueError: it is no file of posts at all.
    """
    text = _decoded(data)
    raw = _csv(text) if suffix in _TABLES else _json(text)
    good: list[Row] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for line, values in raw:
        if len(good) + len(problems) >= _MAX_ROWS:
            raise ValueError(f"it has more than {_MAX_ROWS:,} rows; split it")
        try:
            row = _row(line, values, folder)
            first = seen.setdefault(row.reference or f"row {line}", line)
            if first != line:
                raise ValueError(f"it has the id of row {first}, {row.reference}")  # noqa: TRY301
            good.append(row)
        except (msgspec.ValidationError, ValueError) as error:
            problems.append(RowProblem(line=line, message=_placed(str(error))))
    return ReadRows(good=tuple(good), problems=tuple(problems))


def _decoded(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ValueError(f"it is a workbook; {_SAVE}")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"row {row} is not in UTF-8; {_SAVE}") from error


def _row(line: int, values: Any, folder: Path) -> Row:
    if not isinstance(values, dict):
        told = values if isinstance(values, str) else "it is no object with fields"
        raise ValueError(told)  # noqa: TRY004  (a row's problem is told)
    values = {name: value for name, value in values.items() if value not in (None, "", [])}
    reference = str(values.pop("id", ""))
    if "at" not in values:
        raise ValueError('it says no time: write one at "at", or now')
    writing = msgspec.convert(values, Writing)
    media = tuple(str(folder / name) for name in writing.media)
    return Row(
        line=line, writing=msgspec.structs.replace(writing, media=media), reference=reference
    )


def _placed(complaint: str) -> str:
    plain = complaint.replace("Object contains unknown field", "unknown field")
    if wrong := _MISTYPED.match(plain):
        wanted, given = (_KINDS.get(kind, kind) for kind in wrong.groups())
        plain = f"write {wanted}, not {given}{plain[wrong.end() :]}"
    return plain.replace(" - at `$.", " at `")


def _json(text: str) -> Iterator[tuple[int, Any]]:
    is_list, is_object = (text.lstrip().startswith(each) for each in "[{")
    if is_list or (is_object and not _is_json(text.partition("\n")[0])):  # which spans lines
        try:
            found = msgspec.json.decode(text.encode())
        except msgspec.DecodeError as error:
            raise ValueError(f"it is no JSON: {error}") from error
        yield from enumerate(found if is_list else [found], 1)
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, msgspec.json.decode(line.encode())
            except msgspec.DecodeError as error:
                yield number, str(error)


def _is_json(line: str) -> bool:
    try:
        msgspec.json.decode(line.encode())
    except msgspec.DecodeError:
        return False
    return True


def _csv(text: str) -> Iterator[tuple[int, Any]]:
    """Rows as spreadsheets number them: the header is 1, and empty ones count."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number, header = 0, None
    try:
        for number, values in enumerate(reader, 1):
            if header is None:
                header = _header(values)
            elif any(values):
                yield number, _told(header, values)
    except csv.Error as error:
        raise ValueError(f"it is no CSV after row {number}: {error}") from error
    if header is None:
        raise ValueError("it has no header")


def _header(written: list[str]) -> list[str]:
    """The columns' names; a problem with one is one of the whole file."""
    names = [_column(each) for each in written]
    own = [name for name in names if name and not name.startswith((_OPTION, _TEXT_FOR))]
    for words in unknown(own, _COLUMNS, "column"):
        raise ValueError(words)
    for name in own:
        if own.count(name) > 1:
            raise ValueError(f"it has the column {name!r} twice")
    return names


def _column(written: str) -> str:
    """As the house writes it; names of options keep their case."""
    kind, colon, name = written.strip().partition(":")
    return f"{kind.strip().lower()}{colon}{name.strip()}"


def _delimiter(text: str) -> str:
    """What separates the header's columns: spreadsheets of some countries write semicolons."""
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _told(header: list[str], values: list[str]) -> Any:
    """A row's fields; a sentence where there are more of them than columns."""
    if any(values[len(header) :]):
        counts = f"it has {len(values)} fields and the header {len(header)}"
        return f"{counts}; put a text that holds separators in quotes"
    return _fields(dict(zip(header, values, strict=False)))


def _fields(values: dict[str, Any]) -> dict[str, Any]:
    """A CSV row's fields, shaped like the JSON of one."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if not (name and value.strip()):
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
