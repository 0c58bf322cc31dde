"""What few events have: the precision of the time, a zone, a place, an amount, a doubt."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

COLUMN = """
ALTER TABLE events ADD COLUMN details jsonb;
COMMENT ON COLUMN events.details IS 'precision, zone, location, amount, doubt, where told';
"""
# As revision 0006 has it, and the new column.
VIEW = """
CREATE OR REPLACE VIEW happenings AS
SELECT e.event_id, e.object_id, e.kind, e.start_at, e.end_at, e.start_sort, e.actors, e.devices,
       e.summary, e.provenance{details}
FROM events e
WHERE e.kind NOT IN ('photo_taken', 'video_taken') OR NOT EXISTS (
    SELECT FROM companions c JOIN events w ON w.object_id = c.companion_of
    WHERE c.object_id = e.object_id AND w.kind IN ('photo_taken', 'video_taken')
);
"""


def upgrade() -> None:
    """Adds the column, to the view too."""
    op.execute(COLUMN)
    op.execute(VIEW.format(details=", e.details"))


def downgrade() -> None:
    """Drops it."""
    op.execute("DROP VIEW happenings")
    op.execute(VIEW.format(details=""))
    op.execute("ALTER TABLE events DROP details")
