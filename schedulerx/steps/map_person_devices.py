"""Which person has which device, and the evidence for it."""

from __future__ import annotations

from schedulerx.model.work import RunWork


def run(work: RunWork) -> dict[str, int]:
    """Makes the table of links what the events say; how many there are and what changed."""
    changes = work.evidence.link_persons_and_devices()
    return {
        "links": changes.total,
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
    }
