"""When a target may go out by its account's rate, and how long an account rests."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Adds both columns, and the index that finds the slots taken."""
    op.execute("ALTER TABLE post_targets ADD COLUMN slot_at timestamptz")
    op.execute("ALTER TABLE accounts ADD COLUMN rests_until timestamptz")
    op.execute(
        "CREATE INDEX post_targets_slots ON post_targets (account_id, slot_at)"
        " WHERE slot_at IS NOT NULL AND state = 'pending'"
    )


def downgrade() -> None:
    """Drops them."""
    op.execute("DROP INDEX post_targets_slots")
    op.execute("ALTER TABLE accounts DROP COLUMN rests_until")
    op.execute("ALTER TABLE post_targets DROP COLUMN slot_at")
