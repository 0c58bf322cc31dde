"""Persons out of everybody the events name."""

from __future__ import annotations

from schedulerx.model.work import RunWork


def run(work: RunWork) -> dict[str, int]:
    """Makes the table of persons what the events say; how many there are and what changed."""
    changes = work.evidence.resolve_persons()
    return {
        "persons": changes.total,
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
    }
