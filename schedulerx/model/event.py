"""Events: what happened, when, between whom, with which devices, and where that is written."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid5

import msgspec


class EventKind(StrEnum):
    """The fixed vocabulary; docs/events.md says of each what it is and who makes it."""

    PHOTO_TAKEN = "photo_taken"
    VIDEO_TAKEN = "video_taken"
    EMAIL = "email"
    CALL = "call"
    MESSAGE = "message"
    DOCUMENT_CREATED = "document_created"
    DOCUMENT_DATED = "document_dated"
    PAYMENT = "payment"
    CONTACT_LISTED = "contact_listed"
    DEVICE_LISTED = "device_listed"
    DEVICE_SEEN = "device_seen"
    APPOINTMENT = "appointment"
    MENTION = "mention"


class Precision(StrEnum):
    """How exactly a source tells a time."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


class Location(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where it happened: degrees (WGS 84), words, or both."""

    latitude: float | None = None
    longitude: float | None = None
    text: str = ""


class Amount(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Money. `value` is a decimal number ("279.84"), `currency` a code of ISO 4217."""

    value: str
    currency: str


class Actor(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Somebody in an event. `role`: sender, recipient, caller, callee, author, owner, contact,
    organizer, attendee, issuer; mentioned, where a text only names them.
    """

    role: str
    name: str | None = None
    phone: str | None = None  # E.164 where it parses, else digits as written
    email: str | None = None  # lower case
    handle: str | None = None  # "platform:name"; tel: and mailto: repeat a further phone or e-mail


class DeviceMention(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A device as one source names it. Identifiers as digits or lower-case hex, unvalidated."""

    imei: str | None = None
    imsi: str | None = None
    iccid: str | None = None  # of the SIM card in it
    serial: str | None = None
    mac: str | None = None
    phone_number: str | None = None
    label: str | None = None
    is_mentioned: bool = False  # a text only names it: it took no part


# What an extractor counts where there are no rows: of a chat, lines of a text and messages of the
# rest.
_COUNTED = {"vcard": "card", "calendar": "entry", "chat": "line or message"}


class Provenance(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The way back from an event to the place in the file it came from."""

    sha256: str
    extractor: str  # name and version, as in "csv_calls/1"
    page: int | None = None  # from 1
    # Left, top, right, bottom on the page, each a share of its width or height from 0 to 1.
    box: tuple[float, float, float, float] | None = None
    offset: int | None = None  # of the first character in the text that was read
    sheet: str | None = None
    row: int | None = None  # from 1, the header counted, as a spreadsheet shows it
    field: str | None = None  # the tag or column the time came from
    table: str | None = None  # of a database
    row_id: int | None = None  # SQLite's rowid in `table`

    def place(self) -> str:
        """`page 3`, `sheet Calls, row 7`, `table message, row 12`; empty for the whole file."""
        named = (
            ("page", self.page),
            ("sheet", self.sheet),
            (_COUNTED.get(self.extractor.partition("/")[0], "row"), self.row),
            ("table", self.table),
            ("row", self.row_id),
        )
        return ", ".join(f"{name} {value}" for name, value in named if value is not None)


class Event(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One event. Times are ISO 8601, with an offset where the source tells one.

    `start` is as long as its `precision` allows ("2024", "2024-02", "2024-02-03"); of a time to
    the minute the seconds are 00. `doubt` says what the source leaves open.
    """

    event_id: str
    kind: EventKind
    start: str | None = None
    end: str | None = None
    precision: Precision | None = None  # of the start
    zone: str | None = None  # the name of the time zone, as written
    location: Location | None = None
    amount: Amount | None = None
    doubt: str = ""
    actors: tuple[Actor, ...] = ()
    devices: tuple[DeviceMention, ...] = ()
    summary: str = ""
    uid: str | None = None  # the same in every source: a mail's Message-ID, an appointment's UID
    body: str | None = None  # of a mail without a Message-ID the digest of what it says
    provenance: Provenance


def event_id(object_id: str, kind: EventKind, ordinal: str) -> str:
    """UUIDv5 of the object and the event's place in it: known before the work, equal on every
    re-run. `ordinal` tells apart the events of one kind in one object ("row 7", "exif").
    """
    return str(uuid5(UUID(hex=object_id), f"{kind}:{ordinal}"))
