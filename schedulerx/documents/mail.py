"""E-mails (RFC 5322, MIME) by the standard library: envelope, text, names of attachments; mbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from schedulerx.documents.mail_body import body_digest
from schedulerx.documents.plain import visible_text
from schedulerx.model.content import Letter

MAX_MESSAGE_BYTES = 64 * 1024 * 1024  # of one message; what follows in it is attachments
_ENVELOPE = re.compile(rb"From \S+.*\d{4}")
_SHOWN = ("From", "To", "Cc", "Bcc", "Date", "Subject")


@dataclass(frozen=True)
class Mail:
    """One message. `text` is its headers, body and the names of its attachments."""

    letter: Letter
    text: str


def parse_mail(data: bytes) -> Mail:
    """A message from its bytes. Whatever is malformed is left out; nothing is raised."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    message_id = _header(message, "Message-ID") or None
    body = _body(message)
    letter = Letter(
        subject=_header(message, "Subject"),
        date=written_date(_header(message, "Date")),
        senders=_addresses(message, "From") or _addresses(message, "Sender"),
        recipients=_addresses(message, "To", "Cc", "Bcc"),
        message_id=message_id,
        body=None if message_id else body_digest(body, _attached(message)),
    )
    head = [f"{name}: {value}" for name in _SHOWN if (value := _header(message, name))]
    parts = ("\n".join(head), body, "\n".join(_attachments(message)))
    return Mail(letter, "\n\n".join(part for part in parts if part))


def _header(message: EmailMessage, name: str) -> str:
    """A header as one line; malformed ones as far as they can be read."""
    try:
        value = message.get(name)
    except (ValueError, IndexError, AttributeError, LookupError, TypeError):
        # The header parser raises these on malformed input; the raw header still has its text.
        raw = dict(message.raw_items()).get(name)
        value = raw if isinstance(raw, str) else None
    return " ".join(str(value).split()) if value is not None else ""


def _addresses(message: EmailMessage, *names: str) -> tuple[tuple[str, str], ...]:
    written = [text for name in names if (text := _header(message, name))]
    return tuple((name, address) for name, address in getaddresses(written) if "@" in address)


def written_date(written: str) -> str | None:
    """A Date header as ISO 8601; without an offset where it says `-0000` (not known) or none."""
    try:
        return parsedate_to_datetime(written).isoformat() if written else None
    except (ValueError, TypeError, OverflowError):
        return None


def _body(message: EmailMessage) -> str:
    try:
        part = message.get_body(preferencelist=("plain", "html"))
    except (ValueError, AttributeError, KeyError, LookupError, TypeError):
        part = None
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    text = _charset_text(data, part.get_content_charset())
    return visible_text(text) if part.get_content_subtype() == "html" else text.strip()


def _charset_text(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # no charset of text
        return data.decode("latin-1")


def _attachments(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        name = part.get_filename()
        if name:
            yield f"Attachment: {name} ({part.get_content_type()})"


def _attached(message: EmailMessage) -> Iterator[str]:
    return (name for part in message.walk() if (name := part.get_filename()))


def read_mail(path: Path) -> Mail:
    """The message of an eml file."""
    with path.open("rb") as file:
        return parse_mail(file.read(MAX_MESSAGE_BYTES))


def mailbox(path: Path) -> Iterator[Mail]:
    """The messages of an mbox file, one in memory at a time."""
    return map(parse_mail, messages(path))


def messages(path: Path) -> Iterator[bytes]:
    """The bytes of each message of an mbox file, one in memory at a time."""
    with path.open("rb") as file:
        yield from _split(iter(lambda: file.readline(MAX_MESSAGE_BYTES), b""))


def _split(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Messages between lines `From …` that begin the file or follow an empty line (RFC 4155)."""
    held: list[bytes] = []
    size, after_empty, begun = 0, True, False
    for line in lines:
        if after_empty and _ENVELOPE.match(line):
            if begun:
                yield b"".join(held)
            held, size, begun = [], 0, True
        elif begun and size < MAX_MESSAGE_BYTES:
            held.append(line[1:] if line.startswith(b">From ") else line)
            size += len(line)
        after_empty = not line.strip()
    if begun:
        yield b"".join(held)
