"""What a phone's databases hold, before it is evidence: calls, messages, contacts, devices."""

from __future__ import annotations

import msgspec

from schedulerx.model.event import Location


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a database: its table and row id."""

    table: str
    row_id: int


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at one end. `address` is a number or an e-mail; `handle` is "platform:name"."""

    address: str = ""
    name: str = ""
    handle: str | None = None


class PhoneCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call. `start` is ISO 8601; `how` a word for its medium and outcome ("missed video")."""

    spot: Spot
    start: str | None
    seconds: int | None = None
    end: str | None = None  # where it is told rather than how long it took
    is_incoming: bool = False
    others: tuple[Party, ...] = ()
    owner: Party | None = None  # of the phone, where the database tells
    how: str = ""
    field: str = ""  # the column the time came from


class PhoneMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `sent` is ISO 8601."""

    spot: Spot
    sent: str | None
    sender: Party | None = None
    recipients: tuple[Party, ...] = ()
    text: str = ""
    attachments: tuple[str, ...] = ()  # names
    location: Location | None = None  # that was sent
    field: str = ""  # the column the time came from


class PhonePicture(msgspec.Struct, frozen=True, kw_only=True):
    """A photo or a video as a library lists it. `taken` is ISO 8601."""

    spot: Spot
    taken: str | None
    name: str = ""
    is_video: bool = False
    is_trashed: bool = False
    location: Location | None = None
    field: str = ""  # the column the time came from


class PhoneContact(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of an address book."""

    spot: Spot
    name: str | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


class ListedDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device as a list names it. `place` is the way to it in the file; `seen` is ISO 8601."""

    place: str
    imeis: tuple[str, ...] = ()
    imsis: tuple[str, ...] = ()
    iccids: tuple[str, ...] = ()
    serial: str | None = None
    macs: tuple[str, ...] = ()
    phone_number: str | None = None
    label: str | None = None
    seen: str | None = None
    field: str = ""  # the key the time came from


PhoneItem = PhoneCall | PhoneMessage | PhoneContact | PhonePicture
