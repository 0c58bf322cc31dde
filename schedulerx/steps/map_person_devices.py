"""Which person has which device, and the evidence for it."""

from __future__ import annotations

from schedulerx.evidence.device_resolution import DeviceResolution
from schedulerx.evidence.person_devices import link
from schedulerx.model.work import RunWork


def run(work: RunWork) -> dict[str, int]:
    """Makes the table of links what the events say; how many there are and what changed.

    The sightings are read twice: to know the devices, then to weigh who was seen with them.
    """
    evidence = work.evidence
    known = {device.device_id for device in evidence.devices()}
    found = link(
        evidence.persons(),
        DeviceResolution(evidence.device_sightings()),
        evidence.device_sightings(),
    )
    links = [each for each in found if each.device_id in known]
    changes = evidence.save_person_devices(links)
    return {
        "links": len(links),
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
    }
