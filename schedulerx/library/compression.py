"""Compression: a smaller copy of each; where it is not smaller, the original's bytes stay."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schedulerx.library.compressing import compressible
from schedulerx.library.files import retire
from schedulerx.library.tasks import Job
from schedulerx.library.work import LibraryWork, Tally, done, failed, mark
from schedulerx.model.library import Item, Phase, PhaseStatus
from schedulerx.pipeline.pool import Finished


def run(work: LibraryWork, tally: Tally) -> None:
    """Every item that goes on and was not compressed under these settings."""
    saved = 0
    for event in work.pool.run(_jobs(work, tally), work.stop):
        item = event.task.item
        if not isinstance(event, Finished):
            _fail(work, tally, item, f"it was given up: {event.reason}")
        elif event.result.error is not None:
            _fail(work, tally, item, event.result.error)
        else:
            made = event.result.compressed
            saved += item.original.bytes - made.bytes if made else 0
            ended = msgspec.structs.replace(item, compressed=made).ended(
                Phase.COMPRESSION, done(_mark(work, item), event.result.seconds)
            )
            work.ledger.save([ended])
            tally.add(item.path, item.original.bytes)
        work.progress(tally)
    tally.note = f"{saved / 1e6:,.1f} MB saved" if saved else ""


def _jobs(work: LibraryWork, tally: Tally) -> Iterator[Job]:
    for item in work.unsettled():
        if item.goes_on and item.is_due(Phase.COMPRESSION, _mark(work, item)):
            if item.compressed is not None:  # under other settings
                retire(work.root, item.compressed)
            if compressible(item, work.settings):
                yield Job(item, compress=True)
                continue
            kept = msgspec.structs.replace(item, compressed=None)
            work.ledger.save([kept.ended(Phase.COMPRESSION, done(_mark(work, item), 0.0))])
            tally.add(item.path, item.original.bytes)


def _mark(work: LibraryWork, item: Item) -> str:
    settings = work.settings
    if item.kind == "video":
        how = f"{settings.video_size} {item.pair is not None}"
    else:
        how = f"{settings.format} {settings.size} {settings.quality} {item.pair is not None}"
    return mark("compression", item.original.sha256, how)


def _fail(work: LibraryWork, tally: Tally, item: Item, reason: str) -> None:
    work.ledger.save([item.ended(Phase.COMPRESSION, failed(reason))])
    tally.add(item.path, item.original.bytes, PhaseStatus.FAILED, reason)
