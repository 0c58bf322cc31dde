"""The documented schema of the events API is that of the code."""

from __future__ import annotations

from pathlib import Path

import msgspec

from schedulerx.model.feed import Line

SCHEMA = "docs/events-api.schema.json"


def generated() -> bytes:
    schema = msgspec.json.schema(Line)
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


def test_the_schema_in_the_docs_is_generated_from_the_structs(root: Path) -> None:
    told = (root / SCHEMA).read_bytes()
    expected = generated()
    assert told == expected, f"write tests.model.test_feed.generated() to {SCHEMA}"
