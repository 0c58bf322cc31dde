"""Times as people and spreadsheets write them: read where they can mean one thing alone."""

from __future__ import annotations

import re
from datetime import datetime

# Day first wherever dots stand between, and the year first where it stands there.
_SHAPES = tuple(
    f"{day} {hour}"
    for day in ("%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d")
    for hour in ("%H:%M", "%H:%M:%S")
)
_EXAMPLE = "write it as 2026-12-24 15:00"
_DAY = re.compile(r"\d{4}-?\d\d-?\d\d|\d{1,2}\.\d{1,2}\.\d{4}")
_SLASHED = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}.*")
_SERIAL = re.compile(r"\d{5}([.,]\d+)?")


def read_time(written: str) -> datetime:
    """The time, with an offset where one is written.

    Raises:
        ValueError: it is none, or may mean several; the message says what to write.
    """
    text = " ".join(written.split())
    if _DAY.fullmatch(text):
        raise ValueError(f"{written!r} says no hour; {_EXAMPLE}")
    if _SLASHED.fullmatch(text):
        raise ValueError(f"{written!r}: which is the day and which the month? {_EXAMPLE}")
    if _SERIAL.fullmatch(text):
        raise ValueError(
            f"{written!r} is a date as a spreadsheet counts: make its cell a text, then {_EXAMPLE}"
        )
    for shape in _SHAPES:
        try:
            return datetime.strptime(text, shape)  # noqa: DTZ007  (the zone is given beside it)
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{written!r} is no time; {_EXAMPLE}") from error
