"""Devices that settings, backups and graphs name, as events: a device listed."""

from __future__ import annotations

import re
from itertools import zip_longest

from schedulerx.evidence.devices import digits_of, normalise_iccid, normalise_mac
from schedulerx.evidence.identities import looks_like_phone, normalise_phone
from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.model.event import Actor, DeviceMention, Event, EventKind
from schedulerx.model.phone import ListedDevice

_NUMBER = re.compile(r"\d[\d\s./-]{4,30}")


def listed_device_event(
    maker: EventMaker, device: ListedDevice, extractor: str, owner: Actor | None = None
) -> Event | None:
    """The device as listed, when it was last seen where that is told; None where nothing of what
    names it is an identifier.
    """
    mentions = _mentions(device, maker.region)
    if not mentions:
        return None
    first = mentions[0]
    named = first.imei or first.serial or first.mac or first.imsi or first.iccid
    what = f"{device.label or 'Device'} {named or first.phone_number}"
    return maker.event(
        EventKind.DEVICE_LISTED,
        Place(extractor, f"device {device.place}", field=_way(device)),
        start=device.seen,
        actors=(owner,) if owner else (),
        devices=mentions,
        summary=what,
    )


def _way(device: ListedDevice) -> str | None:
    """The way in the file to what the device is read from, or to its time where it has one."""
    return "/".join(filter(None, (device.place, device.field))) or None


def _numbers(written: tuple[str, ...]) -> tuple[str, ...]:
    """Digits, of what is written in digits alone: masked identifiers name nothing."""
    return tuple(digits_of(each) for each in written if _NUMBER.fullmatch(each))


def _mentions(device: ListedDevice, region: str) -> tuple[DeviceMention, ...]:
    """One mention; further identifiers of a kind as mentions that repeat the first's."""
    imeis, imsis = _numbers(device.imeis), _numbers(device.imsis)
    iccids = tuple(filter(None, map(normalise_iccid, device.iccids)))
    macs = tuple(filter(None, map(normalise_mac, device.macs)))
    written = device.phone_number or ""
    phone = normalise_phone(written, region) if looks_like_phone(written) else None
    if not (imeis or imsis or iccids or macs or device.serial or phone):
        return ()
    rows = tuple(zip_longest(imeis, imsis, iccids, macs)) or ((None, None, None, None),)
    return tuple(
        DeviceMention(
            imei=imei or (imeis[0] if imeis else None),
            imsi=imsi,
            iccid=iccid,
            serial=device.serial,
            mac=mac,
            phone_number=phone,
            label=device.label if place == 0 else None,
        )
        for place, (imei, imsi, iccid, mac) in enumerate(rows)
    )
