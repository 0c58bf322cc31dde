"""Files attached to Outlook's messages and to PDFs, and those packed into winmail.dat."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from schedulerx.documents import msg, pdf_parts, tnef
from schedulerx.documents.containers.entry import Entry, Receiver
from schedulerx.documents.containers.mail_parts import unique
from schedulerx.documents.damage import DamagedDocument

_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]+")
_MAX_NAME = 200  # characters; a name is for people

Files = Callable[[], Iterable[tuple[str, bytes]]]


class AttachedFiles:
    """A `Container` of what `files` gives, each time anew: one of them is in memory at a time."""

    def __init__(self, path: Path, files: Files) -> None:
        self.packed = path.stat().st_size
        self._files = files
        listed = [(name, len(data)) for name, data in _whole(files())]
        names = unique(_safe(name, place) for place, (name, _) in enumerate(listed))
        self.entries = tuple(
            Entry(place, name.encode("utf-8", "replace"), size)
            for place, (name, (_, size)) in enumerate(zip(names, listed, strict=True))
        )

    def unpack(self, receiver: Receiver) -> None:
        """See `Container`."""
        again = islice(_whole(self._files()), len(self.entries))
        for entry, (_, data) in zip(self.entries, again, strict=True):
            receiver.begin(entry).write(data)
            receiver.end()


def _whole(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The attachments up to one that cannot be read: the document itself is read all the same, and
    its text has the names of all.
    """
    try:
        yield from files
    except DamagedDocument:
        return


def _safe(name: str, place: int) -> str:
    """A name without folders; its place where nothing is left of it."""
    return _UNSAFE.sub("_", name).strip(" .")[-_MAX_NAME:] or f"attachment-{place + 1}"


def of_outlook(path: Path) -> AttachedFiles:
    """What is attached to an Outlook message."""
    return AttachedFiles(path, lambda: ((each.name, data) for each, data in msg.attachments(path)))


def of_winmail(path: Path) -> AttachedFiles:
    """What Exchange packed into one attachment."""
    return AttachedFiles(path, lambda: tnef.attachments(path))


def of_pdf(path: Path, passwords: tuple[str, ...]) -> AttachedFiles:
    """What is attached to a PDF."""
    return AttachedFiles(path, lambda: pdf_parts.attachments(path, passwords))
