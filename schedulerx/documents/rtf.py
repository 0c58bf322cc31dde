"""Rich Text Format: the text without its commands, by striprtf."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from schedulerx.documents.damage import DamagedDocument

MAX_BYTES = 64 * 1024 * 1024  # read whole; what lies behind is nearly always pictures


def text(path: Path) -> Iterator[str]:
    """The document's text.

    Raises:
        DamagedDocument: its commands make no sense, or it is cut at `MAX_BYTES`.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES)
    yield plain(data)
    if path.stat().st_size > MAX_BYTES:
        raise DamagedDocument(f"Only the first {MAX_BYTES} bytes of the document are read.")


def plain(data: bytes) -> str:
    """The text of an RTF document.

    Raises:
        DamagedDocument: its commands make no sense.
    """
    try:
        return str(rtf_to_text(data.decode("latin-1"), errors="replace"))  # type: ignore[no-untyped-call]  # it ships no types
    except (IndexError, ValueError, KeyError, LookupError, TypeError, OverflowError) as error:
        raise DamagedDocument(f"The RTF document cannot be read: {error}") from error
