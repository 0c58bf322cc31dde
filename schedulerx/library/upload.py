"""Upload: every target holds every file once; what all of them hold moves to `uploaded`."""

from __future__ import annotations

import msgspec

from schedulerx.errors import RetryableError
from schedulerx.library.files import is_plain, moved
from schedulerx.library.names import marked
from schedulerx.library.ports import UploadTarget
from schedulerx.library.work import (
    BRIDGE,
    UPLOADED,
    LibraryWork,
    Tally,
    done,
    failed,
    mark,
    said,
    timed,
)
from schedulerx.model.library import Item, Phase, Stored, Upload


def run(work: LibraryWork, tally: Tally) -> None:
    """Every ready item that some target lacks, or that still lies in the bridge."""
    for item in work.unsettled():
        if not item.goes_on or item.ready is None:
            continue
        label = mark("upload", item.ready.sha256, *sorted(t.location() for t in work.targets))
        if not item.is_due(Phase.UPLOAD, label) and not _waits(item.ready):
            continue
        with timed() as seconds:
            ended, reason = _uploaded(work, item, item.ready)
            entry = done(label, seconds()) if reason is None else failed(reason, seconds())
        work.ledger.save([ended.ended(Phase.UPLOAD, entry)])
        tally.add(item.path, item.ready.bytes, entry.status, reason)
        work.progress(tally)


def _waits(ready: Stored) -> bool:
    return ready.path.startswith(f"{BRIDGE}/")


def _uploaded(work: LibraryWork, item: Item, ready: Stored) -> tuple[Item, str | None]:
    """The item with what the targets took, and why one did not."""
    try:
        for target in work.targets:
            upload = _sent(work, target, item, ready)
            others = tuple(each for each in item.uploads if each.target != upload.target)
            if upload not in item.uploads:
                item = msgspec.structs.replace(item, uploads=(*others, upload))
                work.ledger.save([item])  # told before the next target is begun
        return _shelved(work, item, ready), None
    except (RetryableError, OSError) as error:
        return forgotten(work, item), said(error)


def _sent(work: LibraryWork, target: UploadTarget, item: Item, ready: Stored) -> Upload:
    """The file at the target: found there, or sent."""
    path, place = work.root / ready.path, target.location()
    known = next((each for each in item.uploads if each.target == place), None)
    if known is not None and known.sha256 == ready.sha256:
        return known
    if not is_plain(path):
        raise RetryableError(f"{ready.path} is gone; the next run prepares it again")
    name = _name(ready)
    for key in (name, marked(name, ready.sha256[:8]), marked(name, ready.sha256)):
        held = target.holds(key, ready.sha256, path)
        is_ours = known is not None and known.key == key and target.holds(key, known.sha256)
        if held is None or (is_ours and not held):
            target.put(key, path, ready.sha256)
            held = True
        if held:
            return Upload(target=place, key=key, sha256=ready.sha256)
    raise RetryableError(f"{name} is taken at {place}; move what lies there away")


def _name(ready: Stored) -> str:
    return ready.path.partition("/")[2] if _waits(ready) else ready.path.rpartition("/")[2]


def _shelved(work: LibraryWork, item: Item, ready: Stored) -> Item:
    """The item once its file lies in `uploaded`."""
    if not _waits(ready):
        return item
    name = f"{UPLOADED}/{_name(ready)}"
    for path in (name, marked(name, ready.sha256[:8]), marked(name, ready.sha256)):
        found = moved(work.root, ready, path)
        if found is not None:
            return msgspec.structs.replace(item, ready=found)
    raise RetryableError(f"{name} is taken; move what lies there away")


def forgotten(work: LibraryWork, item: Item) -> Item:
    """The item, to be prepared again where its ready file is gone."""
    if item.ready is None or is_plain(work.root / item.ready.path):
        return item
    return msgspec.structs.replace(item, ready=None).without(Phase.FILE_PREPARATION)


def is_whole(work: LibraryWork, item: Item) -> bool:
    """Whether every target has taken what is ready."""
    held = {(each.target, each.sha256) for each in item.uploads}
    ready = item.ready
    return ready is not None and all((t.location(), ready.sha256) in held for t in work.targets)
