"""Of an owner's device the mention that names the owner: whose it is may change with what is known
of the mention's numbers and addresses.
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"

TABLES = """
ALTER TABLE carriers ADD COLUMN holder_id bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN carriers.holder_id IS 'the mention of the owner; 0 where a number tells';
ALTER TABLE carriers DROP CONSTRAINT carriers_pkey,
    ADD PRIMARY KEY (object_id, fact_id, identity_id, holder_id, ground);
CREATE INDEX carriers_holder ON carriers (holder_id) WHERE holder_id <> 0;

-- Every identity of somebody that was seen with a device.
CREATE VIEW device_users AS
SELECT fact_id, identity_id, event_ids[1] AS event_id FROM carriers
UNION ALL
SELECT c.fact_id, f.identity_id, c.event_ids[1]
FROM carriers c JOIN fact_identities f ON f.fact_id = c.holder_id AND NOT f.is_weak
WHERE c.holder_id <> 0;

-- Names are asked for right after they are written: a list of what is pending is slow to read.
ALTER INDEX identities_cuts SET (fastupdate = off);

INSERT INTO changed_objects (topic, object_id)
    SELECT DISTINCT 'identities', object_id FROM events;
"""

BEFORE = """
DROP VIEW device_users;
ALTER INDEX identities_cuts RESET (fastupdate);
DELETE FROM carriers;
ALTER TABLE carriers DROP CONSTRAINT carriers_pkey,
    ADD PRIMARY KEY (object_id, fact_id, identity_id, ground);
ALTER TABLE carriers DROP COLUMN holder_id;
INSERT INTO changed_objects (topic, object_id)
    SELECT DISTINCT 'identities', object_id FROM events;
"""


def upgrade() -> None:
    """Makes the column and the view; what was seen with devices is told anew."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    op.execute(BEFORE)
