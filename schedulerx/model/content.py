"""What parsers find in documents, before it is evidence: rows, letters, messages, contact cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from schedulerx.model.event import Location, Precision

# A row and its number, from 1, the header counted, as a spreadsheet shows it.
Row = tuple[int, tuple[str, ...]]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table. `rows` opens a new pass over the rows after the header each time; an empty header
    says that there is none, and that all rows are of values.
    """

    header: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    sheet: str | None = None
    table: str | None = None  # of a database; the numbers of its rows are row ids
    days_late: int = 0  # by which numbers of days are counted from a later day than 1899-12-30


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail's envelope. Addresses are (display name, address); `date` is ISO 8601."""

    subject: str = ""
    date: str | None = None
    senders: tuple[tuple[str, str], ...] = ()
    recipients: tuple[tuple[str, str], ...] = ()
    message_id: str | None = None
    dated_by: str = "Date"  # the header that tells `date`
    body: str | None = None  # the digest of what it says, where there is no Message-ID


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One contact: a vCard, or a row of an address book. `place` tells it apart in its file."""

    place: int
    name: str | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


class Chatter(msgspec.Struct, frozen=True):
    """Somebody in a chat: the name shown, and what is stable within the platform."""

    name: str
    id: str | None = None


class ChatMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a chat. `sent` is ISO 8601; `line` is its place in the file, from 1."""

    line: int
    sender: str
    text: str
    sent: str | None = None
    sender_id: str | None = None  # stable within the platform
    platform: str = "chat"
    attachments: tuple[str, ...] = ()  # names
    precision: Precision | None = None  # of `sent`
    doubt: str = ""  # what the chat leaves open about `sent`
    is_call: bool = False  # in place of words
    seconds: int | None = None  # that the call took
    location: Location | None = None  # that was sent
    cards: tuple[Card, ...] = ()  # of contacts that were sent
    recipients: tuple[Chatter, ...] = ()  # where the conversation names them


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a calendar, as stated: repetitions are told, not expanded.

    `start` and `end` are ISO 8601, for whole days the first and the last; `zone` is as the calendar
    names it.
    """

    place: int
    start: str | None
    end: str | None = None
    zone: str | None = None
    title: str = ""
    location: str = ""
    organizer: tuple[str, str] | None = None  # display name, address
    attendees: tuple[tuple[str, str], ...] = ()
    recurrence: str = ""  # as RFC 5545 writes rules
    status: str = ""
    uid: str | None = None
    replaces: str | None = None  # the start of the repetition that this one stands for
