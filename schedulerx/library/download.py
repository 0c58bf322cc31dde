"""Download: what the source has and the library lacks is stored, read back and examined."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.library.files import Shelf
from schedulerx.library.names import portable_path
from schedulerx.library.tasks import Job, Made
from schedulerx.library.work import (
    ORIGINALS,
    LibraryWork,
    Tally,
    batches,
    done,
    failed,
    said,
)
from schedulerx.model.identity import object_id, raw_path
from schedulerx.model.library import Asset, Item, Phase, PhaseEntry, PhaseStatus
from schedulerx.model.record import ReasonCode, Record, Status
from schedulerx.pipeline.pool import Finished, Lost

_ASKED = 500  # assets looked up at a time


def run(work: LibraryWork, tally: Tally) -> None:
    """Stores what is new while the workers examine what was stored."""
    for event in work.pool.run(_jobs(work, tally), work.stop):
        item, made = event.task.item, _made(event)
        ended, record = _examined(work, item, made)
        look = {item.item_id: record.look} if record else None
        work.ledger.save([ended], look)
        entry = ended.phases[Phase.DOWNLOAD]
        reason = entry.error or ended.reason
        tally.add(item.path, item.original.bytes, entry.status, reason, ended.reason_code)
        tally.saw(ended)
        work.progress(tally)


def _jobs(work: LibraryWork, tally: Tally) -> Iterator[Job]:
    """First what an earlier run left unexamined, then what is new."""
    for item in work.unsettled():
        if item.is_due(Phase.DOWNLOAD, work.examination):
            yield Job(item)
    shelf, source = work.shelf(ORIGINALS), work.source.location()
    for batch in batches(work.source.assets(), _ASKED):
        known = work.ledger.known(source, batch)
        tally.listed += len(batch)
        for asset in batch:
            if work.stop():
                return
            if (asset.path, asset.version) in known:
                tally.known += 1
                continue
            stored = _stored(work, shelf, asset, tally)
            if stored is not None and stored.is_due(Phase.DOWNLOAD, work.examination):
                yield Job(stored)


def _stored(work: LibraryWork, shelf: Shelf, asset: Asset, tally: Tally) -> Item | None:
    """The asset as an item of the library; None where it could not be had."""
    try:
        _may_be_read(asset, work.processing.validate.max_bytes)
        name = portable_path(asset.path)
        original, etag = shelf.receive(lambda out: work.source.read(asset, out), name)
    except RejectedInput as error:
        tally.add(asset.path, asset.bytes, PhaseStatus.QUARANTINED, error.reason, error.code)
        return None
    except (RetryableError, OSError) as error:
        tally.add(asset.path, asset.bytes, PhaseStatus.FAILED, said(error))
        return None
    item_id = object_id(raw_path(asset.path, asset.raw), original.sha256, work.source.location())
    known = work.ledger.item(item_id)
    if known is not None:  # touched, not changed; or fetched again because it was damaged
        item = msgspec.structs.replace(known, version=asset.version, original=original)
    else:
        item = Item(
            item_id=item_id,
            source=work.source.location(),
            path=asset.path,
            raw=asset.raw,
            version=asset.version,
            original=original,
            etag=etag,
        )
    work.ledger.save([item])
    return item


def _may_be_read(asset: Asset, limit: int) -> None:
    if asset.failure is not None:
        raise RetryableError(asset.failure)
    if asset.refusal is not None:
        raise RejectedInput(ReasonCode.SPECIAL, asset.refusal)
    if asset.bytes > limit:
        raise RejectedInput(
            ReasonCode.REFUSED,
            f"{asset.path} has {asset.bytes:,} bytes, over the limit of {limit:,}; raise "
            "validate.max_bytes if it is genuine",
        )


def _made(event: Finished[Job, Made] | Lost[Job]) -> Made:
    if isinstance(event, Finished):
        return event.result
    path = event.task.item.path
    if event.overran:
        return Made(record=None, error=f"{path} was given up: {event.reason}")
    return Made(error=f"{path} was tried several times: {event.reason}")


def _examined(work: LibraryWork, item: Item, made: Made) -> tuple[Item, Record | None]:
    """The item with what was found in it."""
    record = made.record
    if record is None:
        return item.ended(Phase.DOWNLOAD, failed(made.error or "", made.seconds)), None
    if record.sha256 != item.original.sha256:
        reason = f"{item.original.path} is not what was stored; verification fetches it again"
        return item.ended(Phase.DOWNLOAD, failed(reason, made.seconds)), None
    known = msgspec.structs.replace(
        item,
        media_type=record.media_type,
        description=record.description,
        thumbnail=record.renditions[-1] if record.renditions else None,
        warnings=record.warnings,
        reason_code=record.reason_code,
        reason=record.reason,
    )
    return known.ended(Phase.DOWNLOAD, _entry(work, record, made.seconds)), record


def _entry(work: LibraryWork, record: Record, seconds: float) -> PhaseEntry:
    if record.status is Status.FAILED:
        return failed(record.reason or "", seconds)
    if record.status is Status.QUARANTINED:
        return PhaseEntry(status=PhaseStatus.QUARANTINED, mark=work.examination, seconds=seconds)
    return done(work.examination, seconds)
