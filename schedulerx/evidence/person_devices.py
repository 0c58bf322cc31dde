"""Whose device is it: links between persons and devices, with the evidence for each.

Three kinds of evidence, each with a weight; several kinds together weigh more than the strongest
alone (noisy or: 1 - the product of what each leaves in doubt):
- an inventory lists the person as owner or user;
- calls from the person's number were made with the device;
- the device's own phone number is the person's.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from math import prod

import msgspec

from schedulerx.model.evidence import PersonDevice


class Ground(StrEnum):
    """A kind of evidence."""

    OWNER = "owner"
    CALLS = "calls"
    NUMBER = "number"


_WEIGHTS = {Ground.OWNER: 0.9, Ground.CALLS: 0.7, Ground.NUMBER: 0.8}
_OFTEN = 3  # calls from which on a borrowed phone is unlikely
_OFTEN_WEIGHT = 0.85
_SAID = {
    Ground.OWNER: "Listed as owner or user of the device",
    Ground.CALLS: "Called or wrote with the device under the person's number",
    Ground.NUMBER: "The device's phone number is the person's",
}


class Support(msgspec.Struct, frozen=True, kw_only=True):
    """How often one ground was seen, in which files (the first three), by which events, when.
    `is_open` says that a listing names no end.
    """

    count: int
    paths: tuple[str, ...]
    events: tuple[str, ...]
    first: str | None = None
    last: str | None = None
    is_open: bool = False


def linked(pair: tuple[str, str], grounds: Mapping[Ground, Support]) -> PersonDevice:
    """A person's device, by all that was seen of both."""
    person_id, device_id = pair
    doubt = prod(1 - _weight(ground, support.count) for ground, support in grounds.items())
    seen_from, seen_to = _period(grounds)
    return PersonDevice(
        person_id=person_id,
        device_id=device_id,
        confidence=round(min(1 - doubt, 0.99), 3),
        evidence=tuple(_sentence(ground, grounds[ground]) for ground in sorted(grounds)),
        seen_from=seen_from,
        seen_to=seen_to,
    )


def _period(grounds: Mapping[Ground, Support]) -> tuple[str | None, str | None]:
    """From when to when: as a list of owners says where it says when, else first and last seen.
    What is listed without an end has none yet.
    """
    owner = grounds.get(Ground.OWNER)
    if owner is not None and owner.first is not None:
        return owner.first, None if owner.is_open else owner.last
    seen = [support for support in grounds.values() if support.first is not None]
    first = min((support.first for support in seen if support.first), default=None)
    return first, max((support.last for support in seen if support.last), default=None)


def _weight(ground: Ground, count: int) -> float:
    if ground is Ground.CALLS and count >= _OFTEN:
        return _OFTEN_WEIGHT
    return _WEIGHTS[ground]


def _sentence(ground: Ground, support: Support) -> str:
    times = "once" if support.count == 1 else f"{support.count} times"
    where = ", ".join(sorted(support.paths))
    return f"{_SAID[ground]}: {times}, in {where} (events {', '.join(support.events)})"
