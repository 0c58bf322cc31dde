"""Why somebody is one person, something one device, or two events one happening: the evidence."""

from __future__ import annotations

from typing import Any, LiteralString
from uuid import UUID

import msgspec

from schedulerx.errors import ConfigurationError
from schedulerx.model.event import Provenance
from schedulerx.model.evidence import Explanation, Joined, Shown
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.resolution.naming import entity_of

_MOST_BESIDE = 20

_IDENTITIES = """
SELECT key, shared FROM identities WHERE entity_id = %s ORDER BY is_weak, key
"""
_NAMES: dict[str, LiteralString] = {
    "person": "SELECT unnest(names) FROM persons WHERE person_id = %s",
    "device": "SELECT label FROM devices WHERE device_id = %s AND label <> ''",
}
# What several share that is named with these numbers and addresses.
_BESIDE = """
SELECT DISTINCT s.key, s.shared
FROM identities i JOIN fact_identities f USING (identity_id)
JOIN fact_identities g ON g.fact_id = f.fact_id
JOIN identities s ON s.identity_id = g.identity_id
WHERE i.entity_id = %(id)s AND NOT i.is_weak AND s.shared IS NOT NULL
  AND s.entity_id <> %(id)s
ORDER BY 1 LIMIT %(most)s
"""
# Also what a ban keeps away.
_JOINS = """
SELECT a.key, b.key, j.rule, j.confidence, j.events, j.is_blocked, j.event_ids
FROM joins j
JOIN identities a ON a.identity_id = j.identity_id
JOIN identities b ON b.identity_id = j.other_id
WHERE a.entity_id = %(id)s AND (b.entity_id = %(id)s OR j.is_blocked)
   OR b.entity_id = %(id)s AND j.is_blocked
ORDER BY j.is_blocked, a.is_weak OR b.is_weak, j.confidence DESC, a.key, b.key
"""
_MERGED = "SELECT entity_id FROM entities WHERE merged_into = %s ORDER BY entity_id"
_LINKS = """
SELECT CASE WHEN person_id = %(id)s THEN device_id ELSE person_id END, confidence, evidence,
       seen_from, seen_to
FROM person_devices WHERE person_id = %(id)s OR device_id = %(id)s ORDER BY confidence DESC, 1
"""
_SHOWN = """
SELECT e.event_id::text, o.path, e.start_at, e.provenance, e.kind, coalesce(e.summary, ''),
       (SELECT min(l.location) FROM locations l WHERE l.object_id = o.object_id)
FROM events e JOIN objects o USING (object_id) WHERE e.event_id = ANY(%s)
ORDER BY o.path, e.start_sort, e.event_id
"""
_TOLD = """
SELECT t.event_id::text, t.happening_id::text, t.confidence, t.reason FROM tellings t
WHERE t.event_id = %(id)s OR t.happening_id = %(id)s OR t.happening_id IN (
    SELECT happening_id FROM tellings WHERE event_id = %(id)s)
ORDER BY 1
"""


def explain(connection: Connection, kind: str, named: str) -> Explanation:
    """Why a person or a device is one, or where else an event is told.

    Raises:
        ConfigurationError: nothing of that kind is named so.
    """
    if kind == "event":
        return _of_event(connection, named)
    entity_id = entity_of(connection, kind, named)
    identities = connection.execute(_IDENTITIES, (entity_id,)).fetchall()
    joins = connection.execute(_JOINS, {"id": entity_id}).fetchall()
    beside = connection.execute(_BESIDE, {"id": entity_id, "most": _MOST_BESIDE}).fetchall()
    return Explanation(
        kind=kind,
        id=entity_id,
        names=tuple(row[0] for row in connection.execute(_NAMES[kind], (entity_id,))),
        identities=tuple(key for key, _ in identities),
        shared=tuple(f"{key} is {why}" for key, why in identities if why),
        beside=tuple(f"{key} is {why}" for key, why in beside),
        joins=tuple(_joined(connection, row) for row in joins),
        merged=tuple(row[0] for row in connection.execute(_MERGED, (entity_id,))),
        links=tuple(_link(row) for row in connection.execute(_LINKS, {"id": entity_id})),
    )


def _joined(connection: Connection, row: tuple[Any, ...]) -> Joined:
    one, other, rule, confidence, events, is_blocked, event_ids = row
    return Joined(
        one=one,
        other=other,
        rule=rule,
        confidence=confidence,
        events=events,
        is_blocked=is_blocked,
        shown=_shown(connection, event_ids),
    )


def _shown(connection: Connection, event_ids: list[Any]) -> tuple[Shown, ...]:
    return tuple(
        Shown(
            event_id=event_id,
            path=path,
            start=start,
            provenance=msgspec.convert(provenance, Provenance),
            kind=kind,
            summary=summary,
            source=source,
        )
        for event_id, path, start, provenance, kind, summary, source in connection.execute(
            _SHOWN, (event_ids,)
        )
    )


def _link(row: tuple[Any, ...]) -> str:
    other, confidence, evidence, seen_from, seen_to = row
    period = " ".join(
        f"{word} {time[:10]}" for word, time in (("from", seen_from), ("to", seen_to)) if time
    )
    return f"{other} ({confidence}{', ' + period if period else ''}): {'; '.join(evidence)}"


def _of_event(connection: Connection, named: str) -> Explanation:
    try:
        event_ids = [msgspec.convert(named, type=UUID)]
    except msgspec.ValidationError:
        raise ConfigurationError(f"{named!r} is no event's id: see `export events`.") from None
    told = connection.execute(_TOLD, {"id": event_ids[0]}).fetchall()
    shown = _shown(connection, event_ids)
    if not shown:
        raise ConfigurationError(f"There is no event {named}: see `schedulerx export events`.")
    return Explanation(
        kind="event",
        id=str(event_ids[0]),
        shown=shown,
        joins=tuple(
            Joined(
                one=happening,
                other=event,
                rule=reason,
                confidence=confidence,
                events=1,
                shown=_shown(connection, [happening, event]),
            )
            for event, happening, confidence, reason in told
        ),
    )
