"""Verification: what was stored is read again and compared with what was read at the start."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schedulerx.errors import RetryableError
from schedulerx.library.files import is_plain, set_aside
from schedulerx.library.upload import is_whole
from schedulerx.library.work import LibraryWork, Tally, batches, done, failed, said, timed
from schedulerx.model.identity import hash_file
from schedulerx.model.library import Item, Phase, PhaseStatus, Stored

_SETTLED = 200  # items a transaction


def run(work: LibraryWork, tally: Tally) -> None:
    """Reads what this run stored, or with `verify_all` everything; the rest is there by size."""
    items = work.ledger.items() if work.verify_all else work.unsettled()
    for batch in batches(items, _SETTLED):
        verified = [_verified(work, item, tally) for item in batch]
        work.ledger.save([item for item in verified if not _is_through(work, item)])
        work.ledger.settle(
            [item for item in verified if _is_through(work, item)], work.configuration
        )
        work.progress(tally)
        if work.stop():
            return
    if not work.verify_all:
        tally.note = _in_place(work, tally)


def settle(work: LibraryWork) -> None:
    """Without reading anything: what is through the other phases has nothing before it."""
    for batch in batches(work.unsettled(), _SETTLED):
        through = [item for item in batch if _is_through(work, item)]
        work.ledger.settle(through, work.configuration)


def _verified(work: LibraryWork, item: Item, tally: Tally) -> Item:
    with timed() as seconds:
        try:
            item, problems = _compared(work, item)
        except (RetryableError, OSError) as error:
            problems = [said(error)]
        reason = "; ".join(problems) or None
        entry = failed(reason, seconds()) if reason else done("", seconds())
    tally.add(item.path, item.original.bytes, entry.status, reason)
    return item.ended(Phase.VERIFICATION, entry)


def _compared(work: LibraryWork, item: Item) -> tuple[Item, list[str]]:
    """The item, to be done again where it is not as it should be, and what is wrong."""
    found: list[str] = []
    if problem := _file_problem(work, item.original):
        found.append(f"{problem}; the next run fetches it from the source again")
        set_aside(work.root, item.original.path)
        item = msgspec.structs.replace(item, version="")
    if item.compressed is not None and (problem := _file_problem(work, item.compressed)):
        found.append(f"{problem}; the next run compresses it again")
        set_aside(work.root, item.compressed.path)
        item = msgspec.structs.replace(item, compressed=None).without(Phase.COMPRESSION)
    if item.ready is not None and (problem := _file_problem(work, item.ready)):
        found.append(f"{problem}; the next run prepares it again")
        set_aside(work.root, item.ready.path)
        item = msgspec.structs.replace(item, ready=None).without(Phase.FILE_PREPARATION)
    return _compared_at_targets(work, item, found)


def _compared_at_targets(work: LibraryWork, item: Item, found: list[str]) -> tuple[Item, list[str]]:
    for target in work.targets:
        for upload in item.uploads:
            if upload.target != target.location() or item.ready is None:
                continue
            if upload.sha256 != item.ready.sha256:
                continue
            path = work.root / item.ready.path
            if target.holds(upload.key, upload.sha256, path) is not True:
                found.append(
                    f"{upload.key} at {upload.target} is not what was sent; the next run sends it "
                    "again"
                )
                kept = tuple(each for each in item.uploads if each != upload)
                item = msgspec.structs.replace(item, uploads=kept).without(Phase.UPLOAD)
    return item, found


def _file_problem(work: LibraryWork, stored: Stored) -> str | None:
    file = work.root / stored.path
    if not is_plain(file):
        return f"{stored.path} is gone"
    if file.stat().st_size != stored.bytes or hash_file(file)[0] != stored.sha256:
        return f"{stored.path} is not what was stored"
    return None


def _is_through(work: LibraryWork, item: Item) -> bool:
    """Whether nothing is before the item under this configuration."""
    if any(entry.status is PhaseStatus.FAILED for entry in item.phases.values()):
        return False
    if Phase.DOWNLOAD not in item.phases or not item.version:
        return False
    return not item.goes_on or is_whole(work, item)


def _in_place(work: LibraryWork, tally: Tally) -> str:
    """Looks for the other items' files by size alone: reading all is `--verify_all`'s."""
    count = 0
    for batch in batches(work.ledger.items(), _SETTLED):
        missing = []
        for item in batch:
            problems = list(_missing(work, item))
            entry = item.phases.get(Phase.VERIFICATION)
            was_told = entry is not None and entry.status is PhaseStatus.FAILED
            count += not problems
            if problems and not was_told:
                ended, reasons = _compared(work, item)
                reason = "; ".join(reasons or problems)
                tally.add(item.path, item.original.bytes, PhaseStatus.FAILED, reason)
                missing.append(ended.ended(Phase.VERIFICATION, failed(reason)))
        work.ledger.save(missing)
    return f"{count:,} in place"


def _missing(work: LibraryWork, item: Item) -> Iterator[str]:
    for stored in (item.original, item.ready):
        if stored is None:
            continue
        try:
            if (work.root / stored.path).lstat().st_size != stored.bytes:
                yield f"{stored.path} has another size"
        except OSError:
            yield f"{stored.path} is gone"
