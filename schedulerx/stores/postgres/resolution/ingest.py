"""Mentions out of events: what each changed object says of persons and devices.

Events are many and distinct mentions are few: the database groups, and only mentions that were
never seen before come here, to have their keys found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString
from uuid import UUID

import msgspec

from schedulerx.evidence.keys import LEAST_PHONE_DIGITS, Keys, device_keys, person_keys
from schedulerx.model.event import Actor, DeviceMention
from schedulerx.stores.postgres.changes import take_changes
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, copy_rows

_CHUNK = 20_000  # new mentions whose keys are kept in memory

_OLD = """
CREATE TEMP TABLE touched_facts ON COMMIT DROP AS
SELECT DISTINCT fact_id FROM mentions JOIN changed USING (object_id)
"""
_OLD_CARRIERS = """
CREATE TEMP TABLE carried ON COMMIT DROP AS
WITH gone AS (DELETE FROM carriers USING changed c WHERE carriers.object_id = c.object_id
              RETURNING carriers.fact_id, carriers.identity_id)
SELECT fact_id, identity_id FROM gone
"""
_FORGET = "DELETE FROM mentions m USING changed c WHERE m.object_id = c.object_id"

# min() over time and id together gives the first event in constant memory.
_SAID: LiteralString = """
CREATE TEMP TABLE said ON COMMIT DROP AS
SELECT realm, object_id, content, md5(realm || content::text)::uuid AS digest, count(*) AS events,
       min(start_sort) AS first_at,
       right(min(coalesce(to_char(start_sort, 'YYYYMMDDHH24MISSUS'), '~') || event_id), 36)::uuid
           AS first_event
FROM (
    SELECT 'person' AS realm, e.object_id, e.event_id, e.start_sort, a.content - 'role' AS content
    FROM events e JOIN changed USING (object_id)
    CROSS JOIN LATERAL jsonb_array_elements(e.actors) AS a (content)
    UNION ALL
    SELECT 'device', e.object_id, e.event_id, e.start_sort, d.content - 'is_mentioned'
    FROM events e JOIN changed USING (object_id)
    CROSS JOIN LATERAL jsonb_array_elements(e.devices) AS d (content)
) m
GROUP BY 1, 2, 3
"""
_NEW = """
CREATE TEMP TABLE new_facts ON COMMIT DROP AS
SELECT DISTINCT ON (digest) digest, realm, content FROM said s
WHERE NOT EXISTS (SELECT FROM facts f WHERE f.digest = s.digest)
ORDER BY digest
"""
_CHUNK_OF_NEW = """
SELECT digest, realm, content FROM new_facts WHERE digest > %s ORDER BY digest LIMIT %s
"""
_NEW_KEYS = """
CREATE TEMP TABLE new_keys (
    digest uuid, realm text, key text COLLATE "C", is_weak boolean, is_whole boolean, cuts text[]
) ON COMMIT DROP
"""
_NEW_IDENTITIES = """
INSERT INTO identities (realm, key, is_weak, is_whole, cuts)
SELECT DISTINCT ON (realm, key) realm, key, is_weak, is_whole, cuts FROM new_keys
ORDER BY realm, key
ON CONFLICT (realm, key) DO UPDATE SET is_whole = excluded.is_whole, cuts = excluded.cuts
WHERE (identities.is_whole, identities.cuts) IS DISTINCT FROM (excluded.is_whole, excluded.cuts)
"""
_NEW_FACTS = """
INSERT INTO facts (realm, digest, content) SELECT realm, digest, content FROM new_facts
"""
_NEW_LINKS = """
INSERT INTO fact_identities (fact_id, identity_id, is_weak)
SELECT f.fact_id, i.identity_id, i.is_weak
FROM new_keys k JOIN facts f USING (digest) JOIN identities i ON i.realm = k.realm AND i.key = k.key
ON CONFLICT DO NOTHING
"""
_MENTION = """
INSERT INTO mentions (object_id, fact_id, events, first_event, first_at)
SELECT s.object_id, f.fact_id, s.events, s.first_event, s.first_at
FROM said s JOIN facts f USING (digest)
"""
_TOUCH = """
INSERT INTO touched_identities
SELECT DISTINCT i.identity_id FROM fact_identities i
WHERE i.fact_id IN (SELECT fact_id FROM touched_facts
                    UNION SELECT f.fact_id FROM said s JOIN facts f USING (digest))
"""

# Numbers of devices may be nobody's yet; they are known before they are, so that links are found.
_PHONES = f"""
INSERT INTO identities (realm, key, is_weak)
SELECT DISTINCT 'person', 'phone:' || (content ->> 'phone_number'), false
FROM said
WHERE realm = 'device' AND length(content ->> 'phone_number') <= 100
  AND length(regexp_replace(content ->> 'phone_number', '[^0-9]', '', 'g')) >= {LEAST_PHONE_DIGITS}
ON CONFLICT DO NOTHING
"""  # noqa: S608  (a constant)

# An event that only mentions a device has nobody carrying it. Of an owner with several keys the
# first strong one is noted, and the mention: whom it names is told when links are counted.
_CARRIED = """
INSERT INTO carriers (object_id, fact_id, identity_id, holder_id, ground, events, event_ids,
                      first_at, last_at, is_open)
SELECT object_id, fact_id, identity_id, holder_id, ground, count(DISTINCT event_id),
       (array_agg(DISTINCT event_id))[1:3], min(start_sort), max(coalesce(end_sort, start_sort)),
       bool_or(end_sort IS NULL)
FROM (
    SELECT e.object_id, f.fact_id, p.identity_id, g.fact_id AS holder_id, 'owner' AS ground,
           e.event_id, e.start_sort, e.end_sort
    FROM events e JOIN changed USING (object_id)
    CROSS JOIN LATERAL jsonb_array_elements(e.devices) AS d (content)
    CROSS JOIN LATERAL jsonb_array_elements(e.actors) AS a (content)
    JOIN facts f ON f.digest = md5('device' || (d.content - 'is_mentioned')::text)::uuid
    JOIN facts g ON g.digest = md5('person' || (a.content - 'role')::text)::uuid
    CROSS JOIN LATERAL (
        SELECT identity_id FROM fact_identities i JOIN identities USING (identity_id)
        WHERE i.fact_id = g.fact_id ORDER BY i.is_weak, key LIMIT 1) p
    WHERE e.kind = 'device_listed' AND a.content ->> 'role' IN ('owner', 'user')
      AND NOT d.content ? 'is_mentioned'
    UNION ALL
    SELECT e.object_id, f.fact_id, i.identity_id, 0,
           CASE WHEN e.kind IN ('call', 'message') AND EXISTS (
               SELECT FROM jsonb_array_elements(e.actors) AS a (content)
               WHERE a.content ->> 'role' IN ('caller', 'sender', 'callee', 'recipient')
                 AND (d.content ->> 'phone_number' = a.content ->> 'phone'
                      OR 'tel:' || (d.content ->> 'phone_number') = a.content ->> 'handle'))
           THEN 'calls' ELSE 'number' END,
           e.event_id, e.start_sort, coalesce(e.end_sort, e.start_sort)
    FROM events e JOIN changed USING (object_id)
    CROSS JOIN LATERAL jsonb_array_elements(e.devices) AS d (content)
    JOIN facts f ON f.digest = md5('device' || (d.content - 'is_mentioned')::text)::uuid
    JOIN identities i ON i.realm = 'person' AND i.key = 'phone:' || (d.content ->> 'phone_number')
    WHERE NOT d.content ? 'is_mentioned'
) c
GROUP BY object_id, fact_id, identity_id, holder_id, ground
"""
# How many are seen with a device tells whether it joins any of them.
_TOUCH_CARRIERS = """
INSERT INTO touched_identities
WITH c AS (
    TABLE carried UNION SELECT fact_id, identity_id FROM carriers JOIN changed USING (object_id)
)
SELECT identity_id FROM c
UNION
SELECT u.identity_id FROM (SELECT DISTINCT fact_id FROM c) f
JOIN fact_identities d ON d.fact_id = f.fact_id AND NOT d.is_weak
JOIN fact_identities e ON e.identity_id = d.identity_id
JOIN device_users u ON u.fact_id = e.fact_id
"""
_TIDY = """
DELETE FROM facts f USING touched_facts t
WHERE f.fact_id = t.fact_id AND NOT EXISTS (SELECT FROM mentions m WHERE m.fact_id = f.fact_id)
"""
_TAKEN_IN = (
    _NEW_IDENTITIES, _NEW_FACTS, "ANALYZE facts", "ANALYZE identities", _NEW_LINKS,
    "ANALYZE fact_identities", _MENTION, _TOUCH, _PHONES, _CARRIED, _TOUCH_CARRIERS, _TIDY,
    "ANALYZE mentions", "ANALYZE carriers",
)  # fmt: skip


def ingest(connection: Connection) -> None:
    """Takes in what changed objects say, and notes which identities that touches."""
    if not take_changes(connection, "identities"):
        return
    for statement in (_OLD, _OLD_CARRIERS, _FORGET, _SAID):
        connection.execute(statement)
    analyze(connection, "said")
    for statement in (_NEW, _NEW_KEYS):
        connection.execute(statement)
    connection.execute("CREATE UNIQUE INDEX ON new_facts (digest)")
    analyze(connection, "new_facts")
    _find_keys(connection)
    for statement in _TAKEN_IN:
        connection.execute(statement)


def _find_keys(connection: Connection) -> None:
    last = UUID(int=0)
    while rows := connection.execute(_CHUNK_OF_NEW, (last, _CHUNK)).fetchall():
        columns = ("digest", "realm", "key", "is_weak", "is_whole", "cuts")
        copy_rows(connection, "new_keys", columns, _key_rows(rows))
        last = rows[-1][0]
    analyze(connection, "new_keys")


def _key_rows(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for digest, realm, content in rows:
        keys = keys_of(realm, content)
        for key in keys.strong:
            yield digest, realm, key, False, False, []
        if keys.weak is not None:
            yield digest, realm, keys.weak, True, keys.is_whole, list(keys.cuts)


def keys_of(realm: str, content: dict[str, Any]) -> Keys:
    """The keys of a mention as it is stored."""
    if realm == "device":
        return device_keys(msgspec.convert(content, DeviceMention))
    return person_keys(msgspec.convert({**content, "role": ""}, Actor))
