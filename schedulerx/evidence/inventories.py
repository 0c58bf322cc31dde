"""Device inventories, and logs that name devices: rows with an IMEI, a serial number, a MAC."""

from __future__ import annotations

from itertools import zip_longest

from schedulerx.evidence.actors import party
from schedulerx.evidence.column_words import Column
from schedulerx.evidence.devices import digits_of, is_randomised_mac, normalise_iccid, normalise_mac
from schedulerx.evidence.identities import normalise_email, normalise_phone
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.rows import RowReader
from schedulerx.model.event import Actor, DeviceMention, Event, EventKind

_EXTRACTOR = "table_devices/2"


def device_event(maker: EventMaker, row: RowReader) -> Event | None:
    """A device as listed, from and until when its owner had it; None where nothing names it."""
    devices = _mentions(row, maker.region)
    if not devices:
        return None
    owner = _owner(row, maker.region)
    named = _summary(devices[0], owner)
    start = row.start() or row.time(Column.CALLER)  # "From" heads a date here, not a caller
    seen = _is_log(row, owner)
    return maker.event(
        EventKind.DEVICE_SEEN if seen else EventKind.DEVICE_LISTED,
        row.place(_EXTRACTOR, row.time_field() if start else None),
        start=start,
        precision=row.precision(start),
        doubt=row.doubt(),
        end=row.time(Column.END) or row.time(Column.CALLEE),
        actors=(owner,) if owner else (),
        devices=devices,
        summary=f"Seen: {named}" if seen else named,
    )


def _is_log(row: RowReader, owner: Actor | None) -> bool:
    """Whether the row notes a device at a moment: it tells a time of day, and no owner."""
    timed = "T" in (row.start() or "")
    return timed and owner is None and not row.columns.has_any(Column.OWNER, Column.END)


def _mentions(row: RowReader, region: str) -> tuple[DeviceMention, ...]:
    """One mention; further IMEIs (two SIMs) and MACs (radio, Bluetooth) as mentions of their own
    that repeat the serial number or the first IMEI.
    """
    imeis = tuple(filter(None, (digits_of(imei) for imei in row.values(Column.IMEI))))
    macs = tuple(filter(None, (normalise_mac(mac) for mac in row.values(Column.MAC))))
    serial = row.value(Column.SERIAL) or None
    imsi = digits_of(row.value(Column.IMSI)) or None
    iccid = normalise_iccid(row.value(Column.ICCID))
    if not (imeis or macs or serial or imsi or iccid):
        return ()
    first = DeviceMention(
        imei=imeis[0] if imeis else None,
        imsi=imsi,
        iccid=iccid,
        serial=serial,
        mac=macs[0] if macs else None,
        phone_number=normalise_phone(row.value(Column.PHONE), region),
        label=_label(row),
    )
    more = (
        DeviceMention(imei=imei or first.imei, serial=serial, mac=mac or first.mac)
        for imei, mac in zip_longest(imeis[1:], macs[1:])
    )
    return (first, *more)


def _label(row: RowReader) -> str | None:
    made = " ".join(filter(None, (row.value(Column.BRAND), row.value(Column.MODEL))))
    return made or row.value(Column.DEVICE_NAME) or None


def _owner(row: RowReader, region: str) -> Actor | None:
    """Whom the row names as owner or user; its phone column is the device's, not a person's."""
    name = row.value(Column.OWNER) or row.name()
    email = normalise_email(row.value(Column.EMAIL))
    if email is None:
        return party("owner", name, region)
    return Actor(role="owner", name=None if "@" in name else name or None, email=email)


def _summary(device: DeviceMention, owner: Actor | None) -> str:
    what = device.label or "Device"
    named = device.imei or device.serial or device.mac or device.imsi or device.iccid
    of = f" of {owner.name or owner.email or owner.phone}" if owner else ""
    made_up = named == device.mac and named is not None and is_randomised_mac(named)
    return f"{what} {named}{' (randomised)' if made_up else ''}{of}"
