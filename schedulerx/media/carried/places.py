"""Coordinates written out in words, as applications put them into comments and captions."""

from __future__ import annotations

import re

_DECIMAL = r"[-+]?\d{1,3}\.\d{3,}"
_WRITTEN = re.compile(
    # 48.137, 11.575
    rf"{_DECIMAL}\s*°?\s*[NS]?[\s,;/|]+(?:(?:lon\w*|lng)\W*)?[EW]?\s*{_DECIMAL}"
    r"|\d{1,3}\s*(?:°|º|deg)\s*\d{1,2}(?:\.\d+)?\s*['\u2032\u2019]"  # 48°08'14"
    r"|[-+]\d{2,6}(?:\.\d+)?[-+]\d{3,7}(?:\.\d+)?(?:[-+]\d+(?:\.\d+)?)?/"  # ISO 6709
    r"|\blat(?:itude)?\b\W{0,3}[-+]?\d"
    r"|\bgeo:[-+]?\d",
    re.IGNORECASE,
)


def tells_a_place(text: str) -> bool:
    """Whether coordinates are written in the text. Names of places are not known here."""
    return _WRITTEN.search(text) is not None
