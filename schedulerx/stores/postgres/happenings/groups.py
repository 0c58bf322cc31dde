"""Marks and pairs as happenings: what a change reaches is grouped anew."""

from __future__ import annotations

from schedulerx.model.evidence import TableChanges
from schedulerx.stores.postgres.components import label
from schedulerx.stores.postgres.connect import Connection
from schedulerx.stores.postgres.happenings.marks import COARSE
from schedulerx.stores.postgres.staging import analyze, count, merge, stage

# What is sent is noted at the other end seconds later; a mail in a queue days later.
_MESSAGE_APART, _MAIL_APART = "10 s", "3 days"

_TOLD_AGAIN = ("event_id", "happening_id", "confidence", "reason")

# The events of changed objects, and those that were tied to events that changed or went.
_REACHED = """
CREATE TEMP TABLE reached (event_id uuid PRIMARY KEY, round integer NOT NULL) ON COMMIT DROP
"""
_CHANGED = """
INSERT INTO reached SELECT e.event_id, 0 FROM events e JOIN changed USING (object_id)
"""
_PARTED = """
WITH marks AS (DELETE FROM parted_marks RETURNING rule, mark),
     events AS (DELETE FROM parted_events RETURNING event_id)
INSERT INTO reached
SELECT event_id, 0 FROM event_marks
JOIN (SELECT DISTINCT rule, mark FROM marks) m USING (rule, mark)
UNION SELECT event_id, 0 FROM events
ON CONFLICT DO NOTHING
"""
_MORE = """
INSERT INTO reached
SELECT DISTINCT t.event_id, %(round)s + 1
FROM (
    SELECT o.event_id FROM reached r JOIN event_marks m USING (event_id)
    JOIN event_marks o ON o.mark = m.mark AND o.rule = m.rule WHERE r.round = %(round)s
    UNION ALL
    SELECT p.other_id FROM reached r JOIN event_pairs p USING (event_id)
    WHERE r.round = %(round)s
    UNION ALL
    SELECT p.event_id FROM reached r JOIN event_pairs p ON p.other_id = r.event_id
    WHERE r.round = %(round)s
) t
WHERE NOT EXISTS (SELECT FROM reached r WHERE r.event_id = t.event_id)
"""
# By rules whose marks are less than exact those that follow each other closely enough: messages
# that are known to the second are one within the seconds that a network takes, and a mail's id that
# is used again days later is no sign of the same mail.
_EDGES = f"""
CREATE TEMP TABLE edges ON COMMIT DROP AS
SELECT m.event_id AS a, f.first AS b
FROM (SELECT rule, mark, min(event_id::text)::uuid AS first
      FROM event_marks JOIN reached USING (event_id)
      WHERE rule NOT IN ('minute', 'mail')
      GROUP BY rule, mark HAVING count(*) > 1) f
JOIN event_marks m USING (rule, mark) WHERE m.event_id <> f.first
UNION
SELECT a, b FROM (
    SELECT m.rule, m.event_id AS a, lag(m.event_id) OVER near AS b,
           e.start_sort - lag(e.start_sort) OVER near AS apart,
           {COARSE} OR lag({COARSE}) OVER near AS coarse
    FROM event_marks m JOIN reached USING (event_id) JOIN events e USING (event_id)
    WHERE m.rule IN ('minute', 'mail')
    WINDOW near AS (PARTITION BY m.rule, m.mark ORDER BY e.start_sort, m.event_id)
) n
WHERE b IS NOT NULL AND (apart IS NULL OR apart <= CASE
    WHEN rule = 'mail' THEN interval '{_MAIL_APART}'
    WHEN coarse THEN interval '1 minute' ELSE interval '{_MESSAGE_APART}' END)
UNION
SELECT event_id, other_id FROM event_pairs JOIN reached USING (event_id)
"""  # noqa: S608  (constants)

# The one that tells most is shown; of equals the first by time and words, however files are called.
# A file tells a happening once: its further events in one group (three logs whose clocks run
# apart) stay by themselves.
_GROUPED = """
CREATE TEMP TABLE told ON COMMIT DROP AS
WITH told AS (
    SELECT l.node AS event_id, l.label, e.object_id, o.path, e.uid, e.start_sort, e.summary,
           row_number() OVER (PARTITION BY l.label, e.object_id
                              ORDER BY e.start_sort, e.event_id) AS nth,
           (SELECT count(*) FROM jsonb_array_elements(e.actors) a
            CROSS JOIN jsonb_object_keys(a)) AS tells
    FROM labels l JOIN events e ON e.event_id = l.node JOIN objects o USING (object_id)
), ranked AS (
    SELECT event_id, uid, first_value(event_id) OVER (
        PARTITION BY label ORDER BY tells DESC, start_sort, summary COLLATE "C", path, event_id
    ) AS happening_id
    FROM told WHERE nth = 1
)
SELECT event_id, happening_id, uid FROM ranked WHERE event_id <> happening_id
"""
# Of an event's pairs the one with the event shown, else the surest.
_PAIRED = """
CREATE TEMP TABLE paired ON COMMIT DROP AS
SELECT DISTINCT ON (event_id) event_id, confidence, reason
FROM (
    SELECT t.event_id, t.happening_id, p.event_id AS one, p.other_id, p.confidence, p.reason
    FROM told t JOIN event_pairs p ON p.event_id = t.event_id
    UNION ALL
    SELECT t.event_id, t.happening_id, p.event_id, p.other_id, p.confidence, p.reason
    FROM told t JOIN event_pairs p ON p.other_id = t.event_id
) p
ORDER BY event_id, (happening_id IN (one, other_id)) DESC, confidence DESC, one, other_id
"""
_MARKED = """
CREATE TEMP TABLE marked ON COMMIT DROP AS
SELECT m.event_id, min(m.rule) AS rule
FROM told t JOIN event_marks m USING (event_id)
WHERE EXISTS (SELECT FROM event_marks o
              WHERE o.mark = m.mark AND o.rule = m.rule AND o.event_id <> m.event_id)
GROUP BY 1
"""
_STAGED = """
INSERT INTO staged_told_again (event_id, happening_id, confidence, reason)
SELECT t.event_id, t.happening_id,
       coalesce(p.confidence, CASE m.rule WHEN 'minute' THEN 0.95 ELSE 0.99 END),
       coalesce(p.reason, CASE m.rule
    WHEN 'bytes' THEN 'The same bytes, read at the same place'
    WHEN 'call' THEN 'The same call: equal time, numbers and length'
    WHEN 'mail' THEN 'The same mail: '
        || coalesce('Message-ID ' || t.uid, 'equal time, sender, recipients, subject and text')
    WHEN 'message' THEN 'The same message: equal time, sender and text'
    WHEN 'minute' THEN 'The same message: equal minute, sender, recipients and text'
    ELSE 'The same appointment: equal '
        || coalesce('UID ' || t.uid || ' and start', 'times and title') END)
FROM told t LEFT JOIN paired p USING (event_id) LEFT JOIN marked m USING (event_id)
"""
_PART = """
DELETE FROM told_again t USING reached r
WHERE t.event_id = r.event_id
  AND NOT EXISTS (SELECT FROM staged_told_again s WHERE s.event_id = t.event_id)
"""


def group(connection: Connection) -> TableChanges:
    """Makes `told_again` say what marks and pairs say, as far as a change reaches."""
    _reach(connection)
    connection.execute(_EDGES)
    label(connection)
    for statement, table in ((_GROUPED, "told"), (_PAIRED, "paired"), (_MARKED, "marked")):
        connection.execute(statement)
        analyze(connection, table)
    staged = stage(connection, "told_again", _TOLD_AGAIN)
    connection.execute(_STAGED)
    analyze(connection, staged)
    removed = connection.execute(_PART).rowcount
    added, changed = merge(connection, "told_again", _TOLD_AGAIN, ("event_id",))
    total = count(connection, "told_again")
    return TableChanges(added=added, changed=changed, removed=removed, total=total)


def _reach(connection: Connection) -> None:
    """Makes `reached`: every event that may belong to another happening than before."""
    for statement in (_REACHED, _CHANGED, _PARTED):
        connection.execute(statement)
    analyze(connection, "reached")
    steps = 0
    while connection.execute(_MORE, {"round": steps}).rowcount:
        steps += 1
    analyze(connection, "reached")
