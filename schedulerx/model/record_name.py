"""The name of a record: what it holds, in its key, so that a LIST tells it (decision 0001)."""

from __future__ import annotations

import re

import msgspec

from schedulerx.model.keys import FAILED
from schedulerx.model.run import Tally

_LOCKED, _OPEN = "-locked", "-open"
_CONTENTS = re.compile(r"-m(\d+)-(\d+)-([0-9a-f]{32})")


class RecordName(msgspec.Struct, frozen=True, kw_only=True):
    """`fingerprint` is that of the FILE steps; of a file that holds others, `contents` counts them.

    What is locked is complete until there are passwords to try; what is open, because something
    in it failed, never is.
    """

    fingerprint: str
    is_locked: bool = False
    is_open: bool = False
    contents: Tally = Tally()

    @property
    def group(self) -> str:
        """The name without what it counts: few differ."""
        marks = (_LOCKED if self.is_locked else "") + (_OPEN if self.is_open else "")
        return self.fingerprint + marks

    @property
    def is_complete(self) -> bool:
        """Whether it is ever complete."""
        return not self.is_open and self.fingerprint != FAILED

    def __str__(self) -> str:
        held = self.contents
        return self.group + (f"-m{held.count}-{held.bytes}-{held.digest}" if held.count else "")

    @classmethod
    def parse(cls, text: str) -> RecordName:
        """The name back from the part of a record's key after the object's id."""
        found = _CONTENTS.search(text)
        group = text[: found.start()] if found else text
        contents = (
            Tally(count=int(found[1]), bytes=int(found[2]), digest=found[3]) if found else Tally()
        )
        return cls(
            fingerprint=group.partition("-")[0],
            is_locked=_LOCKED in group,
            is_open=_OPEN in group,
            contents=contents,
        )


def locked(fingerprint: str) -> str:
    """The group of records that are complete but for something locked."""
    return fingerprint + _LOCKED
