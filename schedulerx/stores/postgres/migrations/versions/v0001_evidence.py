"""Objects, events, persons, devices, and what links them."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

# "C" sorts by bytes, as paths are sorted everywhere else.
TABLES = """
CREATE TABLE instance (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    generation bigint NOT NULL DEFAULT 0
);
COMMENT ON COLUMN instance.generation IS 'one more after every upload that changed something';
INSERT INTO instance DEFAULT VALUES;

CREATE TABLE objects (
    object_id uuid PRIMARY KEY,
    source text NOT NULL,
    path text COLLATE "C" NOT NULL,
    raw_path text COLLATE "C",
    etag text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C",
    media_type text COLLATE "C",
    bytes bigint NOT NULL,
    status text COLLATE "C" NOT NULL,
    reason_code text COLLATE "C",
    reason text,
    width bigint,
    height bigint,
    orientation integer,
    pages bigint,
    has_text_layer boolean,
    duration_s double precision,
    captured_at text COLLATE "C",
    camera_make text,
    camera_model text,
    lat double precision,
    lon double precision,
    text text,
    text_key text COLLATE "C",
    duplicate_of uuid REFERENCES objects ON DELETE SET NULL,
    near_duplicate_of uuid REFERENCES objects ON DELETE SET NULL
);
CREATE INDEX objects_sha256 ON objects (sha256);
-- For ON DELETE SET NULL, which else reads the whole table for each row deleted.
CREATE INDEX objects_duplicate ON objects (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX objects_near ON objects (near_duplicate_of) WHERE near_duplicate_of IS NOT NULL;

-- Which object lies at a path of a source now. An object that lies nowhere any more is superseded.
CREATE TABLE locations (
    location text COLLATE "C",
    path text COLLATE "C",
    object_id uuid NOT NULL REFERENCES objects ON DELETE CASCADE,
    PRIMARY KEY (location, path)
);
CREATE INDEX locations_object ON locations (object_id);

CREATE TABLE events (
    event_id uuid PRIMARY KEY,
    object_id uuid NOT NULL REFERENCES objects ON DELETE CASCADE,
    kind text COLLATE "C" NOT NULL,
    start_at text COLLATE "C",
    end_at text COLLATE "C",
    start_sort timestamp,
    actors jsonb NOT NULL,
    devices jsonb NOT NULL,
    summary text NOT NULL,
    provenance jsonb NOT NULL
);
COMMENT ON COLUMN events.start_sort IS 'UTC where start_at has an offset, else as written';
CREATE INDEX events_object ON events (object_id);

CREATE TABLE persons (
    person_id text COLLATE "C" PRIMARY KEY,
    names text[] NOT NULL,
    phones text[] NOT NULL,
    emails text[] NOT NULL,
    handles text[] NOT NULL
);

CREATE TABLE devices (
    device_id text COLLATE "C" PRIMARY KEY,
    imei text COLLATE "C",
    imsi text COLLATE "C",
    serial text COLLATE "C",
    mac text COLLATE "C",
    phone_numbers text[] NOT NULL,
    label text
);

CREATE TABLE person_devices (
    person_id text COLLATE "C" REFERENCES persons ON DELETE CASCADE,
    device_id text COLLATE "C" REFERENCES devices ON DELETE CASCADE,
    confidence double precision NOT NULL,
    evidence text[] NOT NULL,
    PRIMARY KEY (person_id, device_id)
);
CREATE INDEX person_devices_device ON person_devices (device_id);
"""


def upgrade() -> None:
    """Creates the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them, with everything in them."""
    op.execute("DROP TABLE person_devices, devices, persons, events, locations, objects, instance")
