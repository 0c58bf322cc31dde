"""What people decided about persons and devices: every run respects it until it is undone."""

from __future__ import annotations

from collections.abc import Sequence

from schedulerx.errors import ConfigurationError
from schedulerx.model.evidence import Decision
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.resolution.naming import entity_of, key_meant

_KEYS = """
SELECT key FROM identities WHERE realm = %s AND entity_id = %s ORDER BY is_weak, key
"""
_AGAINST = """
SELECT decision_id FROM decisions
WHERE realm = %(realm)s AND undone_at IS NULL AND verdict <> %(verdict)s
  AND ((keys && %(keys)s AND others && %(others)s) OR (keys && %(others)s AND others && %(keys)s))
ORDER BY 1 LIMIT 1
"""
_SAME = """
SELECT decision_id FROM decisions
WHERE realm = %(realm)s AND undone_at IS NULL AND verdict = %(verdict)s
  AND keys = %(keys)s AND others = %(others)s
"""
_DECIDE = """
INSERT INTO decisions (realm, verdict, keys, others, reason)
VALUES (%(realm)s, %(verdict)s, %(keys)s, %(others)s, %(reason)s) RETURNING decision_id
"""
_TOUCH = """
INSERT INTO touched_identities
SELECT identity_id FROM identities WHERE realm = %s AND key = ANY(%s)
"""
_UNDO = """
UPDATE decisions SET undone_at = now()
WHERE realm = %s AND decision_id = %s AND undone_at IS NULL RETURNING keys || others
"""
_ALL = """
SELECT decision_id, verdict, keys, others, reason,
       to_char(decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), undone_at IS NOT NULL
FROM decisions WHERE realm = %s ORDER BY decision_id
"""


def keys_of(connection: Connection, realm: str, entity_id: str) -> list[str]:
    """The keys of a person or a device, strong ones first."""
    return [row[0] for row in connection.execute(_KEYS, (realm, entity_id))]


def join(connection: Connection, realm: str, one: str, other: str, reason: str) -> int:
    """Decides that two are one; the number of the decision."""
    first, second = (entity_of(connection, realm, named) for named in (one, other))
    if first == second:
        raise ConfigurationError(f"{one} and {other} are one {realm} already: {first}.")
    keys, others = (keys_of(connection, realm, each) for each in (first, second))
    _refuse_against(connection, realm, "join", keys, others)
    meant = ([key_meant(connection, one, keys)], [key_meant(connection, other, others)])
    return _decide(connection, realm, "join", *meant, reason)


def forbid(connection: Connection, realm: str, one: str, other: str, reason: str) -> int:
    """Decides that two are never one; the number of the decision."""
    first, second = (entity_of(connection, realm, named) for named in (one, other))
    if first == second:
        raise ConfigurationError(
            f"{one} and {other} are one {realm} now: part it with "
            f"`schedulerx {realm}s split {first} IDENTITY`."
        )
    keys, others = (keys_of(connection, realm, each) for each in (first, second))
    _refuse_against(connection, realm, "forbid", keys, others)
    return _decide(connection, realm, "forbid", keys, others, reason)


def split(
    connection: Connection, realm: str, named: str, parted: Sequence[str], reason: str
) -> int:
    """Decides that these identities are not the rest's; the number of the decision."""
    entity_id = entity_of(connection, realm, named)
    keys = keys_of(connection, realm, entity_id)
    off = [key for key in keys if key in parted or key.partition(":")[2] in parted]
    missing = [each for each in parted
               if not any(each in (key, key.partition(":")[2]) for key in off)]  # fmt: skip
    rest = [key for key in keys if key not in off]
    if missing or not rest:
        what = f"{missing[0]!r} is none of them" if missing else "these are all of them"
        raise ConfigurationError(
            f"The identities of {realm} {entity_id} are {', '.join(keys)}; {what}."
        )
    _refuse_against(connection, realm, "forbid", off, rest)
    return _decide(connection, realm, "forbid", off, rest, reason)


def undo(connection: Connection, realm: str, decision_id: int) -> None:
    """Takes a decision back."""
    row = connection.execute(_UNDO, (realm, decision_id)).fetchone()
    if row is None:
        raise ConfigurationError(
            f"There is no decision {decision_id} about {realm}s to undo: "
            f"`schedulerx {realm}s decisions` lists them."
        )
    connection.execute(_TOUCH, (realm, row[0]))


def decisions(connection: Connection, realm: str) -> list[Decision]:
    """Every decision, the undone ones among them, in their order."""
    rows = connection.execute(_ALL, (realm,)).fetchall()
    return [
        Decision(
            decision_id=number,
            verdict=verdict,
            keys=tuple(keys),
            others=tuple(others),
            reason=reason,
            decided_at=decided_at,
            is_undone=undone,
        )
        for number, verdict, keys, others, reason, decided_at, undone in rows
    ]


def _refuse_against(
    connection: Connection, realm: str, verdict: str, keys: list[str], others: list[str]
) -> None:
    which = {"realm": realm, "verdict": verdict, "keys": keys, "others": others}
    row = connection.execute(_AGAINST, which).fetchone()
    if row is not None:
        raise ConfigurationError(
            f"Decision {row[0]} says the contrary: "
            f"undo it first with `schedulerx {realm}s undo {row[0]}`."
        )


def _decide(
    connection: Connection,
    realm: str,
    verdict: str,
    keys: list[str],
    others: list[str],
    reason: str,
) -> int:
    values = {"realm": realm, "verdict": verdict, "keys": keys, "others": others, "reason": reason}
    same = connection.execute(_SAME, values).fetchone()
    made = same or connection.execute(_DECIDE, values).fetchone()
    connection.execute(_TOUCH, (realm, [*keys, *others]))
    return int(made[0]) if made else 0
