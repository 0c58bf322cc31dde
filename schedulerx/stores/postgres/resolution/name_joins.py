"""A name, and the same office or device: two numbers of one person.

Of two names one is the other, another spelling of it, or an abbreviated form of it that fits nobody
else there. Whether it does is told by all that are named beside an office or seen with a device, so
these joins are found anew for everybody around what was touched.
"""

from __future__ import annotations

from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.staging import analyze

_MOST_USERS = 6  # identities seen with a device, above which it is everybody's
_MOST_ALIKE = 20  # identities of one name beside one that is shared, above which it names nobody

_DEVICES_OF = """
CREATE TEMP TABLE {name} ON COMMIT DROP AS
SELECT d.identity_id AS device_id FROM (
    SELECT DISTINCT d.identity_id FROM {whose} JOIN device_users u USING (identity_id)
    JOIN fact_identities d ON d.fact_id = u.fact_id AND NOT d.is_weak
) d
JOIN fact_identities f ON f.identity_id = d.identity_id
JOIN device_users u ON u.fact_id = f.fact_id
"""
_FEW = f"GROUP BY 1 HAVING count(DISTINCT u.identity_id) <= {_MOST_USERS}"
_AROUND = """
CREATE TEMP TABLE around ON COMMIT DROP AS
SELECT identity_id FROM touched
UNION
SELECT f.identity_id FROM sharers s JOIN fact_identities x ON x.identity_id = s.identity_id
JOIN fact_identities f ON f.fact_id = x.fact_id AND NOT f.is_weak
UNION
SELECT u.identity_id FROM near_devices n JOIN fact_identities f ON f.identity_id = n.device_id
JOIN device_users u ON u.fact_id = f.fact_id
"""
# Names of those around, forms of them, and all that these are forms of.
_NEAR_NAMES = """
CREATE TEMP TABLE near_names ON COMMIT DROP AS
WITH own AS (
    SELECT DISTINCT n.identity_id, n.key, n.cuts FROM around
    JOIN fact_identities f USING (identity_id)
    JOIN fact_identities w ON w.fact_id = f.fact_id AND w.is_weak
    JOIN identities n ON n.identity_id = w.identity_id
), forms AS (
    SELECT identity_id, key FROM own
    UNION SELECT n.identity_id, n.key FROM (SELECT DISTINCT unnest(cuts) AS cut FROM own) c
          JOIN identities n ON n.realm = 'person' AND n.key = c.cut
)
SELECT identity_id FROM own
UNION SELECT identity_id FROM forms
UNION SELECT n.identity_id FROM forms JOIN identities n ON n.cuts @> ARRAY[forms.key]
"""
_NAMED = """
CREATE TEMP TABLE named ON COMMIT DROP AS
SELECT DISTINCT f.identity_id, f.fact_id, n.identity_id AS name_id, n.is_whole, c.said,
       c.said <> n.key AS is_cut
FROM near_names JOIN identities n USING (identity_id)
JOIN fact_identities w ON w.identity_id = n.identity_id
JOIN fact_identities f ON f.fact_id = w.fact_id AND NOT f.is_weak
JOIN identities i ON i.identity_id = f.identity_id AND i.shared IS NULL
CROSS JOIN LATERAL unnest(
    CASE WHEN n.is_whole THEN n.cuts || n.key ELSE ARRAY[n.key] END) AS c (said)
WHERE n.key LIKE '% %'
"""
_BESIDE = """
CREATE TEMP TABLE beside ON COMMIT DROP AS
SELECT n.identity_id, n.fact_id, n.name_id, n.is_whole, n.said, n.is_cut,
       s.identity_id AS shared_id
FROM named n JOIN fact_identities s ON s.fact_id = n.fact_id
JOIN identities k ON k.identity_id = s.identity_id AND k.shared IS NOT NULL
"""
_NAME_AND_SHARED = f"""
INSERT INTO joins (realm, identity_id, other_id, rule, confidence, events, event_ids)
WITH told AS (
    SELECT shared_id, said, count(DISTINCT name_id) FILTER (WHERE is_cut) AS wholes
    FROM beside GROUP BY 1, 2
    HAVING count(DISTINCT identity_id) <= {_MOST_ALIKE} AND NOT bool_and(is_cut)
)
SELECT 'person', least(a.identity_id, b.identity_id), greatest(a.identity_id, b.identity_id),
       'name and shared', 0.8, count(DISTINCT m.first_event),
       (array_agg(DISTINCT m.first_event))[1:3]
FROM told
JOIN beside a USING (shared_id, said)
JOIN beside b USING (shared_id, said)
JOIN mentions m ON m.fact_id IN (a.fact_id, b.fact_id)
WHERE a.identity_id <> b.identity_id AND NOT a.is_cut AND (NOT b.is_cut OR a.is_whole OR wholes = 1)
  AND (a.identity_id IN (SELECT identity_id FROM around)
       OR b.identity_id IN (SELECT identity_id FROM around))
GROUP BY 2, 3
"""  # noqa: S608  (a constant)
_USERS = """
CREATE TEMP TABLE users ON COMMIT DROP AS
SELECT DISTINCT n.identity_id, n.name_id, n.is_whole, n.said, n.is_cut, w.device_id, u.event_id
FROM (SELECT DISTINCT identity_id, name_id, is_whole, said, is_cut FROM named) n
JOIN device_users u USING (identity_id)
JOIN fact_identities d ON d.fact_id = u.fact_id AND NOT d.is_weak
JOIN few_devices w ON w.device_id = d.identity_id
"""
_NAME_AND_DEVICE = """
INSERT INTO joins (realm, identity_id, other_id, rule, confidence, events, event_ids)
WITH told AS (
    SELECT device_id, said, count(DISTINCT name_id) FILTER (WHERE is_cut) AS wholes
    FROM users GROUP BY 1, 2 HAVING NOT bool_and(is_cut)
)
SELECT 'person', least(a.identity_id, b.identity_id), greatest(a.identity_id, b.identity_id),
       'name and device', 0.85, count(DISTINCT e.e), (array_agg(DISTINCT e.e))[1:3]
FROM told
JOIN users a USING (device_id, said)
JOIN users b USING (device_id, said)
CROSS JOIN LATERAL unnest(ARRAY[a.event_id, b.event_id]) AS e (e)
WHERE a.identity_id <> b.identity_id AND NOT a.is_cut AND (NOT b.is_cut OR a.is_whole OR wholes = 1)
  AND (a.identity_id IN (SELECT identity_id FROM around)
       OR b.identity_id IN (SELECT identity_id FROM around))
GROUP BY 2, 3
"""


def find_around(connection: Connection) -> None:
    """Leaves the temporary table `around`: whose joins by name a change may alter."""
    _few_devices(connection, "near_devices", "touched")
    connection.execute(_AROUND)
    connection.execute("CREATE UNIQUE INDEX ON around (identity_id)")
    analyze(connection, "around")


def join_by_name(connection: Connection) -> None:
    """Finds the joins by name of those in `around`."""
    for statement, table in ((_NEAR_NAMES, "near_names"), (_NAMED, "named"), (_BESIDE, "beside")):
        connection.execute(statement)
        analyze(connection, table)
    connection.execute(_NAME_AND_SHARED)
    _few_devices(connection, "few_devices", "(SELECT DISTINCT identity_id FROM named) n")
    connection.execute(_USERS)
    analyze(connection, "users")
    connection.execute(_NAME_AND_DEVICE)


def _few_devices(connection: Connection, name: str, whose: str) -> None:
    """Makes a table of the devices of these that only a few are seen with."""
    connection.execute(_DEVICES_OF.replace("{name}", name).replace("{whose}", whose) + _FEW)
    analyze(connection, name)
