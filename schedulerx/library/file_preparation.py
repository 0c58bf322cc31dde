"""File preparation: each file as it is uploaded lies in `bridge`, under its final name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import msgspec

from schedulerx.errors import RetryableError
from schedulerx.library.files import Shelf, copy_into, is_plain, retire, set_aside
from schedulerx.library.names import split
from schedulerx.library.template import Template, captured
from schedulerx.library.work import (
    BRIDGE,
    LibraryWork,
    Tally,
    done,
    failed,
    mark,
    said,
    timed,
)
from schedulerx.media.extensions import contradiction
from schedulerx.model.identity import hash_file
from schedulerx.model.library import Item, Phase, PhaseStatus, Stored

_USUAL = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/avif": ".avif",
    "image/tiff": ".tif",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/x-matroska": ".mkv",
    "video/webm": ".webm",
}


def run(work: LibraryWork, tally: Tally) -> None:
    """Every item that goes on and is not ready as it should be."""
    template = Template(work.settings.name_template, "LIBRARY_NAME_TEMPLATE")
    shelf = work.shelf(BRIDGE)
    for item in work.unsettled():
        wanted = _wanted(work, item)
        label = mark("file_preparation", template.text, wanted.sha256)
        if not item.goes_on or not item.is_due(Phase.FILE_PREPARATION, label):
            continue
        status, reason = PhaseStatus.DONE, None
        with timed() as seconds:
            try:
                ready = _ready(work, shelf, item, wanted, template)
                ended = msgspec.structs.replace(item, ready=ready).without(Phase.SORTING)
                ended = ended.ended(Phase.FILE_PREPARATION, done(label, seconds()))
            except (RetryableError, OSError) as error:
                status, reason = PhaseStatus.FAILED, said(error)
                ended = item.ended(Phase.FILE_PREPARATION, failed(reason, seconds()))
        work.ledger.save([ended])
        tally.add(item.path, wanted.bytes, status, reason)
        work.progress(tally)


def _wanted(work: LibraryWork, item: Item) -> Stored:
    """The file whose bytes are uploaded."""
    if work.settings.compression and item.compressed is not None:
        return item.compressed
    return item.original


def _ready(
    work: LibraryWork, shelf: Shelf, item: Item, wanted: Stored, template: Template
) -> Stored:
    name = _free_name(work, item, wanted, template)
    if hash_file(work.root / wanted.path)[0] != wanted.sha256:
        raise RetryableError(f"{wanted.path} is not as it was stored; verification mends it")
    if item.ready is not None:
        retire(work.root, item.ready)
    _clear(work.root, f"{BRIDGE}/{name}", wanted.sha256)
    ready, _ = shelf.receive(copy_into(work.root / wanted.path), name)
    _date(work.root / ready.path, item)
    return ready


def _free_name(work: LibraryWork, item: Item, wanted: Stored, template: Template) -> str:
    """The name of the template, marked where another item has it; one for both of a Live Photo."""
    family = _family(work, item)
    base = template.path(family[0])
    mine = {member.item_id for member in family}
    for each in _candidates(base, family[0]):
        names = [each + _extension(member, _wanted(work, member)) for member in family]
        if all(other.item_id in mine for name in names for other in work.ledger.named(name)):
            return each + _extension(item, wanted)
    raise RetryableError(f"{base} is taken by equal files; set LIBRARY_NAME_TEMPLATE")


def _family(work: LibraryWork, item: Item) -> list[Item]:
    """The item; of a Live Photo the still, then the movie."""
    other = work.ledger.item(item.pair) if item.pair else None
    if other is None:
        return [item]
    return [other, item] if item.kind == "video" else [item, other]


def _extension(item: Item, wanted: Stored) -> str:
    """The extension of the name, in small letters; that of the content where the name lies."""
    if wanted is item.compressed:
        return split(wanted.path)[1].lower()
    extension = split(item.path)[1].lower()
    if extension and contradiction(item.path, item.media_type or "") is None:
        return extension
    return _USUAL.get(item.media_type or "", extension)


def _candidates(base: str, item: Item) -> Iterator[str]:
    yield base
    for mark_of in (item.original.sha256[:8], item.original.sha256, item.item_id):
        yield f"{base}_{mark_of}"


def _clear(root: Path, path: str, sha256: str) -> None:
    """The bridge is ours: what lies in the way there and is none of ours is set aside."""
    file = root / path
    if os.path.lexists(file) and not (is_plain(file) and hash_file(file)[0] == sha256):
        set_aside(root, path)


def _date(path: Path, item: Item) -> None:
    """Photo programs sort by the file's time where they read nothing else."""
    when = captured(item)
    if when is not None:
        moment = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
        os.utime(path, (moment, moment))
