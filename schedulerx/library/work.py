"""What every phase is given, and where it tells how it went."""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from schedulerx.library.files import Shelf
from schedulerx.library.ports import Ledger, LibrarySource, UploadTarget
from schedulerx.library.settings import LibrarySettings
from schedulerx.library.tasks import EXAMINATION, Job, Made
from schedulerx.model.library import (
    TROUBLES_KEPT,
    Item,
    Phase,
    PhaseEntry,
    PhaseStatus,
    PhaseTotals,
    Trouble,
)
from schedulerx.model.record import ReasonCode
from schedulerx.pipeline.artifacts import fingerprint
from schedulerx.pipeline.pool import Pool
from schedulerx.settings import ProcessingSettings

T = TypeVar("T")
ORIGINALS, COMPRESSED, BRIDGE, UPLOADED = SHELVES = (
    *("originals", "compressed", "bridge", "uploaded"),
)
SAMPLE = 60  # pictures of a report
# No other file fares better: the run ends, and says so.
_FATAL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


@dataclass
class Tally:
    """How one phase goes, as it goes."""

    phase: Phase
    troubles: list[Trouble] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    ended: dict[PhaseStatus, int] = field(default_factory=lambda: dict.fromkeys(PhaseStatus, 0))
    note: str = ""
    listed: int = 0
    known: int = 0
    sample: list[str] = field(default_factory=list)  # ids of items with a picture

    def saw(self, item: Item) -> None:
        """An item the report may show."""
        if item.thumbnail is not None and len(self.sample) < SAMPLE:
            self.sample.append(item.item_id)

    def add(
        self,
        path: str,
        size: int,
        status: PhaseStatus = PhaseStatus.DONE,
        reason: str | None = None,
        code: ReasonCode | None = None,
    ) -> None:
        """One more file."""
        self.files += 1
        self.bytes += size
        self.ended[status] += 1
        if reason is not None and len(self.troubles) < TROUBLES_KEPT:
            trouble = Trouble(
                path=path, phase=self.phase, status=status, reason=reason, reason_code=code
            )
            self.troubles.append(trouble)

    def totals(self, seconds: float) -> PhaseTotals:
        """The phase's line in the report."""
        return PhaseTotals(
            phase=self.phase,
            seconds=seconds,
            files=self.files,
            bytes=self.bytes,
            done=self.ended[PhaseStatus.DONE],
            failed=self.ended[PhaseStatus.FAILED],
            quarantined=self.ended[PhaseStatus.QUARANTINED],
            note=self.note,
        )


@dataclass(frozen=True)
class LibraryWork:
    """One run over one library."""

    root: Path
    source: LibrarySource
    targets: tuple[UploadTarget, ...]
    ledger: Ledger
    pool: Pool[Job, Made]
    settings: LibrarySettings
    processing: ProcessingSettings
    verify_all: bool = False
    stop: Callable[[], bool] = lambda: False
    progress: Callable[[Tally], None] = lambda _: None

    def shelf(self, name: str) -> Shelf:
        """One of the library's folders."""
        return Shelf(self.root, name)

    @cached_property
    def examination(self) -> str:
        """The mark of what an item was examined with."""
        return fingerprint(EXAMINATION, self.processing)

    @cached_property
    def configuration(self) -> str:
        """The mark of everything that decides what is done with an item."""
        targets = sorted(target.location() for target in self.targets)
        return mark(self.examination, msgspec.json.encode(self.settings).decode(), *targets)

    def unsettled(self) -> Iterator[Item]:
        """The items that have something before them, until the run is asked to stop."""
        for item in self.ledger.unsettled(self.configuration):
            if self.stop():
                return
            yield item


def mark(*parts: str) -> str:
    """A digest of what a result depends on."""
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part.encode("utf-8", "replace"))
    return digest.hexdigest()


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Seconds since the context began."""
    begun = time.perf_counter()
    yield lambda: round(time.perf_counter() - begun, 6)


def done(label: str, seconds: float) -> PhaseEntry:
    """A phase that ended well."""
    return PhaseEntry(status=PhaseStatus.DONE, mark=label, seconds=seconds)


def failed(reason: str, seconds: float = 0.0) -> PhaseEntry:
    """A phase that is tried again."""
    return PhaseEntry(status=PhaseStatus.FAILED, seconds=seconds, error=reason)


def said(error: Exception) -> str:
    """What an error says of one file. What no file can go on with is raised again."""
    if isinstance(error, OSError):
        if error.errno in _FATAL:
            raise error
        return f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
    return str(error)


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things, some at a time."""
    source = iter(things)
    while batch := list(islice(source, size)):
        yield batch
