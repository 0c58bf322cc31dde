"""Makes the events of one file: their ids, and the way back to where each is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, Unpack

from schedulerx.model.event import (
    Actor,
    Amount,
    DeviceMention,
    Event,
    EventKind,
    Location,
    Precision,
    Provenance,
    event_id,
)


@dataclass(frozen=True)
class Place:
    """Where in a file an event is written, and who (name and version) reads it there.

    `ordinal` is unique among the file's events of one kind.
    """

    extractor: str
    ordinal: str
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    offset: int | None = None
    sheet: str | None = None
    row: int | None = None
    field: str | None = None
    table: str | None = None
    row_id: int | None = None

    def provenance(self, sha256: str) -> Provenance:
        """The way back to it, into the file of this content."""
        return Provenance(
            sha256=sha256,
            extractor=self.extractor,
            page=self.page,
            box=self.box,
            offset=self.offset,
            sheet=self.sheet,
            row=self.row,
            field=self.field,
            table=self.table,
            row_id=self.row_id,
        )


class Told(TypedDict, total=False):
    """What a place tells of an event; see `Event`."""

    start: str | None
    end: str | None
    precision: Precision | None
    zone: str | None
    location: Location | None
    amount: Amount | None
    doubt: str
    actors: tuple[Actor, ...]
    devices: tuple[DeviceMention, ...]
    summary: str
    uid: str | None
    body: str | None


_PRECISIONS = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY, 16: Precision.MINUTE}


def precision_of(iso: str | None) -> Precision | None:
    """How exactly an ISO 8601 text tells the time, by how much of it is there."""
    return _PRECISIONS.get(len(iso), Precision.SECOND) if iso else None


@dataclass(frozen=True)
class EventMaker:
    """One file as the source of events. `region` (ISO 3166-1) reads national phone numbers."""

    object_id: str
    sha256: str
    region: str = "US"

    def event(self, kind: EventKind, place: Place, **told: Unpack[Told]) -> Event:
        """An event; its id follows from the object, the kind and the place.

        The precision is that of the text of `start` where none is given.
        """
        told["precision"] = told.get("precision") or precision_of(told.get("start"))
        return Event(
            event_id=event_id(self.object_id, kind, place.ordinal),
            kind=kind,
            provenance=place.provenance(self.sha256),
            **told,
        )
