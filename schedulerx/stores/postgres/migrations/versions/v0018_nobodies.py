"""Some names and numbers are nobody's, some identities are several people's, and messages are told
again to the second: mentions are read, and marks are made, anew.
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"

# As if every object had changed: what its mentions joined is looked at again.
AGAIN = (
    """
    INSERT INTO changed_objects (topic, object_id)
    SELECT t.topic, e.object_id FROM (SELECT DISTINCT object_id FROM events) e
    CROSS JOIN (VALUES ('happenings'), ('identities')) AS t (topic)
    """,
    """
    INSERT INTO touched_identities
    SELECT DISTINCT i.identity_id FROM fact_identities i JOIN facts f USING (fact_id)
    WHERE f.realm = 'person'
    """,
    "DELETE FROM facts WHERE realm = 'person'",
)


def upgrade() -> None:
    """Forgets the keys of mentions, not what was decided about them."""
    for statement in AGAIN:
        op.execute(statement)


def downgrade() -> None:
    """The same: the older program finds its own keys and marks."""
    upgrade()
