"""IPTC-IIM to go with a JPEG rendition, see IPTC-NAA Information Interchange Model 4.2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schedulerx.media.carried.places import tells_a_place

_MARK, _EXTENDED = 0x1C, 0x8000
_MAX_DATASETS = 1000
_ENVELOPE, _APPLICATION, _CHARACTER_SET = 1, 2, 90
# Record version, object name, urgency, category, keywords, instructions, dates and times,
# program, byline, headline, credit, source, copyright, captions and their writers. Not among them:
# content location (26, 27), city (90), sublocation, province and country (92, 95, 100, 101).
_PLACELESS = frozenset(
    {0, 3, 4, 5, 7, 10, 12, 15, 20, 22, 25, 30, 35, 37, 38, 40, 55, 60, 62, 63, 65, 70, 75}
    | {80, 85, 105, 110, 115, 116, 120, 121, 122, 130, 131, 135}
)


class _Dataset(NamedTuple):
    record: int
    number: int
    value: bytes


def carried_iptc(block: bytes, *, location: bool) -> bytes | None:
    """The datasets of a rendition; without `location`, those that are known not to tell one."""
    kept = [each for each in _datasets(block) if location or _is_placeless(each)]
    if all(each.record == _ENVELOPE or each.number == 0 for each in kept):
        return None
    return b"".join(map(_written, kept))


def _is_placeless(dataset: _Dataset) -> bool:
    if dataset.record == _ENVELOPE:
        return dataset.number == _CHARACTER_SET
    known = dataset.record == _APPLICATION and dataset.number in _PLACELESS
    return known and not tells_a_place(dataset.value.decode("utf-8", "replace"))


def _datasets(block: bytes) -> Iterator[_Dataset]:
    at = 0
    for _ in range(_MAX_DATASETS):
        if at + 5 > len(block) or block[at] != _MARK:
            return
        size = int.from_bytes(block[at + 3 : at + 5], "big")
        value = block[at + 5 : at + 5 + size]
        if size >= _EXTENDED or len(value) < size:  # longer than any text
            return
        yield _Dataset(block[at + 1], block[at + 2], value)
        at += 5 + size


def _written(dataset: _Dataset) -> bytes:
    head = bytes((_MARK, dataset.record, dataset.number))
    return head + len(dataset.value).to_bytes(2, "big") + dataset.value
