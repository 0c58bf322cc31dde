"""Events as rows of `events`, and what is asked of them."""

from __future__ import annotations

from typing import Any

from schedulerx.model.event import Event
from schedulerx.stores.postgres.values import clean, json_text, sort_time

COLUMNS = (
    "event_id", "object_id", "kind", "start_at", "end_at", "start_sort", "actors", "devices",
    "summary", "provenance", "details", "uid", "end_sort",
)  # fmt: skip
DETAILS = ("precision", "zone", "location", "amount", "doubt", "body")


def row(object_id: str, event: Event) -> tuple[Any, ...]:
    """The event's values, in the order of COLUMNS."""
    return (
        event.event_id,
        object_id,
        event.kind.value,
        clean(event.start),
        clean(event.end),
        sort_time(event.start),
        json_text(event.actors),
        json_text(event.devices),
        clean(event.summary),
        json_text(event.provenance),
        _details(event),
        clean(event.uid),
        sort_time(event.end),
    )


def _details(event: Event) -> str | None:
    """What few events have, by its names; None where there is nothing of it."""
    told = {name: value for name in DETAILS if (value := getattr(event, name))}
    return json_text(told) if told else None
