"""What the page shows, as plain values. Every list is bounded; totals stand beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from schedulerx.model.evidence import Device, Person, PersonDevice
from schedulerx.model.run import Certificate, Problem, StepStats


@dataclass(frozen=True)
class Picture:
    """One thumbnail. `data` are the bytes of an image of type `media_type`."""

    path: str
    data: bytes
    media_type: str
    width: int
    height: int
    taken: str | None = None
    camera: str | None = None
    place: tuple[float, float] | None = None
    copies: int = 0  # other files with the same content in the sample
    moving: bool = False
    flag: str | None = None  # why the file is quarantined though it has a picture


@dataclass(frozen=True)
class Entry:
    """One event of the timeline."""

    kind: str
    start: str
    summary: str
    path: str
    who: tuple[str, ...] = ()  # from whom, to whom
    where: str = ""  # the place in the file: "row 7", "page 2"
    also: tuple[str, ...] = ()  # files, and places in them, that tell it again
    also_cut: int = 0  # how many more


@dataclass(frozen=True)
class Owned:
    """A device as somebody's: how sure, and why."""

    device: Device | None
    link: PersonDevice


@dataclass(frozen=True)
class Somebody:
    """A person and their devices."""

    person: Person
    devices: tuple[Owned, ...] = ()


@dataclass(frozen=True)
class Page:
    """Everything the template needs."""

    certificate: Certificate
    steps: tuple[StepStats, ...]
    command: str
    pictures: tuple[Picture, ...] = ()
    entries: tuple[Entry, ...] = ()
    people: tuple[Somebody, ...] = ()
    persons_total: int = 0
    devices: tuple[Device, ...] = ()
    devices_total: int = 0
    earlier: tuple[Problem, ...] = ()  # of earlier runs, not among the certificate's
    earlier_cut: bool = False  # there are more of them
    measured: frozenset[str] = field(default_factory=frozenset)  # steps that have figures
    thinned: bool = False  # less is shown, because the page had grown too large

    def thinner(self) -> Page:
        """The page with half of what it lists; the totals stay."""
        return replace(
            self,
            pictures=self.pictures[1::2],
            entries=self.entries[1::2],
            people=self.people[: len(self.people) // 2],
            devices=self.devices[: len(self.devices) // 2],
            earlier=self.earlier[: len(self.earlier) // 2],
            earlier_cut=self.earlier_cut or bool(self.earlier),
            thinned=True,
        )

    @property
    def thinnable(self) -> bool:
        """Whether something is left that could be shown less of."""
        return any((self.pictures, self.entries, self.people, self.devices, self.earlier))
