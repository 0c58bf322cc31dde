"""Whose device it is: what was seen of a person with a device, gathered by the database; counted
anew for the persons and devices that changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice

from schedulerx.evidence.person_devices import Ground, Support, linked
from schedulerx.model.evidence import PersonDevice, TableChanges
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.people import LINK, link_row
from schedulerx.stores.postgres.staging import analyze, copy_rows, count, merge, stage, stream

_CHUNK = 2000  # links kept in memory

_STALE = """
CREATE TEMP TABLE stale ON COMMIT DROP AS
WITH taken AS (DELETE FROM stale_entities RETURNING entity_id)
SELECT DISTINCT entity_id FROM taken
"""
_SEEN = """
CREATE TEMP TABLE seen ON COMMIT DROP AS
WITH theirs AS (SELECT identity_id FROM stale JOIN identities USING (entity_id)),
     facts AS (SELECT DISTINCT fact_id FROM theirs JOIN fact_identities USING (identity_id))
SELECT c.fact_id FROM theirs JOIN carriers c USING (identity_id)
UNION SELECT c.fact_id FROM facts JOIN carriers c USING (fact_id)
UNION SELECT c.fact_id FROM facts f JOIN carriers c ON c.holder_id = f.fact_id AND c.holder_id <> 0
"""
# The one that a mention of these is, as the view `fact_entities` has it.
_THOSE = """
CREATE TEMP TABLE {name} ON COMMIT DROP AS
SELECT DISTINCT ON (f.fact_id) f.fact_id, i.entity_id
FROM {mentions} JOIN fact_identities f USING (fact_id)
JOIN identities i ON i.identity_id = f.identity_id AND i.entity_id IS NOT NULL
ORDER BY f.fact_id, i.is_weak, i.shared IS NOT NULL, i.key
"""
_HOLDERS = """
(SELECT DISTINCT c.holder_id AS fact_id FROM seen JOIN carriers c USING (fact_id)) h
"""
_SUPPORTS = """
SELECT p.person_id, v.device_id, c.ground, sum(c.events)::bigint,
       (array_agg(DISTINCT o.path COLLATE "C" ORDER BY o.path COLLATE "C"))[1:3],
       (array_agg(DISTINCT c.event_ids[1]::text ORDER BY c.event_ids[1]::text))[1:3],
       to_char(min(c.first_at), 'YYYY-MM-DD"T"HH24:MI:SS'),
       to_char(max(c.last_at), 'YYYY-MM-DD"T"HH24:MI:SS'), bool_or(c.is_open)
FROM seen_devices d
JOIN carriers c ON c.fact_id = d.fact_id
JOIN identities i ON i.identity_id = c.identity_id
LEFT JOIN holders h ON h.fact_id = c.holder_id
JOIN persons p ON p.person_id = CASE WHEN c.holder_id = 0 THEN i.entity_id ELSE h.entity_id END
JOIN devices v ON v.device_id = d.entity_id
JOIN objects o ON o.object_id = c.object_id
WHERE EXISTS (SELECT FROM stale s WHERE s.entity_id = p.person_id)
   OR EXISTS (SELECT FROM stale s WHERE s.entity_id = v.device_id)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_PART = """
DELETE FROM person_devices l USING stale s
WHERE l.{side} = s.entity_id AND NOT EXISTS (
    SELECT FROM staged_person_devices n
    WHERE n.person_id = l.person_id AND n.device_id = l.device_id)
"""


def save_found_links(connection: Connection) -> TableChanges:
    """Makes the table of links what the mentions say; only differences are written."""
    for statement, table in (
        (_STALE, "stale"),
        (_SEEN, "seen"),
        (_THOSE.replace("{name}", "seen_devices").replace("{mentions}", "seen"), "seen_devices"),
        (_THOSE.replace("{name}", "holders").replace("{mentions}", _HOLDERS), "holders"),
    ):
        connection.execute(statement)
        analyze(connection, table)
    staged = stage(connection, "person_devices", LINK)
    found = _links(connection)
    while chunk := list(islice(found, _CHUNK)):
        copy_rows(connection, staged, LINK, map(link_row, chunk))
    analyze(connection, staged)
    removed = sum(
        connection.execute(_PART.replace("{side}", side)).rowcount
        for side in ("person_id", "device_id")
    )
    added, changed = merge(connection, "person_devices", LINK, LINK[:2])
    total = count(connection, "person_devices")
    return TableChanges(added=added, changed=changed, removed=removed, total=total)


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
