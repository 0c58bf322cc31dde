"""Paths of any length: where an object lies is known by a digest, since an index has no room for
names that archives and deep folders may hold.
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"

TABLES = """
CREATE FUNCTION place_key(location text, path text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT sha256(convert_to(length(location) || ':' || location || path, 'UTF8')) $$;
ALTER TABLE locations DROP CONSTRAINT locations_pkey,
    ALTER location SET NOT NULL, ALTER path SET NOT NULL;
CREATE UNIQUE INDEX locations_place ON locations (place_key(location, path));
"""

BEFORE = """
DROP INDEX locations_place;
ALTER TABLE locations ADD PRIMARY KEY (location, path);
DROP FUNCTION place_key;
"""


def upgrade() -> None:
    """Makes the function and the index."""
    op.execute(TABLES)


def downgrade() -> None:
    """Brings the key back; it fails where a path is longer than an index takes."""
    op.execute(BEFORE)
