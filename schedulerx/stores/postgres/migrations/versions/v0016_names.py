"""Names are compared across scripts and spellings: those that were known are read again."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"

# As if every object that names somebody had changed: what its names joined is looked at again.
AGAIN = (
    """
    INSERT INTO changed_objects (topic, object_id)
    SELECT DISTINCT 'identities', m.object_id FROM mentions m JOIN facts f USING (fact_id)
    WHERE f.realm = 'person' AND f.content ? 'name'
    """,
    """
    INSERT INTO touched_identities
    SELECT DISTINCT i.identity_id FROM fact_identities i JOIN facts f USING (fact_id)
    WHERE f.realm = 'person' AND f.content ? 'name'
    """,
    "DELETE FROM facts WHERE realm = 'person' AND content ? 'name'",
)


def upgrade() -> None:
    """Forgets the keys of names, not what was decided about them."""
    for statement in AGAIN:
        op.execute(statement)


def downgrade() -> None:
    """The same: the older program finds its own keys."""
    upgrade()
