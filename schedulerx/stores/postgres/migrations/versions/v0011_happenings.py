"""What is told in two sources is one happening, and which objects' events changed."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = """
ALTER TABLE events ADD COLUMN uid text COLLATE "C", ADD COLUMN end_sort timestamp;
COMMENT ON COLUMN events.uid IS 'the same in every source: Message-ID, UID of an appointment';

-- What has changed since each user of this table looked. No row is unique, so that none waits.
CREATE TABLE changed_objects (
    topic text COLLATE "C" NOT NULL,
    object_id uuid NOT NULL
);
CREATE INDEX changed_objects_topic ON changed_objects (topic);
CREATE FUNCTION note_changed_events() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO changed_objects (topic, object_id)
    SELECT topic, object_id FROM (SELECT DISTINCT object_id FROM changed) c
    CROSS JOIN (VALUES ('happenings'), ('identities')) AS t (topic);
    RETURN NULL;
END $$;
CREATE TRIGGER events_inserted AFTER INSERT ON events REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_changed_events();
CREATE TRIGGER events_updated AFTER UPDATE ON events REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_changed_events();
CREATE TRIGGER events_deleted AFTER DELETE ON events REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION note_changed_events();
INSERT INTO changed_objects (topic, object_id)
    SELECT topic, object_id FROM (SELECT DISTINCT object_id FROM events) e
    CROSS JOIN (VALUES ('happenings'), ('identities')) AS t (topic);

-- Events with equal marks are one happening.
CREATE TABLE event_marks (
    event_id uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    rule text COLLATE "C" NOT NULL,
    mark uuid NOT NULL,
    PRIMARY KEY (event_id, rule)
);
CREATE INDEX event_marks_mark ON event_marks (mark, rule);

-- Two calls in two logs that are one, each the nearest of the other's log.
CREATE TABLE event_pairs (
    event_id uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    other_id uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    confidence double precision NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (event_id, other_id),
    CHECK (event_id < other_id)
);
CREATE INDEX event_pairs_other ON event_pairs (other_id);
CREATE INDEX events_time ON events (kind, start_sort);

CREATE TABLE told_again (
    event_id uuid PRIMARY KEY REFERENCES events ON DELETE CASCADE,
    happening_id uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    confidence double precision NOT NULL,
    reason text NOT NULL,
    CHECK (event_id <> happening_id)
);
CREATE INDEX told_again_happening ON told_again (happening_id);

DROP VIEW happenings;
-- Every event that tells again what another tells, with that one; of pictures by their links.
CREATE VIEW tellings AS
SELECT event_id, happening_id, confidence, reason FROM told_again
UNION ALL
SELECT e.event_id, w.event_id, 1.0, 'Parts of one picture (' || c.kind || ')'
FROM companions c
JOIN events e ON e.object_id = c.object_id AND e.kind IN ('photo_taken', 'video_taken')
JOIN events w ON w.object_id = c.companion_of AND w.kind IN ('photo_taken', 'video_taken')
UNION ALL
SELECT e.event_id, w.event_id, coalesce(o.near_score, 1.0),
       CASE WHEN o.duplicate_of IS NULL THEN 'The same picture, taken at the same time'
            ELSE 'The same bytes' END
FROM objects o
JOIN events e ON e.object_id = o.object_id AND e.kind IN ('photo_taken', 'video_taken')
JOIN events w ON w.object_id = coalesce(o.duplicate_of, o.near_duplicate_of)
    AND w.kind = e.kind AND w.start_at = e.start_at
WHERE NOT EXISTS (SELECT FROM companions c WHERE c.object_id IN (o.object_id, w.object_id));

CREATE VIEW happenings AS
SELECT e.event_id, e.object_id, e.kind, e.start_at, e.end_at, e.start_sort, e.actors, e.devices,
       e.summary, e.provenance, e.details
FROM events e WHERE NOT EXISTS (SELECT FROM tellings t WHERE t.event_id = e.event_id);
"""

BEFORE = """
DROP VIEW happenings;
DROP VIEW tellings;
DROP TABLE told_again, event_pairs, event_marks;
DROP TRIGGER events_inserted ON events;
DROP TRIGGER events_updated ON events;
DROP TRIGGER events_deleted ON events;
DROP FUNCTION note_changed_events;
DROP TABLE changed_objects;
DROP INDEX events_time;
ALTER TABLE events DROP COLUMN uid, DROP COLUMN end_sort;
CREATE VIEW happenings AS
SELECT e.event_id, e.object_id, e.kind, e.start_at, e.end_at, e.start_sort, e.actors, e.devices,
       e.summary, e.provenance, e.details
FROM events e
WHERE e.kind NOT IN ('photo_taken', 'video_taken') OR NOT EXISTS (
    SELECT FROM companions c JOIN events w ON w.object_id = c.companion_of
    WHERE c.object_id = e.object_id AND w.kind IN ('photo_taken', 'video_taken')
);
"""


def upgrade() -> None:
    """Makes the tables, the triggers and the views."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them, and brings back the view as it was."""
    op.execute(BEFORE)
