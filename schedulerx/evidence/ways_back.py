"""From an event back to the place it was read at: the file, what lies in it, the place in that."""

from __future__ import annotations

from collections.abc import Iterator

from schedulerx.model.event import Provenance
from schedulerx.model.evidence import Shown

_MEMBER = "!/"


def ways_back(shown: Shown) -> Iterator[str]:
    """What it says, where to look, and by what the file is known again, a sentence each."""
    if shown.summary:
        yield f"It says: {shown.summary}"
    path, *members = shown.path.split(_MEMBER)
    yield f"The file is {_at(shown.source, path)}."
    for member in members:
        yield f"In it is {member}."
    if there := "; ".join(_there(shown.provenance)):
        yield f"There: {there}."
    told = shown.provenance
    yield f"What was read has the SHA-256 {told.sha256}; {told.extractor} read it."


def _at(source: str | None, path: str) -> str:
    return f"{source.rstrip('/')}/{path}" if source else path


def _there(told: Provenance) -> Iterator[str]:
    if told.place():
        yield told.place()
    if told.box is not None:
        left, top, right, bottom = (f"{100 * share:.0f} %" for share in told.box)
        yield f"from {left} to {right} of the width, and from {top} to {bottom} of the height"
    if told.offset is not None:
        yield f"character {told.offset + 1:,} of {'the page' if told.page else 'its text'}"
    if told.field is not None:
        yield f"the field {told.field}"
