"""The attachments of an e-mail, and the messages of a mailbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from schedulerx.documents.containers.entry import Entry, Receiver
from schedulerx.documents.mail import MAX_MESSAGE_BYTES, messages
from schedulerx.documents.mail_parsing import BOUNDED, filename
from schedulerx.settings import ValidateSettings

_MESSAGE = "message/rfc822"
_TEXT = frozenset({"text", "multipart", "message"})  # `message`: reports of delivery
# Invitations and cards come as texts of their own kind, often without a name.
_ENDINGS = {_MESSAGE: "eml", "text/calendar": "ics", "text/x-vcalendar": "ics", "text/vcard": "vcf",
            "text/x-vcard": "vcf", "text/directory": "vcf"}  # fmt: skip
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]+")
_MAX_NAME = 200  # characters; a name is for people


class MailAttachments:
    """A `Container` of the parts that are files: attached, named, or of no kind of text."""

    def __init__(self, path: Path, _limits: ValidateSettings) -> None:
        self.packed = path.stat().st_size
        with path.open("rb") as file:
            data = file.read(MAX_MESSAGE_BYTES)
        # Parsed twice: one policy reads names, the other gives back bytes as they came.
        named = BytesParser(policy=BOUNDED).parsebytes(data)
        kept = BytesParser(policy=policy.compat32).parsebytes(data)
        parts = [
            (part, content)
            for part, twin in zip(_walk(named), _walk(kept), strict=True)
            if part is not named and _is_file(part) and (content := _content(twin)) is not None
        ]
        self._contents = [content for _, content in parts]
        names = unique(_name(part, place) for place, (part, _) in enumerate(parts))
        self.entries = tuple(
            Entry(place, name.encode("utf-8", "replace"), len(content))
            for place, (name, content) in enumerate(zip(names, self._contents, strict=True))
        )

    def unpack(self, receiver: Receiver) -> None:
        """See `Container`."""
        for entry, content in zip(self.entries, self._contents, strict=True):
            receiver.begin(entry).write(content)
            receiver.end()


class MailboxMessages:
    """A `Container` of the messages of an mbox file, `message-000001.eml` and so on."""

    def __init__(self, path: Path, _limits: ValidateSettings) -> None:
        self._path = path
        self.packed = path.stat().st_size
        self.entries = tuple(
            Entry(place, f"message-{place + 1:06d}.eml".encode(), len(message))
            for place, message in enumerate(messages(path))
        )

    def unpack(self, receiver: Receiver) -> None:
        """See `Container`."""
        for entry, message in zip(self.entries, messages(self._path), strict=True):
            receiver.begin(entry).write(message)
            receiver.end()


def _walk(message: Message) -> Iterator[Message]:
    """Every part but those of messages within: what these hold is theirs."""
    stack = [message]
    while stack:
        part = stack.pop()
        yield part
        inner = part.get_payload()
        if isinstance(inner, list) and (part is message or part.get_content_type() != _MESSAGE):
            stack.extend(reversed([one for one in inner if isinstance(one, Message)]))


def _is_file(part: Message) -> bool:
    if part.get_content_type() in _ENDINGS:
        return True
    if part.is_multipart():
        return False
    named = filename(part) is not None or part.get_content_disposition() == "attachment"
    return named or part.get_content_maintype() not in _TEXT


def _content(part: Message) -> bytes | None:
    """The part's bytes; None where it has none."""
    if part.get_content_type() == _MESSAGE:
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return first.as_bytes() if isinstance(first, Message) else None
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else None


def _name(part: Message, place: int) -> str:
    """The part's name without folders; its place and its type's where it has none."""
    given = _UNSAFE.sub("_", filename(part) or "").strip(" .")[-_MAX_NAME:]
    if given:
        return given
    ending = _ENDINGS.get(part.get_content_type()) or part.get_content_subtype()
    return f"part-{place + 1}.{_UNSAFE.sub('_', ending)[:_MAX_NAME]}"


def unique(names: Iterator[str]) -> Iterator[str]:
    """Names, each once: the second `photo.jpg` is `photo (2).jpg`."""
    seen: set[str] = set()
    numbers: dict[str, int] = {}  # the last that a name was given
    for name in names:
        stem, dot, ending = name.rpartition(".")
        number, told = numbers.get(name, 1), name
        while told in seen:
            number += 1
            told = f"{stem} ({number}){dot}{ending}" if stem else f"{name} ({number})"
        seen.add(told)
        numbers[name] = number
        yield told
