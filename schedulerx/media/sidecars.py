"""Sidecars: files that say of a picture what it does not say itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schedulerx.media.facts import Told, together
from schedulerx.media.takeout import describe_takeout
from schedulerx.media.xmp import MAX_BYTES, xmp_facts

XMP = "application/rdf+xml"


def describe_xmp(path: Path) -> Told:
    """From the packet that the file is."""
    with path.open("rb") as file:
        return together([xmp_facts(file.read(MAX_BYTES + 1))])


SIDECARS: dict[str, Callable[[Path], Told | None]] = {
    XMP: describe_xmp,
    "application/json": describe_takeout,
}
