"""An evidence store in memory: what the RUN steps of evidence need of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from schedulerx.model.event import Actor, Event
from schedulerx.model.evidence import (
    ActorMention,
    Device,
    DeviceSighting,
    Person,
    PersonDevice,
    TableChanges,
)
from schedulerx.model.ports import ArtifactStore, EvidenceStore
from schedulerx.model.run import Run, Tally
from schedulerx.model.work import RunWork
from schedulerx.settings import ProcessingSettings


class MemoryEvidence:
    """Events in a list, persons, devices and links in dictionaries."""

    def __init__(self, events: Iterable[tuple[str, Event]]) -> None:
        """`events` are pairs of the path of a file and an event in it."""
        self.events = list(events)
        self._persons: dict[str, Person] = {}
        self._devices: dict[str, Device] = {}
        self.links: dict[tuple[str, str], PersonDevice] = {}

    def actor_mentions(self) -> Iterator[ActorMention]:
        counts: Counter[Actor] = Counter()
        first: dict[Actor, str] = {}
        for _, event in self.events:
            for actor in event.actors:
                counts[actor] += 1
                first.setdefault(actor, event.event_id)
        for actor, count in counts.items():
            yield ActorMention(actor=actor, events=count, first_event_id=first[actor])

    def device_sightings(self) -> Iterator[DeviceSighting]:
        for path, event in self.events:
            for device in event.devices:
                yield DeviceSighting(
                    event_id=event.event_id,
                    object_id="0" * 32,
                    kind=event.kind,
                    path=path,
                    device=device,
                    actors=event.actors,
                )

    def save_persons(self, persons: Iterable[Person]) -> TableChanges:
        before, self._persons = self._persons, {each.person_id: each for each in persons}
        return changes(before, self._persons)

    def persons(self) -> Iterator[Person]:
        return iter(self._persons.values())

    def save_devices(self, devices: Iterable[Device]) -> TableChanges:
        before, self._devices = self._devices, {each.device_id: each for each in devices}
        return changes(before, self._devices)

    def devices(self) -> Iterator[Device]:
        return iter(self._devices.values())

    def save_person_devices(self, links: Iterable[PersonDevice]) -> TableChanges:
        before = self.links
        self.links = {(each.person_id, each.device_id): each for each in links}
        return changes(before, self.links)


def changes(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> TableChanges:
    both = before.keys() & after.keys()
    return TableChanges(
        added=len(after.keys() - before.keys()),
        changed=sum(before[key] != after[key] for key in both),
        removed=len(before.keys() - after.keys()),
        total=len(after),
    )


def run_work(evidence: MemoryEvidence) -> RunWork:
    """Work for a RUN step that only asks for evidence."""
    run = Run(
        run_id="r",
        plan_id="p",
        source="memory",
        steps=(),
        fingerprint="f",
        settings=ProcessingSettings(),
        overwrite_existing=False,
        started_at="2024-01-01T00:00:00+00:00",
        inputs=Tally(),
        skipped=Tally(),
        groups=0,
    )
    nothing = cast("ArtifactStore", None)
    return RunWork(
        run=run,
        inventory=nothing,
        artifacts=nothing,
        reports=nothing,
        evidence=cast("EvidenceStore", evidence),
    )
