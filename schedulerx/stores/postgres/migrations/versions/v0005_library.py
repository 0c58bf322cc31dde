"""The photo library's ledger: an item a row, whatever the phases know of it as JSON."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE TABLE library_items (
    library uuid NOT NULL,
    item_id uuid NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    place uuid NOT NULL,
    version text NOT NULL,
    name_key text,
    settled text,
    look bytea,
    look_hashes bigint[],
    item jsonb NOT NULL,
    sha256 text GENERATED ALWAYS AS (item #>> '{original,sha256}') STORED,
    original text GENERATED ALWAYS AS (item #>> '{original,path}') STORED,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (library, item_id)
);
CREATE INDEX library_items_position ON library_items (library, position);
CREATE INDEX library_items_place ON library_items (library, place);
CREATE INDEX library_items_original ON library_items (library, md5(original));
CREATE INDEX library_items_name ON library_items (library, name_key) WHERE name_key IS NOT NULL;
COMMENT ON COLUMN library_items.position IS 'the order items came in: of equal files, the first is the original';
COMMENT ON COLUMN library_items.place IS 'digest of source and path';
COMMENT ON COLUMN library_items.version IS 'as the source tells it: another one, other bytes';
COMMENT ON COLUMN library_items.name_key IS 'the ready file''s name, case folded: unique on every file system';
COMMENT ON COLUMN library_items.settled IS 'the configuration under which the item is through every phase';
"""  # noqa: E501  (a comment a line)


def upgrade() -> None:
    """Makes the table."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops it: the files stay, and a run over them knows them by their content again."""
    op.execute("DROP TABLE library_items")
