"""Changes of targets: each is one conditional UPDATE, made here and nowhere else."""

from __future__ import annotations

from typing import LiteralString
from uuid import UUID

from schedulerx.posts.ledger import Change
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.values import clean, json_text

_MOVE: LiteralString = """
WITH moved AS (
    UPDATE post_targets SET
        state = %(to)s,
        claim = CASE WHEN %(to)s IN ('armed', 'sending') THEN %(claim)s END,
        claimed_until = CASE WHEN %(to)s IN ('armed', 'sending')
            THEN %(claimed_until)s::timestamptz END,
        due_at = coalesce(%(due_at)s, due_at),
        answered = %(to)s = 'sending' AND coalesce(%(answered)s, answered),
        handle = coalesce(%(handle)s::jsonb, handle),
        platform_id = coalesce(%(platform_id)s, platform_id),
        url = coalesce(%(url)s, url),
        error_code = CASE WHEN %(to)s <> 'posted' THEN coalesce(%(error_code)s, error_code) END,
        error = CASE WHEN %(to)s <> 'posted' THEN coalesce(%(error)s, error) END,
        retries = retries + %(retried)s::integer,
        posted_at = coalesce(%(posted_at)s, posted_at),
        slot_at = CASE WHEN %(to)s IN ('pending', 'armed') THEN slot_at END,
        changed_at = clock_timestamp()
    WHERE target_id = %(target_id)s AND state = %(source)s
        AND (claim IS NULL OR claim = %(claim)s)
    RETURNING target_id, post_id, account_id, attempt),
noted AS (
    INSERT INTO post_changes (target_id, source, state, claim, note)
    SELECT target_id, %(source)s, %(to)s, %(claim)s, %(error)s FROM moved),
ended AS (
    UPDATE post_attempts a SET outcome = %(to)s, error_code = %(error_code)s, error = %(error)s,
        ended_at = clock_timestamp()
    FROM moved m WHERE %(source)s IN ('sending', 'unknown')
        AND a.target_id = m.target_id AND a.attempt = m.attempt),
accepted AS (  -- an account whose post went out has no refusals in a row
    UPDATE accounts a SET refusals = 0
    FROM moved m WHERE %(to)s = 'posted' AND a.account_id = m.account_id AND a.refusals > 0)
SELECT post_id FROM moved
"""
# The least settled state of a post's targets is the post's.
_ROLL_UP: LiteralString = """
WITH lowest AS (
    SELECT state FROM post_targets WHERE post_id = %(post)s ORDER BY array_position(
        ARRAY['unknown', 'sending', 'armed', 'pending', 'failed', 'posted', 'cancelled'], state)
    LIMIT 1)
UPDATE scheduled_posts p SET state = lowest.state FROM lowest
WHERE p.post_id = %(post)s AND p.state <> lowest.state
"""


def move(connection: Connection, target_id: UUID, change: Change) -> bool:
    """Makes the change where the target stands as it says; tells whether it did."""
    values = {
        "target_id": target_id,
        "source": change.source,
        "to": change.to,
        "claim": change.claim,
        "claimed_until": change.claimed_until,
        "due_at": change.due_at,
        "answered": change.answered,
        "handle": None if change.handle is None else json_text(change.handle),
        "platform_id": clean(change.platform_id),
        "url": clean(change.url),
        "error_code": clean(change.error_code),
        "error": clean(change.error),
        "retried": change.retried,
        "posted_at": change.posted_at,
    }
    moved = connection.execute(_MOVE, values).fetchone()
    if moved is None:
        return False
    roll_up(connection, moved[0])
    return True


def roll_up(connection: Connection, post_id: UUID) -> None:
    """Gives a post the least settled state of its targets. One at a time: what another
    transaction changed meanwhile is seen by the statement that follows the lock.
    """
    connection.execute("SELECT FROM scheduled_posts WHERE post_id = %s FOR UPDATE", (post_id,))
    connection.execute(_ROLL_UP, {"post": post_id})
