"""Devices out of every identifier the events name: checked, and merged."""

from __future__ import annotations

from schedulerx.evidence.device_resolution import clean
from schedulerx.model.work import RunWork


def run(work: RunWork) -> dict[str, int]:
    """Makes the table of devices what the events say; how many there are and what changed."""
    devices = clean(work.evidence.device_sightings())
    changes = work.evidence.save_devices(devices)
    return {
        "devices": len(devices),
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
    }
