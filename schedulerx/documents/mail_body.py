"""What a mail says, as a digest: of mails without a Message-ID those are one where it is equal."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from unicodedata import normalize

_BYTES = 16


def body_digest(text: str, attachments: Iterable[str]) -> str:
    """Hex of a mail's text, however it is wrapped, and of the names of its attachments."""
    words = " ".join(normalize("NFC", text).split())
    told = "\0".join((words, *sorted(attachments)))
    return blake2b(told.encode("utf-8", "replace"), digest_size=_BYTES).hexdigest()
