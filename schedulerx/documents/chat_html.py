"""Chats that Telegram Desktop exports as web pages: messages by the classes of their elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from schedulerx.documents import charset
from schedulerx.formats.epochs import iso_time
from schedulerx.model.content import ChatMessage

_NUMBER = re.compile(r"message(-?\d{1,18})")
_TIME = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC([+-]\d\d):?(\d\d))?")
_WRITTEN_AT = re.compile(r"\s*\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$")  # behind a forwarder's source
_MARKS = ('class="message', "pull_right date details")
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source"})
_MAX_DEPTH = 200  # of elements in one message
_MESSAGE_CHARACTERS = 64 * 1024


def is_chat(path: Path) -> bool:
    """Whether the page is such an export."""
    sample = next(charset.chunks(path, charset.SAMPLE_BYTES), "")
    return all(mark in sample for mark in _MARKS)


def messages(path: Path) -> Iterator[ChatMessage]:
    """The messages in their order; `line` counts them. Notices of the service are passed over."""
    parser = _Export()
    for chunk in charset.chunks(path):
        parser.feed(chunk)
        yield from parser.drain()
    parser.close()
    yield from parser.finish()


class _Export(HTMLParser):
    """One message at a time; in a run of one sender only the first bears the name."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._stack: list[str] = []  # roles of the open elements within the message
        self._open = False
        self._sender = ""
        self._named = ""
        self._source = ""  # whose words were passed on
        self._sent: str | None = None
        self._text: list[str] = []
        self._files: list[str] = []
        self._count = 0
        self._done: list[ChatMessage] = []

    def drain(self) -> Iterator[ChatMessage]:
        """What is complete."""
        done, self._done = self._done, []
        return iter(done)

    def finish(self) -> Iterator[ChatMessage]:
        """What is left at the end of the page."""
        self._close()
        return self.drain()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag == "div" and "message" in classes and _NUMBER.match(given.get("id", "")):
            self._close()
            self._open, self._stack = "service" not in classes, []
            self._named = self._source = ""
            return
        if not self._open:
            return
        if tag == "br":
            self.handle_data("\n")
        if "date" in classes and "details" in classes and self._sent is None:
            self._sent = _moment(given.get("title", ""))
        self._attach(given.get("href", ""))
        if tag not in _VOID and len(self._stack) < _MAX_DEPTH:
            self._stack.append(_role(classes))

    def handle_endtag(self, tag: str) -> None:
        if self._stack and tag not in _VOID:
            self._stack.pop()

    def handle_data(self, data: str) -> None:
        if not self._open:
            return
        if "from_name" in self._stack and "forwarded" in self._stack:
            self._source += data
        elif "from_name" in self._stack:
            self._named += data
        elif "text" in self._stack and len(self._text) < _MESSAGE_CHARACTERS:
            self._text.append(data)

    def _attach(self, target: str) -> None:
        if "/" in target and not target.startswith(("http", "#", "/", "mailto:", "tel:")):
            name = target.rpartition("/")[2]
            if name not in self._files:
                self._files.append(name)

    def _close(self) -> None:
        """Takes what was gathered as a message."""
        text = (self._forwarded() + "".join(self._text)).strip()
        self._sender = self._named.strip() or self._sender
        if self._open and self._sender and (text or self._files):
            self._count += 1
            self._done.append(
                ChatMessage(
                    line=self._count,
                    sender=self._sender,
                    text=text,
                    sent=self._sent,
                    platform="telegram",
                    attachments=tuple(self._files),
                )
            )
        self._open, self._sent = False, None
        self._text, self._files = [], []

    def _forwarded(self) -> str:
        source = _WRITTEN_AT.sub("", self._source.strip())
        return f"[forwarded from {source}] " if source else ""


def _role(classes: list[str]) -> str:
    return next((role for role in ("from_name", "text", "forwarded") if role in classes), "")


def _moment(title: str) -> str | None:
    """`31.12.2020 22:01:05 UTC+01:00` as ISO 8601; the offset is in exports since 2022."""
    found = _TIME.match(title)
    if found is None:
        return None
    day, month, year, clock, hours, minutes = found.groups()
    return iso_time(f"{year}-{month}-{day}T{clock}" + (f"{hours}:{minutes}" if hours else ""))
