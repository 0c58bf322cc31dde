"""E-mails (RFC 5322, MIME) by the standard library: envelope, text, names of attachments; mbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from itertools import chain, pairwise
from pathlib import Path

from schedulerx.documents.mail_body import body_digest
from schedulerx.documents.mail_dates import sent
from schedulerx.documents.mail_headers import addresses, header
from schedulerx.documents.mail_parsing import filename, parsed
from schedulerx.documents.plain import visible_text
from schedulerx.model.content import Letter

MAX_MESSAGE_BYTES = 64 * 1024 * 1024  # of one message; what follows in it is attachments
_ENVELOPE = re.compile(rb"From \S+.*\d{4}")
_HEADER = re.compile(rb"[!-9;-~]+:|>From |\s*$")  # or nothing: a message may be empty
_SHOWN = ("From", "To", "Cc", "Bcc", "Date", "Subject")


@dataclass(frozen=True)
class Mail:
    """One message. `text` is its headers, body and the names of its attachments."""

    letter: Letter
    text: str


def parse_mail(data: bytes) -> Mail:
    """A message from its bytes. Whatever is malformed is left out; nothing is raised."""
    message = parsed(data)
    message_id = header(message, "Message-ID") or None
    body = _body(message)
    date, dated_by = sent(message)
    letter = Letter(
        subject=header(message, "Subject"),
        date=date,
        dated_by=dated_by,
        senders=addresses(message, "From") or addresses(message, "Sender"),
        recipients=addresses(message, "To", "Cc", "Bcc"),
        message_id=message_id,
        body=None if message_id else body_digest(body, _attached(message)),
    )
    head = [f"{name}: {value}" for name in _SHOWN if (value := header(message, name))]
    parts = ("\n".join(head), body, "\n".join(_attachments(message)))
    return Mail(letter, "\n\n".join(part for part in parts if part))


def _body(message: EmailMessage) -> str:
    try:
        part = message.get_body(preferencelist=("plain", "html"))
    except (ValueError, AttributeError, LookupError, TypeError, RecursionError):
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
        name = filename(part)
        if name:
            yield f"Attachment: {name} ({part.get_content_type()})"


def _attached(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """The named attachments with their bytes; of messages within, whose bytes formats write
    differently, the subject.
    """
    for part in message.walk():
        name, inner = filename(part), part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(inner, list) and inner:
            yield (header(inner[0], "Subject"), b"") if isinstance(inner[0], Message) else ("", b"")
        elif name:
            data = part.get_payload(decode=True)
            yield name, data if isinstance(data, bytes) else b""


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
    """Messages between lines `From …` that begin the file or follow an empty line, and that a
    header follows (RFC 4155): other lines that begin so are text.
    """
    held: list[bytes] = []
    size, after_empty, begun = 0, True, False
    for line, following in pairwise(chain(lines, (b"",))):
        if after_empty and _ENVELOPE.match(line) and _HEADER.match(following):
            if begun:
                yield b"".join(held)
            held, size, begun = [], 0, True
        elif begun and size < MAX_MESSAGE_BYTES:
            held.append(line[1:] if line.startswith(b">From ") else line)
            size += len(line)
        after_empty = not line.strip()
    if begun:
        yield b"".join(held)
