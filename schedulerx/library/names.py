"""File names that every system and every shop of photos accepts, whoever made them up."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')  # by Windows and by FAT, which cards and phones use
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)}
)
_LONGEST = 200  # bytes: 255 are allowed, and a mark may be added
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}$")


def portable(segment: str) -> str:
    """One part of a path as a name that is safe everywhere: never empty, `.`, `..` or hidden."""
    text = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", segment))
    text = "".join(_shown(char) for char in text).strip(" ").rstrip(". ")
    if text.startswith((".", "-")):  # hidden files, and what commands take for an option
        text = f"_{text[1:]}"
    if text.partition(".")[0].upper() in _DEVICES:
        text = f"_{text}"
    return _short(text) or "_"


def _shown(char: str) -> str:
    """The character; `_` where none is seen, and one kind of space."""
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    return "_" if category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else char


def _short(name: str) -> str:
    """At most `_LONGEST` bytes; what is cut is in the middle, before the extension."""
    if len(name.encode()) <= _LONGEST:
        return name
    stem, extension = split(name)
    room = _LONGEST - len(extension.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + extension


def portable_path(path: str) -> str:
    """A relative path of portable parts; it cannot lead out of its folder."""
    parts = [portable(part) for part in path.split("/") if part not in {"", "."}]
    return "/".join(parts) or "_"


def split(name: str) -> tuple[str, str]:
    """Stem and extension with its dot; the latter is empty where there is none."""
    found = _EXTENSION.search(name)
    if found is None or found.start() == 0:
        return name, ""
    return name[: found.start()], found.group()


def marked(path: str, mark: str) -> str:
    """The path with a mark before its extension: `a/b.jpg` as `a/b_1f2e3d4c.jpg`."""
    pure = PurePosixPath(path)
    stem, extension = split(pure.name)
    return str(pure.with_name(f"{stem}_{mark}{extension}"))
