"""What pictures look like, and how alike near-duplicates are."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

COLUMNS = """
ALTER TABLE objects
    ADD COLUMN look bytea,
    ADD COLUMN look_hashes bigint[],
    ADD COLUMN near_score double precision;
COMMENT ON COLUMN objects.look IS '32 x 32 grey levels, upright';
COMMENT ON COLUMN objects.near_score IS 'likeness to near_duplicate_of, up to 1';
"""


def upgrade() -> None:
    """Adds the columns."""
    op.execute(COLUMNS)


def downgrade() -> None:
    """Drops them; the links they led to go as well."""
    op.execute("UPDATE objects SET near_duplicate_of = NULL WHERE near_duplicate_of IS NOT NULL")
    op.execute("ALTER TABLE objects DROP look, DROP look_hashes, DROP near_score")
