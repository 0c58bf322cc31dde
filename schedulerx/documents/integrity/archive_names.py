"""Names of members: those that climb out of their archive, or are made to be mistaken."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schedulerx.documents.integrity.rejections import refused
from schedulerx.settings import ValidateSettings

MAX_NAME_BYTES = 1024  # of a key in S3; a longer one would be no artifact's and no row's
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")
_HINT = "set validate.strict_archives to false if it is genuine"


def escapes(name: str) -> bool:
    """Whether a member's name climbs out of the folder it is unpacked into."""
    return ".." in re.split(r"[/\\]", name)


def is_absolute(name: str) -> bool:
    """Whether a member's name begins at a root or at a drive."""
    return _ABSOLUTE.match(name) is not None


def hold_names(names: Iterable[str], limits: ValidateSettings) -> None:
    """Refuses an archive for one name in it.

    Raises:
        RejectedInput: a name is hostile; where archives are taken strictly also one that is
            absolute, doubled or holds control characters.
    """
    seen: set[str] = set()
    for name in names:
        _hold_always(name)
        if limits.strict_archives:
            _hold_strictly(name, seen)
            seen.add(name)


def _hold_always(name: str) -> None:
    if escapes(name):
        raise refused(f"the member {name!r} would be unpacked outside its folder")
    if "\0" in name or not name.strip("/"):
        raise refused(f"the member {name!r} has a name that is none")
    if len(name.encode("utf-8", "surrogateescape")) > MAX_NAME_BYTES:
        raise refused(f"the name of a member has more than {MAX_NAME_BYTES} bytes: {name[:40]!r}…")


def _hold_strictly(name: str, seen: set[str]) -> None:
    if is_absolute(name):
        raise refused(f"the member {name!r} has an absolute name; {_HINT}")
    if any(ord(char) < 32 or ord(char) == 127 for char in name):
        raise refused(f"the name of the member {name!r} holds control characters; {_HINT}")
    if name in seen:
        raise refused(f"two members are named {name!r}; {_HINT}")


def hold_special(name: str, kind: str, limits: ValidateSettings) -> None:
    """Refuses an archive for a link or a device in it, where archives are taken strictly.

    Raises:
        RejectedInput: they are.
    """
    if limits.strict_archives:
        raise refused(f"the member {name!r} is a {kind}; {_HINT}")
