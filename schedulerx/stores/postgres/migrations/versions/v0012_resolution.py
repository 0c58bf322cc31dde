"""Who is mentioned where, what joins identities, what became of them, and what people decided."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"

TABLES = """
-- What recognises somebody or something: a number, an address, a handle, a name; an IMEI, a MAC.
CREATE TABLE identities (
    identity_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    realm text COLLATE "C" NOT NULL CHECK (realm IN ('person', 'device')),
    key text COLLATE "C" NOT NULL,
    is_weak boolean NOT NULL,
    is_whole boolean NOT NULL DEFAULT false,
    cuts text[] COLLATE "C" NOT NULL DEFAULT '{}',
    shared text,
    cluster bigint,
    entity_id text COLLATE "C",
    UNIQUE (realm, key)
);
COMMENT ON COLUMN identities.is_weak IS 'a name, an IMSI: joins nothing, is placed by the others';
COMMENT ON COLUMN identities.cuts IS 'the keys of abbreviated forms of a name';
COMMENT ON COLUMN identities.shared IS 'why it joins nobody';
CREATE INDEX identities_cuts ON identities USING gin (cuts);
CREATE INDEX identities_cluster ON identities (cluster);
CREATE INDEX identities_entity ON identities (entity_id);

-- Each distinct way in which events mention somebody or a device.
CREATE TABLE facts (
    fact_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    realm text COLLATE "C" NOT NULL,
    digest uuid NOT NULL UNIQUE,
    content jsonb NOT NULL
);
CREATE TABLE fact_identities (
    fact_id bigint REFERENCES facts ON DELETE CASCADE,
    identity_id bigint REFERENCES identities ON DELETE CASCADE,
    is_weak boolean NOT NULL,
    PRIMARY KEY (fact_id, identity_id)
);
CREATE INDEX fact_identities_identity ON fact_identities (identity_id);

-- No reference to objects: what a removed object said must be known until it is taken back.
CREATE TABLE mentions (
    object_id uuid,
    fact_id bigint REFERENCES facts ON DELETE CASCADE,
    events bigint NOT NULL,
    first_event uuid NOT NULL,
    first_at timestamp,
    PRIMARY KEY (object_id, fact_id)
);
CREATE INDEX mentions_fact ON mentions (fact_id);

-- Somebody's identity seen with a device, by ground: owner, calls, number.
CREATE TABLE carriers (
    object_id uuid,
    fact_id bigint REFERENCES facts ON DELETE CASCADE,
    identity_id bigint REFERENCES identities ON DELETE CASCADE,
    ground text COLLATE "C",
    events bigint NOT NULL,
    event_ids uuid[] NOT NULL,
    first_at timestamp,
    last_at timestamp,
    is_open boolean NOT NULL,
    PRIMARY KEY (object_id, fact_id, identity_id, ground)
);
CREATE INDEX carriers_fact ON carriers (fact_id);
CREATE INDEX carriers_identity ON carriers (identity_id);

CREATE TABLE touched_identities (identity_id bigint NOT NULL);

-- Every join, and every placing of a name. The events show it; `blocked` says what forbade it.
CREATE TABLE joins (
    realm text COLLATE "C" NOT NULL,
    identity_id bigint REFERENCES identities ON DELETE CASCADE,
    other_id bigint REFERENCES identities ON DELETE CASCADE,
    rule text COLLATE "C",
    confidence double precision NOT NULL,
    events bigint NOT NULL,
    event_ids uuid[] NOT NULL,
    is_blocked boolean NOT NULL DEFAULT false,
    PRIMARY KEY (identity_id, other_id, rule)
);
CREATE INDEX joins_other ON joins (other_id);
CREATE INDEX joins_blocked ON joins (identity_id) WHERE is_blocked;

-- Every person and device there ever was: ids stay, and lead on where two became one.
CREATE SEQUENCE births;
CREATE TABLE entities (
    entity_id text COLLATE "C" PRIMARY KEY,
    realm text COLLATE "C" NOT NULL,
    anchor text COLLATE "C" NOT NULL,
    born bigint NOT NULL,
    is_live boolean NOT NULL,
    merged_into text COLLATE "C"
);
CREATE INDEX entities_merged ON entities (merged_into) WHERE merged_into IS NOT NULL;

-- By hand. Identities are named by their keys, so that a decision outlives what it decides about.
CREATE TABLE decisions (
    decision_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    realm text COLLATE "C" NOT NULL,
    verdict text COLLATE "C" NOT NULL CHECK (verdict IN ('join', 'forbid')),
    keys text[] COLLATE "C" NOT NULL,
    others text[] COLLATE "C" NOT NULL,
    reason text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    undone_at timestamptz
);
COMMENT ON TABLE decisions IS
    'join: keys[1] and others[1] are one; forbid: no key is one with any of others';

ALTER TABLE person_devices ADD COLUMN seen_from text COLLATE "C";
ALTER TABLE person_devices ADD COLUMN seen_to text COLLATE "C";

-- The one that a mention is: by what joins, else by what many share, else by what was placed.
CREATE VIEW fact_entities AS
SELECT DISTINCT ON (f.fact_id) f.fact_id, i.realm, i.entity_id, i.cluster
FROM fact_identities f JOIN identities i USING (identity_id)
WHERE i.entity_id IS NOT NULL
  AND (NOT i.is_weak OR NOT EXISTS (
      SELECT FROM fact_identities s WHERE s.fact_id = f.fact_id AND NOT s.is_weak))
ORDER BY f.fact_id, i.is_weak, i.shared IS NOT NULL, i.key;
"""

BEFORE = """
DROP VIEW fact_entities;
ALTER TABLE person_devices DROP COLUMN seen_from, DROP COLUMN seen_to;
DROP TABLE decisions, entities, joins, touched_identities, carriers, mentions, fact_identities,
    facts, identities;
DROP SEQUENCE births;
INSERT INTO changed_objects (topic, object_id)
    SELECT DISTINCT 'identities', object_id FROM events;
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them; what they were made from is noted as changed."""
    op.execute(BEFORE)
