"""JSON and lines of JSON: valid throughout, within the depth limit, without recursion."""

from __future__ import annotations

import json
import re
from mmap import ACCESS_READ, mmap
from pathlib import Path

import msgspec
import numpy as np

from schedulerx.documents.integrity.rejections import refused
from schedulerx.model.findings import SOUND, Findings
from schedulerx.settings import ValidateSettings

_WHOLE_BYTES = 64 * 1024 * 1024  # larger documents are checked in place, their depth by the parser
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKETS = b"[]{}"
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in _BRACKETS)
_MARK = b"\xef\xbb\xbf"


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the document is one JSON value.

    Raises:
        RejectedInput: nested deeper than `max_nesting`.
    """
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        text: bytes | memoryview = (
            _as_utf8(data[:]) if len(data) <= _WHOLE_BYTES else memoryview(data)
        )
        try:
            complaint = _complaint(text, limits)
        finally:
            if isinstance(text, memoryview):
                text.release()
    return Findings(damage=f"the JSON document is not valid: {complaint}") if complaint else SOUND


def _as_utf8(raw: bytes) -> bytes:
    try:
        return raw.decode(json.detect_encoding(raw)).encode()
    except UnicodeDecodeError:
        return raw


def _complaint(text: bytes | memoryview, limits: ValidateSettings) -> str | None:
    if isinstance(text, bytes) and depth(text) > limits.max_nesting:
        raise refused(f"values are nested deeper than {limits.max_nesting} levels")
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except RecursionError as error:
        raise refused(f"values are nested deeper than {limits.max_nesting} levels") from error
    except msgspec.DecodeError as error:
        return None if isinstance(text, bytes) and _pythonic(text) else str(error)
    return None


def _pythonic(text: bytes) -> bool:
    """Whether only NaN and Infinity, which Python writes, are in the way."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def depth(text: bytes) -> int:
    """How deep brackets nest outside strings."""
    brackets = _STRING.sub(b"", text).translate(None, _NO_BRACKETS)
    codes = np.frombuffer(brackets, dtype=np.uint8)
    opens = (codes == ord("[")) | (codes == ord("{"))
    steps = np.where(opens, 1, -1).cumsum()
    return int(steps.max(initial=0))


def check_lines(path: Path, limits: ValidateSettings) -> Findings:
    """Whether every line is one JSON value; the first that is not is named.

    Raises:
        RejectedInput: nested deeper than `max_nesting`.
    """
    broken, first = 0, ""
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_WHOLE_BYTES), b""), start=1):
            bare = line.strip().removeprefix(_MARK)
            complaint = _complaint(bare, limits) if bare else None
            if complaint is not None:
                broken += 1
                first = first or f"line {number}: {complaint}"
    return Findings(damage=f"{broken} lines are not JSON, as {first}") if broken else SOUND
