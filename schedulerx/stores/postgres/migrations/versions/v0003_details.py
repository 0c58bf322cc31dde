"""What else is known of a picture or a recording, beside what has a column of its own."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

COLUMNS = """
ALTER TABLE objects ADD COLUMN details jsonb;
COMMENT ON COLUMN objects.details IS 'the description without what has a column, by its names';
"""


def upgrade() -> None:
    """Adds the column."""
    op.execute(COLUMNS)


def downgrade() -> None:
    """Drops it."""
    op.execute("ALTER TABLE objects DROP details")
