"""How long something took, as exports write it."""

from __future__ import annotations

import datetime as dt
import re

from schedulerx.evidence.times import tidy

_SPAN = re.compile(r"(?:(\d+)\s*h\w*\s*)?(?:(\d+)\s*m\w*\s*)?(?:(\d+)\s*s\w*)?")


def parse_seconds(text: str) -> int | None:
    """A duration in seconds: "75", "00:01:15", "1:15" (minutes), "1m 15s"."""
    if text.isascii() and text.isdigit() and len(text) <= 7:
        return int(text)
    written = tidy(text)
    if re.fullmatch(r"\d{1,7}\.\d+", written):
        return int(float(written))
    if re.fullmatch(r"\d{1,3}(?::\d{2}){1,2}", written):
        seconds = 0
        for part in written.split(":"):
            seconds = seconds * 60 + int(part)
        return seconds
    span = _SPAN.fullmatch(written)
    if not written or span is None:
        return None
    hours, minutes, rest = (int(group or 0) for group in span.groups())
    return hours * 3600 + minutes * 60 + rest


def add_seconds(start: str | None, seconds: int | None) -> str | None:
    """The end of what began at `start` and took that long; None where either is not known."""
    if start is None or seconds is None or "T" not in start:
        return None
    return (dt.datetime.fromisoformat(start) + dt.timedelta(seconds=seconds)).isoformat()
