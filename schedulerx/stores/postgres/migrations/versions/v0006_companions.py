"""Files that are parts of one picture, what sidecars complete, and what is told twice."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE TABLE companions (
    object_id uuid PRIMARY KEY REFERENCES objects ON DELETE CASCADE,
    companion_of uuid NOT NULL REFERENCES objects ON DELETE CASCADE,
    kind text COLLATE "C" NOT NULL,
    CHECK (object_id <> companion_of)
);
CREATE INDEX companions_of ON companions (companion_of);
COMMENT ON COLUMN companions.kind IS 'live_photo, raw_pair, edit or sidecar';

-- What the sidecars of an object tell, the first by path that tells it.
CREATE VIEW completions AS
SELECT k.companion_of AS object_id,
       (array_agg(jsonb_build_object(
            'captured_at', s.captured_at,
            'captured_from', concat_ws(' in ', s.details ->> 'captured_from', s.path)
        ) ORDER BY s.path) FILTER (WHERE s.captured_at IS NOT NULL))[1] AS taken,
       (array_agg(jsonb_strip_nulls(jsonb_build_object(
            'gps', jsonb_build_array(s.lat, s.lon),
            'gps_from', concat_ws(' in ', s.details ->> 'gps_from', s.path),
            'altitude_m', s.details -> 'altitude_m'
        )) ORDER BY s.path) FILTER (WHERE s.lat IS NOT NULL))[1] AS place,
       (array_agg(s.details - ARRAY['captured_from', 'zone_from', 'gps_from', 'altitude_m',
            'describes', 'created_at', 'content_identifier', 'frames', 'software',
            'colour_profile']
        ORDER BY s.path) FILTER (WHERE s.details IS NOT NULL))[1] AS words
FROM companions k JOIN objects s ON s.object_id = k.object_id
WHERE k.kind = 'sidecar' AND s.media_type NOT LIKE 'image/%'
GROUP BY k.companion_of;

-- One picture taken is one happening, in however many files it is told.
CREATE VIEW happenings AS
SELECT e.event_id, e.object_id, e.kind, e.start_at, e.end_at, e.start_sort, e.actors, e.devices,
       e.summary, e.provenance
FROM events e
WHERE e.kind NOT IN ('photo_taken', 'video_taken') OR NOT EXISTS (
    SELECT FROM companions c JOIN events w ON w.object_id = c.companion_of
    WHERE c.object_id = e.object_id AND w.kind IN ('photo_taken', 'video_taken')
);
"""


def upgrade() -> None:
    """Makes the table and the views."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    op.execute("DROP VIEW happenings")
    op.execute("DROP VIEW completions")
    op.execute("DROP TABLE companions")
