"""Python values as PostgreSQL takes them: no NUL, no lone surrogate, times on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec


def clean(text: str | None) -> str | None:
    """The text without NUL, which PostgreSQL cannot store; a lone surrogate becomes `?`."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def clean_all(texts: Sequence[str]) -> list[str]:
    """The texts, each cleaned."""
    return [clean(text) or "" for text in texts]


def json_text(value: Any) -> str:
    """JSON of a struct or of structs, every text in it cleaned."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate
        return json_text(_cleaned(msgspec.to_builtins(value)))
    if b"\\u0000" in encoded:  # NUL, or the six characters themselves
        encoded = msgspec.json.encode(_cleaned(msgspec.to_builtins(value)))
    return encoded.decode()


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [_cleaned(part) for part in value]
    if isinstance(value, dict):
        return {clean(name): _cleaned(part) for name, part in value.items()}
    return value


def sort_time(iso: str | None) -> datetime | None:
    """A time to sort by: UTC where the text has an offset, else as written; None if it is none.
    A year or a month sorts as its first day.
    """
    if iso is None:
        return None
    try:
        time = datetime.fromisoformat(f"{iso}-01-01"[:10] if len(iso) < 10 else iso)
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):
        return None
