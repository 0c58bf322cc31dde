"""In which file of a source an object lies, where it is no file of the source itself."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

COLUMNS = """
ALTER TABLE objects ADD COLUMN container_id uuid;
COMMENT ON COLUMN objects.container_id IS 'of the archive or mail that came, whatever the depth';
ALTER TABLE locations ADD COLUMN container_id uuid;
CREATE INDEX locations_container ON locations (container_id) WHERE container_id IS NOT NULL;
"""


def upgrade() -> None:
    """Adds the columns."""
    op.execute(COLUMNS)


def downgrade() -> None:
    """Drops them."""
    op.execute("ALTER TABLE locations DROP container_id; ALTER TABLE objects DROP container_id")
