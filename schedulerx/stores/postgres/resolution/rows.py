"""Persons and devices as rows: of every group that a change reached."""

from __future__ import annotations

from typing import LiteralString

from schedulerx.model.evidence import TableChanges
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, count, merge, stage

PERSON = ("person_id", "names", "phones", "emails", "handles")
DEVICE = ("device_id", "imei", "imsi", "serial", "mac", "phone_numbers", "label")

# As the view `fact_entities` has it, of the mentions that matter alone.
_FACTS = """
CREATE TEMP TABLE owned_facts ON COMMIT DROP AS
SELECT DISTINCT ON (f.fact_id) f.fact_id, i.entity_id
FROM (SELECT DISTINCT x.fact_id FROM fact_identities x JOIN affected USING (identity_id)) t
JOIN fact_identities f USING (fact_id)
JOIN identities i USING (identity_id)
WHERE i.entity_id IS NOT NULL
ORDER BY f.fact_id, i.is_weak, i.shared IS NOT NULL, i.key
"""
_PERSONS = """
INSERT INTO staged_persons
SELECT g.entity_id, coalesce(n.names, '{}'), coalesce(k.phones, '{}'), coalesce(k.emails, '{}'),
       coalesce(k.handles, '{}')
FROM groups g
LEFT JOIN (
    SELECT o.entity_id, array_agg(DISTINCT f.content ->> 'name' COLLATE "C"
                                  ORDER BY f.content ->> 'name' COLLATE "C") AS names
    FROM owned_facts o JOIN facts f USING (fact_id)
    WHERE f.content ->> 'name' <> '' GROUP BY 1
) n USING (entity_id)
LEFT JOIN (
    SELECT i.entity_id,
        array_agg(substr(i.key, 7) ORDER BY i.key) FILTER (WHERE i.key LIKE 'phone:%') AS phones,
        array_agg(substr(i.key, 7) ORDER BY i.key) FILTER (WHERE i.key LIKE 'email:%') AS emails,
        array_agg(substr(i.key, 8) ORDER BY i.key) FILTER (WHERE i.key LIKE 'handle:%') AS handles
    FROM identities i JOIN groups g USING (entity_id) WHERE NOT i.is_weak GROUP BY 1
) k USING (entity_id)
"""
_WEIGHTS = """
CREATE TEMP TABLE weights ON COMMIT DROP AS
SELECT o.entity_id, f.content ->> 'label' AS label, w.key AS imsi,
       f.content ->> 'phone_number' AS number, sum(m.events) AS events
FROM owned_facts o JOIN facts f USING (fact_id) JOIN mentions m USING (fact_id)
LEFT JOIN fact_identities x ON x.fact_id = o.fact_id AND x.is_weak
LEFT JOIN identities w ON w.identity_id = x.identity_id
GROUP BY 1, 2, 3, 4
"""
_DEVICES = """
INSERT INTO staged_devices
SELECT g.entity_id, k.imei, substr(s.imsi, 6), k.serial, k.mac, coalesce(n.numbers, '{}'), l.label
FROM groups g
LEFT JOIN (
    SELECT i.entity_id, min(substr(i.key, 6)) FILTER (WHERE i.key LIKE 'imei:%') AS imei,
        min(split_part(substr(i.key, 8), ' of ', 1)) FILTER (WHERE i.key LIKE 'serial:%') AS serial,
        min(substr(i.key, 5)) FILTER (WHERE i.key LIKE 'mac:%') AS mac
    FROM identities i JOIN groups g USING (entity_id) GROUP BY 1
) k USING (entity_id)
LEFT JOIN (
    SELECT DISTINCT ON (entity_id) entity_id, label FROM weights WHERE label <> ''
    GROUP BY entity_id, label ORDER BY entity_id, sum(events) DESC, label COLLATE "C"
) l USING (entity_id)
LEFT JOIN (
    SELECT DISTINCT ON (entity_id) entity_id, imsi FROM weights WHERE imsi IS NOT NULL
    GROUP BY entity_id, imsi ORDER BY entity_id, sum(events) DESC, imsi
) s USING (entity_id)
LEFT JOIN (
    SELECT entity_id, array_agg(DISTINCT number COLLATE "C" ORDER BY number COLLATE "C") AS numbers
    FROM weights WHERE number <> '' GROUP BY entity_id
) n USING (entity_id)
"""
_GONE: dict[str, LiteralString] = {
    "persons": "DELETE FROM persons p USING departed d WHERE p.person_id = d.entity_id",
    "devices": "DELETE FROM devices p USING departed d WHERE p.device_id = d.entity_id",
}


def write_persons(connection: Connection) -> TableChanges:
    """Writes the persons that changed."""
    connection.execute(_FACTS)
    stage(connection, "persons", PERSON)
    connection.execute(_PERSONS)
    return _write(connection, "persons", PERSON)


def write_devices(connection: Connection) -> TableChanges:
    """Writes the devices that changed."""
    connection.execute(_FACTS)
    connection.execute(_WEIGHTS)
    stage(connection, "devices", DEVICE)
    connection.execute(_DEVICES)
    return _write(connection, "devices", DEVICE)


def _write(connection: Connection, table: str, columns: tuple[str, ...]) -> TableChanges:
    analyze(connection, f"staged_{table}")
    removed = connection.execute(_GONE[table]).rowcount
    added, changed = merge(connection, table, columns, columns[:1])
    return TableChanges(
        added=added, changed=changed, removed=removed, total=count(connection, table)
    )
