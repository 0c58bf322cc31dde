"""Makes the events of one file: their ids, and the way back to where each is written."""

from __future__ import annotations

from dataclasses import dataclass

from schedulerx.model.event import (
    Actor,
    DeviceMention,
    Event,
    EventKind,
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
    sheet: str | None = None
    row: int | None = None
    field: str | None = None
    table: str | None = None
    row_id: int | None = None


@dataclass(frozen=True)
class EventMaker:
    """One file as the source of events. `region` (ISO 3166-1) reads national phone numbers."""

    object_id: str
    sha256: str
    region: str = "US"

    def event(
        self,
        kind: EventKind,
        place: Place,
        *,
        start: str | None = None,
        end: str | None = None,
        actors: tuple[Actor, ...] = (),
        devices: tuple[DeviceMention, ...] = (),
        summary: str = "",
    ) -> Event:
        """An event; its id follows from the object, the kind and the place."""
        return Event(
            event_id=event_id(self.object_id, kind, place.ordinal),
            kind=kind,
            start=start,
            end=end,
            actors=actors,
            devices=devices,
            summary=summary,
            provenance=Provenance(
                sha256=self.sha256,
                extractor=place.extractor,
                page=place.page,
                sheet=place.sheet,
                row=place.row,
                field=place.field,
                table=place.table,
                row_id=place.row_id,
            ),
        )
