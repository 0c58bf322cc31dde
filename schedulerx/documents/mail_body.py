"""What a mail says, as a digest: of mails without a Message-ID those are one where it is equal."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from unicodedata import normalize

_BYTES = 16


def body_digest(text: str, attachments: Iterable[tuple[str, bytes]]) -> str:
    """Hex of a mail's text, however it is wrapped, and of its attachments: names and bytes."""
    words = " ".join(normalize("NFC", text).split())
    held = sorted(f"{name}\0{blake2b(data, digest_size=_BYTES).hexdigest()}"
                  for name, data in attachments)  # fmt: skip
    told = "\0".join((words, *held))
    return blake2b(told.encode("utf-8", "replace"), digest_size=_BYTES).hexdigest()
