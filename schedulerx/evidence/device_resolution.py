"""Devices out of sightings: equal IMEI, serial number or MAC address is one device.

The rules, so that a result can be explained:
1. IMEIs are compared by their first 14 digits; those with a wrong check digit are dropped.
2. A MAC address made up by software (locally administered) names nobody's device for long: it
   neither merges nor is kept.
3. An IMSI is a SIM card, which moves: it never merges two devices. Seen without any other
   identifier it belongs to the one device it was seen in; where it was in several, nobody can
   tell which it was; where it was in none, it stands for the device unknown.
4. A label alone ("Apple iPhone 4") names a model, not a device.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from schedulerx.evidence.clusters import Clusters
from schedulerx.evidence.devices import (
    is_randomised_mac,
    normalise_imei,
    normalise_imsi,
    normalise_mac,
    normalise_serial,
)
from schedulerx.model.event import DeviceMention
from schedulerx.model.evidence import Device, DeviceSighting

_NAMESPACE = uuid5(NAMESPACE_URL, "schedulerx:device")


def hardware_keys(mention: DeviceMention) -> tuple[str, ...]:
    """What names a device without doubt, IMEI first."""
    imei = normalise_imei(mention.imei or "")
    serial = normalise_serial(mention.serial or "")
    mac = normalise_mac(mention.mac or "")
    keys = (
        f"imei:{imei[:14]}" if imei else None,
        f"serial:{serial}" if serial else None,
        f"mac:{mac}" if mac and not is_randomised_mac(mac) else None,
    )
    return tuple(key for key in keys if key is not None)


@dataclass
class _Gathered:
    """What was seen of one device, and how often."""

    keys: set[str] = field(default_factory=set)
    imsis: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    phones: set[str] = field(default_factory=set)

    def add(self, mention: DeviceMention, times: int) -> None:
        self.keys.update(hardware_keys(mention))
        imsi = normalise_imsi(mention.imsi or "")
        if imsi:
            self.imsis[imsi] += times
        if mention.label:
            self.labels[mention.label] += times
        if mention.phone_number:
            self.phones.add(mention.phone_number)


class DeviceResolution:
    """Which mentions are one device. The order of the sightings changes nothing."""

    def __init__(self, sightings: Iterable[DeviceSighting]) -> None:
        self._mentions = Counter(sighting.device for sighting in sightings)
        self._clusters = Clusters()
        for mention in self._mentions:
            keys = hardware_keys(mention)
            if keys:
                self._clusters.join(keys)
        self._homes = self._sim_homes()

    def _sim_homes(self) -> dict[str, set[str]]:
        """The devices each SIM card was seen in, by IMSI."""
        homes: dict[str, set[str]] = defaultdict(set)
        for mention in self._mentions:
            keys = hardware_keys(mention)
            imsi = normalise_imsi(mention.imsi or "")
            if keys and imsi:
                homes[imsi].add(self._clusters.leader(keys[0]))
        return homes

    def _leader(self, mention: DeviceMention) -> str | None:
        keys = hardware_keys(mention)
        if keys:
            return self._clusters.leader(keys[0])
        imsi = normalise_imsi(mention.imsi or "")
        home = self._homes.get(imsi, set()) if imsi else set()
        if home:
            return next(iter(home)) if len(home) == 1 else None
        return f"imsi:{imsi}" if imsi else None

    def device_id(self, mention: DeviceMention) -> str | None:
        """The id of the device a mention is; None where it names none."""
        leader = self._leader(mention)
        return _device_id(leader) if leader else None

    def devices(self) -> list[Device]:
        """The devices, by id."""
        gathered: dict[str, _Gathered] = defaultdict(_Gathered)
        for mention, times in self._mentions.items():
            leader = self._leader(mention)
            if leader is not None:
                gathered[leader].add(mention, times)
        devices = (_device(leader, seen) for leader, seen in gathered.items())
        return sorted(devices, key=lambda device: device.device_id)


def clean(sightings: Iterable[DeviceSighting]) -> list[Device]:
    """The devices these sightings show, by id."""
    return DeviceResolution(sightings).devices()


def _device_id(leader: str) -> str:
    return str(uuid5(_NAMESPACE, leader))


def _most(counts: Counter[str]) -> str | None:
    """The most frequent; of equals the smallest."""
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def _device(leader: str, seen: _Gathered) -> Device:
    def smallest(kind: str) -> str | None:
        values = (key.removeprefix(kind) for key in seen.keys if key.startswith(kind))
        return min(values, default=None)

    imei = smallest("imei:")
    return Device(
        device_id=_device_id(leader),
        imei=normalise_imei(imei) if imei else None,
        imsi=_most(seen.imsis),
        serial=smallest("serial:"),
        mac=smallest("mac:"),
        phone_numbers=tuple(sorted(seen.phones)),
        label=_most(seen.labels),
    )
