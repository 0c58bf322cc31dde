"""Chats exported as text (WhatsApp, Signal): lines that begin with a time and a sender."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from schedulerx.documents import charset

_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?\s?m\.?)?"
# WhatsApp for iOS and Signal bracket the time; WhatsApp for Android puts a dash behind it.
_BRACKETED = re.compile(rf"\[(?P<time>{_DATE}(?:,\s?|\s){_CLOCK})\]\s?(?P<rest>.*)", re.IGNORECASE)
_DASHED = re.compile(rf"(?P<time>{_DATE},?\s{_CLOCK})\s[-\u2013]\s(?P<rest>.*)", re.IGNORECASE)
_SENDER = re.compile(r"(?P<sender>[^:\n]{1,80}):\s?(?P<text>.*)")
_LOG_LEVELS = frozenset({"debug", "info", "warn", "warning", "error", "fatal", "critical", "trace"})
_SAMPLE_LINES = 40
_MESSAGE_CHARACTERS = 64 * 1024  # of one message; the file's text has them all
_MARKS = str.maketrans(
    {"\u200e": None, "\u200f": None, "\u202f": " ", "\u00a0": " ", "\ufeff": None}
)


class TextMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message as written; `time` is not yet read, since its order shows only in the whole."""

    line: int
    time: str
    sender: str
    text: str


def _head(line: str) -> tuple[str, str] | None:
    clean = line.translate(_MARKS).rstrip("\r\n")
    match = _BRACKETED.match(clean) or _DASHED.match(clean)
    return (match["time"], match["rest"]) if match else None


def is_chat(path: Path) -> bool:
    """Whether the file begins like an exported chat. Logs, which look alike, are told apart."""
    sample = next(charset.chunks(path, charset.SAMPLE_BYTES), "").splitlines()
    lines = [line for line in sample[:_SAMPLE_LINES] if line.strip()]
    heads = [head for head in map(_head, lines) if head is not None]
    senders = [match["sender"] for _, rest in heads if (match := _SENDER.match(rest))]
    if not lines or _head(lines[0]) is None or not senders:
        return False
    return not any(sender.strip("[] ").lower() in _LOG_LEVELS for sender in senders)


def messages(path: Path) -> Iterator[TextMessage]:
    """The messages; lines of the service itself ("created group …") are passed over."""
    current: TextMessage | None = None
    for number, line in enumerate(charset.lines(path), 1):
        head = _head(line)
        if head is None:
            current = _continued(current, line)
            continue
        if current is not None:
            yield current
        current = _begun(number, *head)
    if current is not None:
        yield current


def _begun(number: int, time: str, rest: str) -> TextMessage | None:
    match = _SENDER.match(rest)
    if match is None:
        return None
    return TextMessage(line=number, time=time, sender=match["sender"].strip(), text=match["text"])


def _continued(message: TextMessage | None, line: str) -> TextMessage | None:
    if message is None or len(message.text) > _MESSAGE_CHARACTERS:
        return message
    return msgspec.structs.replace(message, text=f"{message.text}\n{line.rstrip()}")
