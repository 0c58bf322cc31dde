"""Whose device is it: links between persons and devices, with the evidence for each.

Three kinds of evidence, each with a weight; several kinds together weigh more than the strongest
alone (noisy or: 1 - the product of what each leaves in doubt):
- an inventory lists the person as owner or user;
- calls from the person's number were made with the device;
- the device's own phone number is the person's.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from math import prod

from schedulerx.evidence.device_resolution import DeviceResolution
from schedulerx.evidence.persons import PersonIndex, identity_keys
from schedulerx.model.event import Actor, EventKind
from schedulerx.model.evidence import DeviceSighting, Person, PersonDevice


class Ground(StrEnum):
    """A kind of evidence."""

    OWNER = "owner"
    CALLS = "calls"
    NUMBER = "number"


_OWNING_ROLES = frozenset({"owner", "user"})
_ACTING_ROLES = frozenset({"caller", "sender", "callee", "recipient"})
_CALLING_KINDS = frozenset({EventKind.CALL, EventKind.MESSAGE})
_WEIGHTS = {Ground.OWNER: 0.9, Ground.CALLS: 0.7, Ground.NUMBER: 0.8}
_OFTEN = 3  # calls from which on a borrowed phone is unlikely
_OFTEN_WEIGHT = 0.85
_KEPT_EVENTS = 3  # named in a sentence; the others are counted


@dataclass
class _Support:
    """How often one ground was seen; the smallest ids of the events that show it."""

    count: int = 0
    paths: set[str] = field(default_factory=set)
    events: list[str] = field(default_factory=list)

    def add(self, sighting: DeviceSighting) -> None:
        self.count += 1
        if len(self.paths) < _KEPT_EVENTS:
            self.paths.add(sighting.path)
        self.events = heapq.nsmallest(_KEPT_EVENTS, {*self.events, sighting.event_id})


Supports = dict[tuple[str, str], dict[Ground, _Support]]


def link(
    persons: Iterable[Person], devices: DeviceResolution, sightings: Iterable[DeviceSighting]
) -> list[PersonDevice]:
    """The links, by person and device. Cameras' labels link to nobody: they name a model."""
    index = PersonIndex(persons)
    supports: Supports = {}
    for sighting in sightings:
        device_id = devices.device_id(sighting.device)
        if device_id is None or sighting.device.is_mentioned:
            continue
        for person_id, ground in _grounds(sighting, index):
            grounds = supports.setdefault((person_id, device_id), {})
            grounds.setdefault(ground, _Support()).add(sighting)
    return [_linked(pair, supports[pair]) for pair in sorted(supports)]


def _grounds(sighting: DeviceSighting, index: PersonIndex) -> Iterator[tuple[str, Ground]]:
    if sighting.kind == EventKind.DEVICE_LISTED:
        for actor in sighting.actors:
            owner = index.find(actor) if actor.role in _OWNING_ROLES else None
            if owner is not None:
                yield owner, Ground.OWNER
    number = sighting.device.phone_number
    if number is None:
        return
    holder = index.find(Actor(role="owner", phone=number))
    if holder is not None:
        yield holder, Ground.CALLS if _called_with(sighting, number) else Ground.NUMBER


def _called_with(sighting: DeviceSighting, number: str) -> bool:
    """Whether the device took part in a call or message under this number."""
    return sighting.kind in _CALLING_KINDS and any(
        actor.role in _ACTING_ROLES and f"phone:{number}" in identity_keys(actor)
        for actor in sighting.actors
    )


def _linked(pair: tuple[str, str], grounds: dict[Ground, _Support]) -> PersonDevice:
    person_id, device_id = pair
    doubt = prod(1 - _weight(ground, support.count) for ground, support in grounds.items())
    return PersonDevice(
        person_id=person_id,
        device_id=device_id,
        confidence=round(min(1 - doubt, 0.99), 3),
        evidence=tuple(_sentence(ground, grounds[ground]) for ground in sorted(grounds)),
    )


def _weight(ground: Ground, count: int) -> float:
    if ground is Ground.CALLS and count >= _OFTEN:
        return _OFTEN_WEIGHT
    return _WEIGHTS[ground]


def _sentence(ground: Ground, support: _Support) -> str:
    said = {
        Ground.OWNER: "Listed as owner or user of the device",
        Ground.CALLS: "Called or wrote with the device under the person's number",
        Ground.NUMBER: "The device's phone number is the person's",
    }[ground]
    times = "once" if support.count == 1 else f"{support.count} times"
    where = ", ".join(sorted(support.paths))
    return f"{said}: {times}, in {where} (events {', '.join(support.events)})"
