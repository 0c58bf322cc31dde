"""Whom somebody means: by an id, a number, an address, a handle, or a name that one alone bears."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schedulerx.errors import ConfigurationError
from schedulerx.evidence.names import name_key
from schedulerx.stores.postgres.connect import Connection

_SOME = 5  # of those who bear a name

_BY_ID = """
WITH RECURSIVE way AS (
    SELECT entity_id, merged_into, is_live, 1 AS depth FROM entities
    WHERE realm = %(realm)s AND entity_id = %(named)s
    UNION ALL
    SELECT e.entity_id, e.merged_into, e.is_live, depth + 1
    FROM way w JOIN entities e ON e.entity_id = w.merged_into
    WHERE NOT w.is_live AND depth < 1000
)
SELECT entity_id FROM way WHERE is_live ORDER BY depth LIMIT 1
"""
_BY_KEY = """
SELECT DISTINCT entity_id FROM identities
WHERE realm = %(realm)s AND entity_id IS NOT NULL
  AND (key = ANY(%(written)s) OR substr(key, strpos(key, ':') + 1) = ANY(%(written)s)) LIMIT 2
"""
_BY_NAME = """
SELECT DISTINCT p.person_id, coalesce((p.phones || p.emails || p.handles)[1], 'nothing else known')
FROM identities n JOIN fact_identities w USING (identity_id)
JOIN fact_entities e ON e.fact_id = w.fact_id JOIN persons p ON p.person_id = e.entity_id
WHERE n.realm = 'person' AND n.key = %s ORDER BY 1 LIMIT %s
"""
_ANCHOR = "SELECT anchor FROM entities WHERE entity_id = %s AND anchor = ANY(%s)"
_REGISTERED = "SELECT realm FROM entities WHERE entity_id = %s"


def entity_of(connection: Connection, realm: str, named: str) -> str:
    """The id of whom an id (also one that was merged), a key, its value or a name means.

    Raises:
        ConfigurationError: it names nobody, or several.
    """
    which = {"realm": realm, "named": named, "written": _written(named)}
    found = connection.execute(_BY_ID, which).fetchall()
    found = found or connection.execute(_BY_KEY, which).fetchall()
    if not found and realm == "person" and (key := name_key(named)):
        found = connection.execute(_BY_NAME, (f"name:{key}", _SOME + 1)).fetchall()
    if len(found) == 1:
        return str(found[0][0])
    raise ConfigurationError(_several(realm, named, found) or _nobody(connection, realm, named))


def key_meant(connection: Connection, named: str, keys: Sequence[str]) -> str:
    """Of somebody's keys the one that was named: by itself, or by the id that was made of it."""
    written = _written(named)
    for key in keys:
        if key in written or key.partition(":")[2] in written:
            return key
    row = connection.execute(_ANCHOR, (named, list(keys))).fetchone()
    return str(row[0]) if row else keys[0]


def _written(named: str) -> list[str]:
    """As it is kept: addresses in lower case, numbers without what stands between digits."""
    number = re.sub(r"[\s()./-]", "", named)
    return [named, named.lower(), number] if number.startswith("+") else [named, named.lower()]


def _several(realm: str, named: str, found: list[tuple[str, ...]]) -> str | None:
    if not found:
        return None
    who = "; ".join(" ".join(filter(None, row)) for row in found[:_SOME])
    more = " and more" if len(found) > _SOME else ""
    return f"{named!r} names several {realm}s: take one's id or number. They are {who}{more}."


def _nobody(connection: Connection, realm: str, named: str) -> str:
    row = connection.execute(_REGISTERED, (named,)).fetchone()
    if row is None:
        return (
            f"{named!r} names no {realm}: take an id that `schedulerx export {realm}s` shows, "
            "or a number or an address as it is written there."
        )
    if row[0] != realm:
        return f"{named} is a {row[0]}, and no {realm}: ask for the {row[0]}."
    return (
        f"{realm.capitalize()} {named} is no more: no file that is left names it. "
        "What was decided about it counts again as soon as one does."
    )
