"""Whose device it is: what was seen of a person with a device, gathered by the database."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from schedulerx.evidence.person_devices import Ground, Support, linked
from schedulerx.model.evidence import PersonDevice, TableChanges
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.people import save_links
from schedulerx.stores.postgres.staging import analyze, stream

# The device that a mention is, as the view `fact_entities` has it.
_OWNERS = """
CREATE TEMP TABLE owners ON COMMIT DROP AS
SELECT DISTINCT ON (f.fact_id) f.fact_id, i.entity_id
FROM (SELECT DISTINCT fact_id FROM carriers) c JOIN fact_identities f USING (fact_id)
JOIN identities i ON i.identity_id = f.identity_id AND i.entity_id IS NOT NULL
ORDER BY f.fact_id, i.is_weak, i.shared IS NOT NULL, i.key
"""
_SUPPORTS = """
SELECT i.entity_id, d.entity_id, c.ground, sum(c.events)::bigint,
       (array_agg(DISTINCT o.path COLLATE "C" ORDER BY o.path COLLATE "C"))[1:3],
       (array_agg(DISTINCT c.event_ids[1]::text ORDER BY c.event_ids[1]::text))[1:3],
       to_char(min(c.first_at), 'YYYY-MM-DD"T"HH24:MI:SS'),
       to_char(max(c.last_at), 'YYYY-MM-DD"T"HH24:MI:SS'), bool_or(c.is_open)
FROM carriers c
JOIN identities i ON i.identity_id = c.identity_id AND i.entity_id IS NOT NULL
JOIN owners d ON d.fact_id = c.fact_id
JOIN persons p ON p.person_id = i.entity_id
JOIN devices v ON v.device_id = d.entity_id
JOIN objects o ON o.object_id = c.object_id
GROUP BY i.entity_id, d.entity_id, c.ground
ORDER BY i.entity_id, d.entity_id, c.ground
"""


def save_found_links(connection: Connection) -> TableChanges:
    """Makes the table of links what the mentions say; only differences are written."""
    connection.execute(_OWNERS)
    analyze(connection, "owners")
    rows = list(_links(connection))
    return save_links(connection, rows)


def _links(connection: Connection) -> Iterator[PersonDevice]:
    rows = stream(connection, _SUPPORTS)
    for pair, of_pair in groupby(rows, key=lambda row: (row[0], row[1])):
        grounds = {
            Ground(ground): Support(
                count=events,
                paths=tuple(paths),
                events=tuple(event_ids),
                first=first,
                last=last,
                is_open=is_open,
            )
            for _, _, ground, events, paths, event_ids, first, last, is_open in of_pair
        }
        yield linked(pair, grounds)
