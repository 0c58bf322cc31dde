"""The text of an attributed string as Messages stores it (NSArchiver's typedstream)."""

from __future__ import annotations

_CLASS = b"NSString"
_STRING = b"\x01+"  # the mark of bytes that follow with their length
_HEAD = b"\x04\x0bstreamtyped"
_WIDTHS = {0x81: 2, 0x82: 4}  # marks of lengths over 127
_LOOKED_AT = 32  # bytes between the class's name and its text


def attributed_text(body: object) -> str:
    """The plain text of an attributed body; empty where it has none or is no typedstream."""
    if not isinstance(body, bytes) or not body.startswith(_HEAD):
        return ""
    named = body.find(_CLASS)
    marked = body.find(_STRING, named, named + _LOOKED_AT)
    if named < 0 or marked < 0:
        return ""
    start, length = _length(body, marked + len(_STRING))
    return body[start : start + length].decode("utf-8", "replace").replace("\0", "")


def _length(body: bytes, at: int) -> tuple[int, int]:
    """Where the text begins, and its length in bytes."""
    first = body[at] if at < len(body) else 0
    width = _WIDTHS.get(first, 0)
    if not width:
        return at + 1, first
    return at + 1 + width, int.from_bytes(body[at + 1 : at + 1 + width], "little")
