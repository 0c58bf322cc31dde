"""Answers in the form of Amazon Textract."""

from __future__ import annotations

from typing import Any


def blocks(*lines: str, page: int = 1) -> list[dict[str, Any]]:
    """The blocks of a page with these lines, one under the other, each a tenth of it high."""
    found: list[dict[str, Any]] = []
    for row, text in enumerate(lines):
        words = [
            _block("WORD", word, f"{page}-{row}-{at}", page, (0.1 + 0.2 * at, 0.1 * row, 0.15))
            for at, word in enumerate(text.split())
        ]
        line = _block("LINE", text, f"{page}-{row}", page, (0.1, 0.1 * row, 0.8))
        line["Relationships"] = [{"Type": "CHILD", "Ids": [word["Id"] for word in words]}]
        found += [line, *words]
    whole = {"BlockType": "PAGE", "Id": f"{page}", "Page": page, "Geometry": _geometry(0, 0, 1, 1)}
    return [whole, *found]


def _block(
    kind: str, text: str, name: str, page: int, place: tuple[float, float, float]
) -> dict[str, Any]:
    left, top, width = place
    return {
        "BlockType": kind,
        "Confidence": 98.5,
        "Text": text,
        "TextType": "PRINTED",
        "Id": name,
        "Page": page,
        "Geometry": _geometry(left, top, left + width, top + 0.05),
    }


def _geometry(left: float, top: float, right: float, bottom: float) -> dict[str, Any]:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return {
        "BoundingBox": {
            "Left": left,
            "Top": top,
            "Width": right - left,
            "Height": bottom - top,
        },
        "Polygon": [{"X": x, "Y": y} for x, y in corners],
    }
