"""When a recurring post's first was due: what its rule counts from."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds the column, and the index that tells what follows a post."""
    op.execute("ALTER TABLE scheduled_posts ADD COLUMN series_start timestamptz")
    op.execute("CREATE INDEX scheduled_posts_series ON scheduled_posts (series_id, due_at)")


def downgrade() -> None:
    """Drops both."""
    op.execute("DROP INDEX scheduled_posts_series")
    op.execute("ALTER TABLE scheduled_posts DROP COLUMN series_start")
