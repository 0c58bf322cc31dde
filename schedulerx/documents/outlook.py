"""Outlook's items as what they are: letters, contacts, appointments; and their text."""

from __future__ import annotations

from email import message_from_string, policy
from pathlib import Path

from schedulerx.documents import msg
from schedulerx.documents.mail_body import body_digest
from schedulerx.documents.mail_dates import written_date
from schedulerx.model.content import Appointment, Card, Letter

# [MS-OXPROPS] numbers, and long ids of named ones.
_SUBJECT, _HEADERS, _SUBMITTED, _DELIVERED = 0x0037, 0x007D, 0x0039, 0x0E06
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP, _MESSAGE_ID = 0x0C1A, 0x0C1F, 0x5D01, 0x1035
_NAME, _ADDRESS, _SMTP, _RECIPIENT_KIND = 0x3001, 0x3003, 0x39FE, 0x0C15
_PHONES = (0x3A1C, 0x3A08, 0x3A09, 0x3A1B, 0x3A2F, 0x3A1A, 0x3A1D)  # mobile, business, home …
_EMAILS = (0x8083, 0x8093, 0x80A3)
_MESSENGER = 0x8062
_START, _END, _LOCATION = 0x820D, 0x820E, 0x8208
_RECURRENCE = 0x8232
_KINDS = {1: "To", 2: "Cc", 3: "Bcc"}


def letter(message: msg.Message, path: Path) -> Letter:
    """An e-mail of the file at `path`.

    Raises:
        DamagedDocument: what is attached cannot be read.
    """
    item = message.item
    message_id = item.text(_MESSAGE_ID) or None
    held = ((each.name, data) for each, data in msg.contents(path, message))
    return Letter(
        subject=item.text(_SUBJECT),
        date=_sent(item),
        senders=_sender(item),
        recipients=tuple(_addressed(each) for each in message.recipients),
        message_id=message_id,
        body=None if message_id else body_digest(item.body, held),
    )


def _sent(item: msg.Item) -> str | None:
    """When it was sent: by its own header, which knows the sender's offset, or by the store."""
    headers = message_from_string(item.text(_HEADERS), policy=policy.compat32)
    stored = item.times.get(_SUBMITTED) or item.times.get(_DELIVERED)
    return written_date(str(headers.get("Date", ""))) or stored


def _sender(item: msg.Item) -> tuple[tuple[str, str], ...]:
    written = (item.text(_SENDER_SMTP), item.text(_SENDER_ADDRESS))
    address = next((each for each in written if "@" in each), "")
    name = item.text(_SENDER_NAME)
    return ((name, address),) if name or address else ()


def _addressed(item: msg.Item) -> tuple[str, str]:
    written = (item.text(_SMTP), item.text(_ADDRESS))
    return item.text(_NAME), next((each for each in written if "@" in each), "")


def card(message: msg.Message, place: int = 1) -> Card:
    """A contact, the `place`-th item of its file."""
    item = message.item
    messenger = item.named_text(_MESSENGER)
    return Card(
        place=place,
        name=item.text(_NAME) or item.text(_SUBJECT) or None,
        phones=tuple(filter(None, (item.text(number) for number in _PHONES))),
        emails=tuple(filter(None, (item.named_text(each) for each in _EMAILS))),
        handles=(f"im:{messenger}",) if messenger else (),
    )


def appointment(message: msg.Message, place: int = 1) -> Appointment:
    """An appointment, or the request for one, the `place`-th item of its file."""
    item = message.item
    sender = _sender(item)
    return Appointment(
        place=place,
        start=item.named_time(_START),
        end=item.named_time(_END),
        zone="UTC",
        title=item.text(_SUBJECT),
        location=item.named_text(_LOCATION),
        organizer=sender[0] if sender else None,
        attendees=tuple(_addressed(each) for each in message.recipients),
        recurrence=item.named_text(_RECURRENCE),
    )


def text(path: Path) -> str:
    """Head, body, contact's entries, names of attachments, and messages within.

    Raises:
        DamagedDocument: it is no OLE file, or broken.
    """
    return "\n\n".join(map(_text, msg.messages(path)))


def _text(message: msg.Message) -> str:
    own = (*_head(message), "", message.item.body, *_entries(message))
    files = (f"Attachment: {each.name} ({each.media_type})" for each in message.attached)
    return "\n".join((*own, "", *files)).strip()


def _head(message: msg.Message) -> list[str]:
    lines = [f"From: {_shown(each)}" for each in _sender(message.item)]
    for item in message.recipients:
        kind = _KINDS.get(item.numbers.get(_RECIPIENT_KIND, 1), "To")
        lines.append(f"{kind}: {_shown(_addressed(item))}")
    date = _sent(message.item)
    lines += [f"Date: {date}"] if date else []
    return [*lines, f"Subject: {message.item.text(_SUBJECT)}"]


def _shown(person: tuple[str, str]) -> str:
    name, address = person
    return f"{name} <{address}>" if name and address else name or address


def _entries(message: msg.Message) -> list[str]:
    if not message.item.kind.startswith("IPM.Contact"):
        return []
    found = card(message)
    return [found.name or "", *found.phones, *found.emails]
