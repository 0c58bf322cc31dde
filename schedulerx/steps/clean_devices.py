"""Devices out of every identifier the events name: checked, and merged."""

from __future__ import annotations

from schedulerx.model.work import RunWork


def run(work: RunWork) -> dict[str, int]:
    """Makes the table of devices what the events say; how many there are and what changed."""
    changes = work.evidence.resolve_devices()
    return {
        "devices": changes.total,
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
    }
