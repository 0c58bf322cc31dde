"""From an event back to its place, for each kind of source."""

from __future__ import annotations

from typing import Any

import pytest

from schedulerx.evidence.ways_back import ways_back
from schedulerx.model.event import Provenance
from schedulerx.model.evidence import Shown

SHA256 = "ab" * 32


def shown(
    told: dict[str, Any] | None = None,
    path: str = "a.pdf",
    source: str = "/case",
    summary: str = "",
) -> list[str]:
    provenance = Provenance(**{"sha256": SHA256, "extractor": "text/1", **(told or {})})
    each = Shown(
        event_id="e", path=path, start=None, provenance=provenance, source=source, summary=summary
    )
    return list(ways_back(each))


@pytest.mark.parametrize(
    ("told", "there"),
    [
        ({"sheet": "Calls", "row": 7}, "sheet Calls, row 7"),
        (
            {"table": "message", "row_id": 12, "field": "date"},
            "table message, row 12; the field date",
        ),
        ({"row": 3, "extractor": "vcard/1"}, "card 3"),
        ({"row": 3, "extractor": "calendar/1", "field": "DTSTART"}, "entry 3; the field DTSTART"),
        ({"row": 3, "extractor": "chat/3"}, "line or message 3"),
        ({"field": "EXIF:DateTimeOriginal"}, "the field EXIF:DateTimeOriginal"),
        ({"page": 1, "offset": 0}, "page 1; character 1 of the page"),
        ({"offset": 1233}, "character 1,234 of its text"),
        (
            {"page": 2, "box": (0.1, 0.62, 0.5, 0.655)},
            "page 2; from 10 % to 50 % of the width, and from 62 % to 66 % of the height",
        ),
    ],
)
def test_the_place_is_told_as_its_source_counts(told: dict[str, Any], there: str) -> None:
    assert f"There: {there}." in shown(told)


def test_what_comes_from_the_whole_file_has_no_place() -> None:
    assert not [line for line in shown() if line.startswith("There")]


def test_a_member_of_a_member_is_found_by_opening_one_after_the_other() -> None:
    lines = shown(path="box/outer.zip!/mail.eml!/scan.png")
    assert lines[:3] == [
        "The file is /case/box/outer.zip.",
        "In it is mail.eml.",
        "In it is scan.png.",
    ]


def test_what_a_bucket_holds_is_named_by_its_address() -> None:
    assert "The file is s3://evidence/a.pdf." in shown(source="s3://evidence/")


def test_the_file_is_known_again_by_its_hash() -> None:
    assert f"What was read has the SHA-256 {SHA256}; text/1 read it." in shown()


def test_what_the_event_says_comes_first() -> None:
    assert shown(summary="Paid 12 EUR")[0] == "It says: Paid 12 EUR"
