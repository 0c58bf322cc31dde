"""What stands in place of a serial number, an IMEI or a MAC address names no device: mentions of
devices are read anew.
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"

# As if every object that names a device had changed: what its mentions joined is looked at again.
AGAIN = (
    """
    INSERT INTO changed_objects (topic, object_id)
    SELECT DISTINCT 'identities', m.object_id FROM mentions m JOIN facts f USING (fact_id)
    WHERE f.realm = 'device'
    """,
    """
    INSERT INTO touched_identities
    SELECT DISTINCT i.identity_id FROM fact_identities i JOIN facts f USING (fact_id)
    WHERE f.realm = 'device'
    """,
    "DELETE FROM facts WHERE realm = 'device'",
)


def upgrade() -> None:
    """Forgets the keys of devices, not what was decided about them."""
    for statement in AGAIN:
        op.execute(statement)


def downgrade() -> None:
    """The same: the older program finds its own keys."""
    upgrade()
