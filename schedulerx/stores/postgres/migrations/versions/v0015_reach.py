"""What a change reaches: events that were tied to others, and persons and devices whose links are
to be counted anew.
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"

TABLES = """
-- Marks and events that an event was tied by or to which changed or went: they are grouped anew.
CREATE TABLE parted_marks (rule text COLLATE "C" NOT NULL, mark uuid NOT NULL);
CREATE TABLE parted_events (event_id uuid NOT NULL);
CREATE FUNCTION note_parted_mark() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO parted_marks (rule, mark) VALUES (OLD.rule, OLD.mark);
    RETURN NULL;
END $$;
CREATE FUNCTION note_parted_pair() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO parted_events (event_id) VALUES (OLD.event_id), (OLD.other_id);
    RETURN NULL;
END $$;
CREATE TRIGGER event_marks_deleted AFTER DELETE ON event_marks
    FOR EACH ROW EXECUTE FUNCTION note_parted_mark();
CREATE TRIGGER event_pairs_deleted AFTER DELETE ON event_pairs
    FOR EACH ROW EXECUTE FUNCTION note_parted_pair();

-- Calls by time, five seconds a step.
DROP INDEX events_time;
CREATE INDEX events_call_bucket ON events ((floor(extract(epoch FROM start_sort) / 5)::bigint))
    WHERE kind = 'call';

-- Persons and devices whose links are counted anew.
CREATE TABLE stale_entities (entity_id text COLLATE "C" NOT NULL);

-- Marks are made anew: calls have some now, and of mails without an id the body counts.
INSERT INTO changed_objects (topic, object_id)
    SELECT DISTINCT 'happenings', object_id FROM events;
INSERT INTO stale_entities SELECT person_id FROM persons;
"""

BEFORE = """
DROP INDEX events_call_bucket;
CREATE INDEX events_time ON events (kind, start_sort);
DROP TRIGGER event_marks_deleted ON event_marks;
DROP TRIGGER event_pairs_deleted ON event_pairs;
DROP FUNCTION note_parted_mark;
DROP FUNCTION note_parted_pair;
DROP TABLE parted_marks, parted_events, stale_entities;
INSERT INTO changed_objects (topic, object_id)
    SELECT DISTINCT 'happenings', object_id FROM events;
"""


def upgrade() -> None:
    """Makes the tables and the triggers."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them; what is told again is found anew."""
    op.execute(BEFORE)
