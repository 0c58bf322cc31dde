"""Objects of JSON whose shape nobody promises: what is not as expected is as if it were not."""

from __future__ import annotations

from typing import Any

Entry = dict[str, Any]


def listed(value: Entry, key: str) -> list[Entry]:
    """The objects of a list within an object."""
    found = value.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def within(value: Entry, *keys: str) -> Entry:
    """An object within an object; an empty one where it is not there."""
    for key in keys:
        found = value.get(key)
        value = found if isinstance(found, dict) else {}
    return value


def mended(text: str) -> str:
    """Instagram and Facebook write UTF-8 bytes as if they were Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
