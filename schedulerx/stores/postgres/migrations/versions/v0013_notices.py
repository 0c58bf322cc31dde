"""Which events of posts people were told."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"

TABLE = """
CREATE TABLE post_notices (
    channel text NOT NULL,
    change_id bigint NOT NULL REFERENCES post_changes ON DELETE CASCADE,
    state text NOT NULL CHECK (state IN ('sending', 'told', 'waiting', 'lost')),
    at timestamptz NOT NULL,
    PRIMARY KEY (channel, change_id)
);
CREATE INDEX post_notices_waiting ON post_notices (channel, at) WHERE state = 'waiting';
CREATE INDEX post_targets_entered ON post_targets (changed_at)
    WHERE state IN ('failed', 'unknown', 'posted');
COMMENT ON TABLE post_notices IS 'events that were told, each once at most';
COMMENT ON COLUMN post_notices.at IS 'when it was marked; of one that waits, until when';
"""


def upgrade() -> None:
    """Makes the table, and the index by which events are found."""
    op.execute(TABLE)


def downgrade() -> None:
    """Drops both."""
    op.execute("DROP INDEX post_targets_entered")
    op.execute("DROP TABLE post_notices")
