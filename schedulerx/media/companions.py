"""Files that are parts of one picture: Live Photos, RAW beside JPEG, edits, sidecars.

A companion points at the one it completes or was made from: the moving half at its still, the
camera's JPEG at its RAW, an edit at its original, a sidecar at the picture it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import PurePosixPath

from schedulerx.media.raw_kinds import RAW_TYPES
from schedulerx.media.takeout import takeout_names
from schedulerx.model.evidence import Companion, CompanionKind, Related

# Live Photos move for some 3 s; a clip beside a picture of the same name is a film of its own.
_LONGEST_LIVE_S = 10.0
_CLOSE = timedelta(seconds=5)
_HALF_HOUR = timedelta(minutes=30)
_FARTHEST = timedelta(hours=14)
# Names of edits: Apple's, and those of Google's export in its languages.
_APPLE_EDIT = re.compile(r"(IMG_)E(\d{4,})", re.IGNORECASE)
_GOOGLE_EDIT = re.compile(
    r"(.+)-(?:edited|bearbeitet|modifié|editado|editada|modificato|bewerkt|edytowane)(\(\d+\))?",
    re.IGNORECASE,
)
# Sidecars by extension, and what each is about, the likeliest first.
_ABOUT: dict[str, str] = {
    ".xmp": "raw still moving",
    ".pp3": "raw still",
    ".dop": "raw still",
    ".aae": "still moving raw",
    ".thm": "moving raw still",
    ".srt": "moving",
    ".json": "still moving raw",
}


class _Folder:
    """The files of one folder by name and by stem, without regard to case."""

    def __init__(self, files: list[Related]) -> None:
        self.files = files
        self._by_name: dict[str, Related] = {}
        self._by_stem: dict[str, list[Related]] = {}
        self._by_takeout: dict[str, Related] = {}
        for file in files:
            if kind(file) is None:
                continue
            name = _name(file)
            self._by_name.setdefault(name, file)
            self._by_stem.setdefault(_stem(name), []).append(file)
            for written in takeout_names(name):
                self._by_takeout.setdefault(written, file)

    def named(self, name: str) -> Related | None:
        return self._by_name.get(name)

    def stemmed(self, stem: str) -> list[Related]:
        return self._by_stem.get(stem, [])

    def exported_with(self, name: str) -> Related | None:
        return self._by_takeout.get(name)


def companions(files: Iterable[Related]) -> Iterator[Companion]:
    """The links among files, which come folder by folder. No file has two."""
    for _, members in groupby(files, key=lambda file: (file.location, _folder(file))):
        folder = _Folder(list(members))
        for file in folder.files:
            found = _companion(file, folder)
            if found is not None:
                yield found


def live_pairs(files: Iterable[Related]) -> Iterator[Companion]:
    """Moving halves and their stills by content identifier, by which the files come; the still of
    the same folder and name first, then the first by path.
    """
    for _, members in groupby(files, key=lambda file: (file.location, file.content_identifier)):
        halves = list(members)
        stills = [file for file in halves if kind(file) == "still"]
        for file in halves:
            if stills and kind(file) == "moving":
                still = min(stills, key=lambda each: (*_apart(file, each), each.path))
                yield _link(file, still, CompanionKind.LIVE_PHOTO)


def _apart(file: Related, other: Related) -> tuple[bool, bool]:
    return _folder(file) != _folder(other), _stem(_name(file)) != _stem(_name(other))


def kind(file: Related) -> str | None:
    """`still`, `raw` or `moving`; None for what is no picture, or only a picture of one."""
    if _suffix(file) in _ABOUT:
        return None
    if file.media_type in RAW_TYPES:
        return "raw"
    family = (file.media_type or "").partition("/")[0]
    return {"image": "still", "video": "moving"}.get(family)


def _companion(file: Related, folder: _Folder) -> Companion | None:
    what = kind(file)
    if what is None:
        return _of(file, _subject(file, folder), CompanionKind.SIDECAR)
    edited = _of(file, _original(file, folder), CompanionKind.EDIT)
    if edited is not None:
        return edited
    beside = folder.stemmed(_stem(_name(file)))
    if what == "moving":
        return _of(file, _still_of(file, beside), CompanionKind.LIVE_PHOTO)
    if what == "still":
        return _of(file, _raw_of(file, beside), CompanionKind.RAW_PAIR)
    return None


def _of(file: Related, whole: Related | None, how: CompanionKind) -> Companion | None:
    if whole is None or whole.object_id == file.object_id:
        return None
    return _link(file, whole, how)


def _link(file: Related, whole: Related, how: CompanionKind) -> Companion:
    return Companion(object_id=file.object_id, companion_of=whole.object_id, kind=how)


def _subject(file: Related, folder: _Folder) -> Related | None:
    """What a sidecar is about: the file it names in full, else the likeliest of its stem."""
    name = _name(file)
    if _suffix(file) == ".json":
        if file.describes is None:
            return None
        by_title = None if re.search(r"\(\d+\)\.json$", name) else file.describes.casefold()
        return folder.exported_with(name) or (folder.named(by_title) if by_title else None)
    stem = _stem(name)
    exact = folder.named(stem)
    if exact is not None:
        return exact
    candidates = folder.stemmed(stem)
    for wanted in _ABOUT.get(_suffix(file), "").split():
        for candidate in candidates:
            if kind(candidate) == wanted:
                return candidate
    return None


def _original(file: Related, folder: _Folder) -> Related | None:
    stem, suffix = _stem(_name(file)), _suffix(file)
    apple, google = _APPLE_EDIT.fullmatch(stem), _GOOGLE_EDIT.fullmatch(stem)
    if apple is not None:
        plain = apple.group(1) + apple.group(2)
    elif google is not None:
        plain = google.group(1) + (google.group(2) or "")
    else:
        return None
    same = folder.named(plain.casefold() + suffix)
    if same is not None:
        return same
    of_kind = (each for each in folder.stemmed(plain.casefold()) if kind(each) == kind(file))
    return next(of_kind, None)


def _still_of(file: Related, beside: list[Related]) -> Related | None:
    """The still of a short clip with the same name, taken at the same time."""
    if file.duration_s is None or file.duration_s > _LONGEST_LIVE_S:
        return None
    stills = (each for each in beside if kind(each) == "still")
    return next((each for each in stills if are_close(file.captured_at, each.captured_at)), None)


def _raw_of(file: Related, beside: list[Related]) -> Related | None:
    """The RAW with the same name; times that are known must agree."""
    for each in beside:
        unknown = file.captured_at is None or each.captured_at is None
        if kind(each) == "raw" and (unknown or are_close(file.captured_at, each.captured_at)):
            return each
    return None


def are_close(one: str | None, other: str | None) -> bool:
    """Whether two times may be one moment. Where only one has an offset, any zone's may part them:
    cameras write local time into pictures, and UTC into films.
    """
    try:
        first, second = (datetime.fromisoformat(time or "") for time in (one, other))
    except ValueError:
        return False
    if (first.tzinfo is None) == (second.tzinfo is None):
        return abs(first - second) <= _CLOSE
    apart = first.replace(tzinfo=None) - second.replace(tzinfo=None)
    rest = abs(apart) % _HALF_HOUR
    return abs(apart) <= _FARTHEST and min(rest, _HALF_HOUR - rest) <= _CLOSE


def _folder(file: Related) -> str:
    return file.path.rpartition("/")[0]


def _name(file: Related) -> str:
    return file.path.rpartition("/")[2].casefold()


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _suffix(file: Related) -> str:
    return PurePosixPath(_name(file)).suffix
