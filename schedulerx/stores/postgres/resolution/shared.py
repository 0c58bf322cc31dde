"""Which identities several share: told anew for those that were touched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schedulerx.evidence.sharing import shared_by_devices, shared_by_people
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze, copy_rows

_MOST_BESIDE = 2000  # mentions looked at to tell whether an identity is shared

# An identity that several names, or several devices, have; some of them beside others of their own.
_SUSPECTS = """
SELECT i.key, i.identity_id, (array_agg(DISTINCT ARRAY[
    coalesce(c.content ->> 'name', ''), coalesce(o.key, '')]))[1:%(most)s]
FROM touched t
JOIN identities i USING (identity_id)
JOIN fact_identities f ON f.identity_id = i.identity_id
JOIN facts c ON c.fact_id = f.fact_id
LEFT JOIN fact_identities fo ON fo.fact_id = f.fact_id AND NOT fo.is_weak
    AND fo.identity_id <> i.identity_id
LEFT JOIN identities o ON o.identity_id = fo.identity_id
WHERE NOT i.is_weak AND i.key NOT LIKE 'imei:%%'
GROUP BY i.identity_id, i.key
HAVING count(DISTINCT CASE i.realm WHEN 'device' THEN o.key ELSE c.content ->> 'name' END) > 1
   AND count(o.key) > 0
ORDER BY i.identity_id
"""
_SHARING = """
CREATE TEMP TABLE sharing (identity_id bigint, shared text) ON COMMIT DROP
"""
_SHARERS = """
CREATE TEMP TABLE sharers ON COMMIT DROP AS
SELECT identity_id FROM sharing
UNION SELECT identity_id FROM touched JOIN identities USING (identity_id) WHERE shared IS NOT NULL
"""
_SET = """
UPDATE identities i SET shared = s.shared
FROM touched t LEFT JOIN sharing s USING (identity_id)
WHERE i.identity_id = t.identity_id AND i.shared IS DISTINCT FROM s.shared
"""


def find_shared(connection: Connection, realm: str) -> None:
    """Notes of touched identities why they join nobody. Leaves the temporary table `sharers`: the
    touched that several share now, or shared before.
    """
    connection.execute(_SHARING)
    with connection.cursor(name="suspects") as cursor:
        cursor.itersize = 500
        cursor.execute(_SUSPECTS, {"most": _MOST_BESIDE})
        found = list(_shared(cursor, realm))
    copy_rows(connection, "sharing", ("identity_id", "shared"), found)
    connection.execute(_SHARERS)
    analyze(connection, "sharers")
    connection.execute(_SET)


def _shared(suspects: Iterator[tuple[Any, ...]], realm: str) -> Iterator[tuple[int, str]]:
    for key, identity_id, besides in suspects:
        if realm == "device":
            reason = shared_by_devices(other for _, other in besides if other)
        else:
            reason = shared_by_people(key, ((name, other) for name, other in besides if name))
        if reason is not None:
            yield identity_id, reason
