"""Deduplication: copies are marked and go no further; the best one does. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schedulerx.library.pairs import paired
from schedulerx.library.work import LibraryWork, Tally, batches, done, mark
from schedulerx.model.evidence import NearDuplicate
from schedulerx.model.library import Item, Phase
from schedulerx.pipeline.families import family_key
from schedulerx.steps.dedupe import near_duplicates

_SAVED = 500  # items a transaction


def run(work: LibraryWork, tally: Tally) -> None:
    """Marks equal files, and those that look the same, in the whole library."""
    fresh = mark("deduplication", work.examination)
    for batch in batches(paired(work.ledger), _SAVED):
        work.ledger.save(batch)
    changed = work.ledger.link_copies(_kept_whole(work, near_duplicates(work.ledger)))
    for batch in batches(_due(work, fresh), _SAVED):
        work.ledger.save([item.ended(Phase.DEDUPLICATION, done(fresh, 0.0)) for item in batch])
        for item in batch:
            tally.add(item.path, item.original.bytes)
        work.progress(tally)
    tally.note = f"{changed:,} marked" if changed else ""


def _due(work: LibraryWork, fresh: str) -> Iterator[Item]:
    for item in work.unsettled():
        is_sound = item.kind != "other" and item.reason_code is None
        if is_sound and item.is_due(Phase.DEDUPLICATION, fresh):
            yield item


def _kept_whole(work: LibraryWork, links: Iterable[NearDuplicate]) -> list[NearDuplicate]:
    """Without links inside a family (RAW beside JPEG), and those that would part a Live Photo."""
    return [link for link in links if _may_be_linked(work, link)]


def _may_be_linked(work: LibraryWork, link: NearDuplicate) -> bool:
    copy = work.ledger.item(link.object_id.hex())
    original = work.ledger.item(link.original_id.hex())
    if copy is None or original is None:
        return False
    if copy.pair is not None:  # its movie would be left alone; equal bytes are another matter
        return False
    same = copy.source == original.source and family_key(copy.path) == family_key(original.path)
    return not same
