"""Families: files that only make sense together, and so never lie in two groups.

A family's key is a prefix of the path of every member. In byte order, all paths with one prefix
are neighbours; so once a path comes that does not begin with a key, its family is complete. One
ordered pass with the few families still open in memory is enough (`in_families`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from schedulerx.model.identity import raw_path
from schedulerx.model.member import Member
from schedulerx.pipeline.databases import LOGS

# Folders that are one thing: exports of app data, and iTunes backups (named by the device's UDID).
_EXTRACTION = re.compile(
    r"(?:[^/]+\.(?:appdata|xcappdata|ufdr)|(?<=MobileSync/Backup/)[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{16,32})/",
    re.IGNORECASE,
)
_MEDIA = (
    "jpg|jpeg|jpe|heic|heif|hif|png|gif|tif|tiff|webp|avif|bmp|dng|cr2|cr3|nef|arw|raf|rw2|orf|pef|srw"
    "|mov|mp4|m4v|avi|mts|3gp|mkv|webm"
)
# Endings of more than one part. What is left of them, and of any last extension, is the stem.
_SIDECAR = re.compile(
    rf"(?:\.(?:{_MEDIA}))(?:\.supplemental-[a-z]*)?\.(?:xmp|json|aae|thm|pp3|dop)$", re.IGNORECASE
)
_PART = re.compile(
    r"\.(?:part\d{1,4}\.rar|(?:zip|7z|rar|tar|tgz|tar\.[a-z0-9]{1,4})\.\d{2,4})$", re.IGNORECASE
)


def family_key(path: str) -> str:
    """The prefix a file shares with those it belongs to; all of its path, if it stands alone.

    - everything below an extraction folder: the folder, with its slash
    - one folder, one stem: Live Photo pairs, sidecars (`IMG_1.xmp`, `IMG_1.JPG.xmp`, `.aae`,
      `.thm`, `.json`), parts of an archive (`x.zip.001`, `x.z01`, `x.part1.rar`, `x.7z.001`):
      folder and stem, with a dot
    - a database and its logs: the database's

    Names whose pairing no shared prefix tells (`IMG_E1.HEIC` beside `IMG_1.HEIC`) stand apart.
    """
    for log in LOGS:
        path = path.removesuffix(log)
    folder, _, name = path.rpartition("/")
    extraction = _extraction(folder)
    if extraction is not None:
        return extraction
    stem = _stem(name)
    return path[: len(path) - len(name) + len(stem) + 1] if stem else path


@lru_cache(maxsize=1024)
def _extraction(folder: str) -> str | None:
    found = _EXTRACTION.search(f"{folder}/")
    return f"{folder}/"[: found.end()] if found else None


def _stem(name: str) -> str:
    """What comes before the extension; empty where there is none (`README`, `.profile`)."""
    stem, _, _ = name.rpartition(".")
    if "." in stem:
        compound = _SIDECAR.search(name) or _PART.search(name)
        if compound:
            return name[: compound.start()]
    return stem


def in_families(members: Iterable[Member]) -> Iterator[tuple[str, Member]]:
    """Every member with its key, each family in one piece; members come in byte order of paths.

    A family of files waits in memory while files of others lie between its own
    (`a.jpg a.mov.txt a.xmp`). Extraction folders never wait: nothing can lie between.
    """
    waiting: dict[str, list[Member]] = {}
    for member in members:
        path = member.path if member.raw is None else _exact(member)
        family = family_key(path)
        if len(waiting) > 1 or family not in waiting:
            for key in [key for key in waiting if not path.startswith(key)]:
                for waited in waiting.pop(key):
                    yield key, waited
        if family.endswith("/"):
            yield family, member
        elif family in waiting:
            waiting[family].append(member)
        else:
            waiting[family] = [member]
    for key, rest in waiting.items():
        for waited in rest:
            yield key, waited


def _exact(member: Member) -> str:
    # The escaped path is for people: only the true bytes keep the order of prefixes.
    return os.fsdecode(raw_path(member.path, member.raw))
