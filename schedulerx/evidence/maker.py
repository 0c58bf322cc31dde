"""Makes the events of one file: their ids, and the way back to where each is written."""

from __future__ import annotations

from dataclasses import dataclass

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

    def event(  # noqa: PLR0913  (an event has that many fields)
        self,
        kind: EventKind,
        place: Place,
        *,
        start: str | None = None,
        end: str | None = None,
        precision: Precision | None = None,
        zone: str | None = None,
        location: Location | None = None,
        amount: Amount | None = None,
        doubt: str = "",
        actors: tuple[Actor, ...] = (),
        devices: tuple[DeviceMention, ...] = (),
        summary: str = "",
        uid: str | None = None,
    ) -> Event:
        """An event; its id follows from the object, the kind and the place.

        The precision is that of the text of `start` where none is given.
        """
        return Event(
            event_id=event_id(self.object_id, kind, place.ordinal),
            kind=kind,
            start=start,
            end=end,
            precision=precision or precision_of(start),
            zone=zone,
            location=location,
            amount=amount,
            doubt=doubt,
            actors=actors,
            devices=devices,
            summary=summary,
            uid=uid,
            provenance=Provenance(
                sha256=self.sha256,
                extractor=place.extractor,
                page=place.page,
                box=place.box,
                offset=place.offset,
                sheet=place.sheet,
                row=place.row,
                field=place.field,
                table=place.table,
                row_id=place.row_id,
            ),
        )
