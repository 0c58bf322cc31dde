"""The name of an ICC colour profile (ICC.1:2022, tag `desc`)."""

from __future__ import annotations

import struct

_HEADER_BYTES = 128
_MAX_TAGS = 200
_MAX_NAME = 200


def profile_name(profile: bytes) -> str | None:
    """The profile's description, or None where there is none to read."""
    if profile[36:40] != b"acsp":
        return None
    count = min(int.from_bytes(profile[128:132], "big"), _MAX_TAGS)
    for at in range(_HEADER_BYTES + 4, min(_HEADER_BYTES + 4 + 12 * count, len(profile) - 11), 12):
        signature, start, size = struct.unpack_from(">4sLL", profile, at)
        if signature == b"desc":
            return _described(profile[start : start + size])
    return None


def _described(tag: bytes) -> str | None:
    """Version 2 has ASCII text, version 4 texts in several languages: the first is taken."""
    if tag[:4] == b"desc" and len(tag) >= 12:
        length = int.from_bytes(tag[8:12], "big")
        text = tag[12 : 12 + length].split(b"\0", 1)[0].decode("latin-1")
    elif tag[:4] == b"mluc" and len(tag) >= 28:
        length, start = struct.unpack_from(">LL", tag, 20)
        text = tag[start : start + length].decode("utf-16-be", "replace")
    else:
        return None
    return text.replace("\0", "").strip()[:_MAX_NAME] or None
