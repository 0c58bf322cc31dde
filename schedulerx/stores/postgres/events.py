"""Events as rows of `events`, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from schedulerx.model.event import Actor, DeviceMention, Event
from schedulerx.model.evidence import ActorMention, DeviceSighting
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import stream
from schedulerx.stores.postgres.values import clean, json_text, sort_time

COLUMNS = (
    "event_id", "object_id", "kind", "start_at", "end_at", "start_sort", "actors", "devices",
    "summary", "provenance", "details", "uid", "end_sort",
)  # fmt: skip
DETAILS = ("precision", "zone", "location", "amount", "doubt")


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


# Roles are kept apart: a name from a contact list weighs otherwise than one from a chat.
# min() over time and id together gives the first event in constant memory.
_ACTORS = """
SELECT a.role, a.name, a.phone, a.email, a.handle, count(*),
       right(min(coalesce(to_char(e.start_sort, 'YYYYMMDDHH24MISSUS'), '~') || e.event_id), 36)
FROM events e
CROSS JOIN LATERAL jsonb_to_recordset(e.actors)
    AS a (role text, name text, phone text, email text, handle text)
GROUP BY 1, 2, 3, 4, 5
ORDER BY a.role COLLATE "C", a.name COLLATE "C", a.phone COLLATE "C", a.email COLLATE "C",
         a.handle COLLATE "C"
"""


def actor_mentions(connection: Connection) -> Iterator[ActorMention]:
    """Distinct actors of all events, sorted."""
    for role, name, phone, email, handle, count, first in stream(connection, _ACTORS):
        actor = Actor(role=role, name=name, phone=phone, email=email, handle=handle)
        yield ActorMention(actor=actor, events=count, first_event_id=first)


_SIGHTINGS = """
SELECT e.event_id::text, replace(e.object_id::text, '-', ''), e.kind, o.path, d.device, e.actors
FROM events e
JOIN objects o USING (object_id)
CROSS JOIN LATERAL jsonb_array_elements(e.devices) WITH ORDINALITY AS d (device, place)
ORDER BY e.event_id, d.place
"""


def device_sightings(connection: Connection) -> Iterator[DeviceSighting]:
    """Every device of every event, with the event's actors."""
    for event_id, object_id, kind, path, device, actors in stream(connection, _SIGHTINGS):
        yield DeviceSighting(
            event_id=event_id,
            object_id=object_id,
            kind=kind,
            path=path,
            device=msgspec.convert(device, DeviceMention),
            actors=msgspec.convert(actors, tuple[Actor, ...]),
        )
