"""Persons out of everybody the events name."""

from __future__ import annotations

from schedulerx.evidence.persons import resolve
from schedulerx.model.work import RunWork


def run(work: RunWork) -> dict[str, int]:
    """Makes the table of persons what the events say; how many there are and what changed."""
    persons = resolve(work.evidence.actor_mentions())
    changes = work.evidence.save_persons(persons)
    return {
        "persons": len(persons),
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
    }
