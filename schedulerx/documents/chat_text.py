"""Chats exported as text (WhatsApp, Signal): lines that begin with a time and a sender."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import msgspec

from schedulerx.documents import charset

# Morning and afternoon, before the clock in Korean, Chinese and Japanese, behind it elsewhere.
_FORENOON = r"오전|上午|午前|凌晨|早上|ص|π\.?\s?μ\.?|de\.?"
_AFTERNOON = r"오후|下午|午後|晚上|中午|م|μ\.?\s?μ\.?|du\.?"
_DATE = r"(?P<date>\d{1,4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,4})\.?"
_GAP = r"(?:,?\s(?:(?:um|kl\.?|klo|às|a las|à)\s)?|,)"
_BEFORE = rf"(?:(?P<early>{_FORENOON}|{_AFTERNOON})\s?)?"
_CLOCK = r"(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)"
_AFTER = rf"(?:\s?(?P<half>[ap])\.?\s?m\.?|\s(?P<late>{_FORENOON}|{_AFTERNOON}))?(?:\sUhr)?"
_TIME = rf"{_DATE}{_GAP}{_BEFORE}{_CLOCK}{_AFTER}"
# WhatsApp for iOS and Signal bracket the time; WhatsApp for Android puts a dash behind it.
_BRACKETED = re.compile(rf"\[{_TIME}\]\s?(?P<rest>.*)", re.IGNORECASE)
_DASHED = re.compile(rf"{_TIME}\s[-\u2013]\s(?P<rest>.*)", re.IGNORECASE)
# KakaoTalk has a comma there: "2023년 12월 31일 오후 11:59, 김철수 : …".
_KAKAO = re.compile(rf"{_TIME},\s(?P<rest>.*)", re.IGNORECASE)
_MORNING = re.compile(_FORENOON, re.IGNORECASE)
_SENDER = re.compile(r"(?P<sender>[^:\n]{1,80}):\s?(?P<text>.*)")
# "<attached: a.jpg>" of iOS and "a.jpg (file attached)" of Android, in whatever language.
_ATTACHED = re.compile(
    r"<[^<>:]{2,40}:\s?(?P<inside>[^<>]{1,200}\.\w{2,5})>|(?P<before>[^\n<>:]{1,200}?\.\w{2,5})\s\([^()\n]{3,40}\)$",
    re.MULTILINE,
)
_QUOTES = re.compile('["\u201c\u201d\u201e\u00ab\u00bb]')
_LOG_LEVELS = frozenset({"debug", "info", "warn", "warning", "error", "fatal", "critical", "trace"})
_SAMPLE_LINES = 40
_MESSAGE_CHARACTERS = 64 * 1024  # of one message; the file's text has them all
_NAMED_WITHIN = 2000  # characters of a message: files are named before its caption
_NOTICE = ": \u200e"  # iOS marks so what the program says in somebody's name
# A letter for a letter, so that places stay: Arabic's comma; year, month and day of Korean dates.
_SIGNS = str.maketrans({"،": ",", "년": "-", "월": "-", "일": "."})
_MARKS = str.maketrans(
    {"\u200e": None, "\u200f": None, "\u202f": " ", "\u00a0": " ", "\ufeff": None}
    | dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)


class TextMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message; `time` is not yet read, since its order shows only in the whole."""

    line: int
    time: str
    sender: str
    text: str
    attachments: tuple[str, ...] = ()


def _head(line: str) -> tuple[str, str] | None:
    """The time, with digits and halves of the day as English writes them, and what follows."""
    clean = line.translate(_MARKS).rstrip("\r\n")
    start = "".join(map(_digit, clean[:48].translate(_SIGNS))) + clean[48:]
    match = _BRACKETED.match(start) or _DASHED.match(start)
    if match is None and "년" in clean[:8]:
        match = _KAKAO.match(start)
    if match is None:
        return None
    date = match["date"].replace(" ", "")
    return f"{date}, {match['clock']}{_half(match)}", clean[match.start("rest") :]


def _digit(letter: str) -> str:
    """Digits of any script as ASCII."""
    value = unicodedata.decimal(letter, None) if letter > "\x7f" else None
    return letter if value is None else str(value)


def _half(match: re.Match[str]) -> str:
    if match["half"]:
        return f" {match['half'].lower()}m"
    word = match["early"] or match["late"]
    return "" if word is None else " am" if _MORNING.fullmatch(word) else " pm"


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
    said = False
    for number, line in enumerate(charset.lines(path), 1):
        head = _head(line)
        if head is None:
            current = _continued(current, line)
            continue
        if current is not None:
            yield _whole(current)
        current = _begun(number, *head)
        if current is not None and not said:
            said = True
            # The first words in a chat of iOS are the program's: that it is encrypted.
            if _NOTICE in line and not _ATTACHED.search(current.text):
                current = None
        elif current is not None and _NOTICE in line and current.text.startswith(current.sender):
            current = None  # "Ada: Ada changed the group's name"
    if current is not None:
        yield _whole(current)


def _begun(number: int, time: str, rest: str) -> TextMessage | None:
    match = _SENDER.match(rest)
    if match is None or len(_QUOTES.findall(match["sender"])) % 2:
        return None  # 'Ada changed the subject to "Plan: B"'
    sender = match["sender"].strip().removeprefix("~").strip()  # before names of strangers
    return TextMessage(line=number, time=time, sender=sender, text=match["text"])


def _continued(message: TextMessage | None, line: str) -> TextMessage | None:
    if message is None or len(message.text) > _MESSAGE_CHARACTERS:
        return message
    text = line.translate(_MARKS).rstrip()
    return msgspec.structs.replace(message, text=f"{message.text}\n{text}")


def _whole(message: TextMessage) -> TextMessage:
    """The message with the names of the files it came with."""
    found = _ATTACHED.finditer(message.text, 0, _NAMED_WITHIN)
    names = tuple((match["inside"] or match["before"]).strip() for match in found)
    return msgspec.structs.replace(message, attachments=names) if names else message
