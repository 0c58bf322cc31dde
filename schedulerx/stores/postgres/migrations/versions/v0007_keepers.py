"""Larger looks, from all sides; and one keeper of each content, held to by an index."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

COLUMNS = """
ALTER TABLE objects ADD COLUMN look_parts bigint[], ADD COLUMN keeps boolean;
ALTER TABLE library_items ADD COLUMN look_parts bigint[];
UPDATE objects SET look = NULL, look_hashes = NULL WHERE look IS NOT NULL;
UPDATE library_items SET look = NULL, look_hashes = NULL WHERE look IS NOT NULL;
CREATE UNIQUE INDEX objects_keeper ON objects (sha256) WHERE keeps;
COMMENT ON COLUMN objects.look IS 'grey copies of 48 x 48 levels, upright, one after the other';
COMMENT ON COLUMN objects.look_hashes IS 'by which it asks for pictures that look the same';
COMMENT ON COLUMN objects.look_parts IS 'by which, too, it is found';
COMMENT ON COLUMN objects.keeps IS 'true for the one of the objects with these bytes that is kept';
"""


def upgrade() -> None:
    """Adds the columns and the index. Looks of the older size go: the next run makes new ones."""
    op.execute(COLUMNS)


def downgrade() -> None:
    """Drops them, and the looks that the older version cannot read."""
    for table in ("objects", "library_items"):
        op.execute(f"UPDATE {table} SET look = NULL, look_hashes = NULL WHERE look IS NOT NULL")  # noqa: S608  (a constant)
        op.execute(f"ALTER TABLE {table} DROP look_parts")
    op.execute("ALTER TABLE objects DROP keeps")
