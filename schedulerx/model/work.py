"""What a step is given."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from schedulerx.model.event import Event
from schedulerx.model.member import Member
from schedulerx.model.memo import Memo
from schedulerx.model.passwords import NO_PASSWORDS, Passwords
from schedulerx.model.ports import ArtifactStore, EvidenceStore, TextDetector
from schedulerx.model.record import Record
from schedulerx.model.run import Run
from schedulerx.settings import ProcessingSettings


@contextmanager
def temporary_file() -> Iterator[Path]:
    """A path for a file that goes with the context."""
    with tempfile.TemporaryDirectory(prefix="schedulerx-") as folder:
        yield Path(folder) / "file"


@dataclass(frozen=True)
class FileWork:
    """For a FILE step: `run(work, record) -> record`.

    `path` is the file on local disk, never to be written. `fingerprint` is this step's own: it
    belongs into the key of every artifact the step publishes.
    """

    member: Member
    path: Path
    artifacts: ArtifactStore
    settings: ProcessingSettings
    fingerprint: str
    # For what is locked: `work.passwords.first(record.password_line)`.
    passwords: Passwords = NO_PASSWORDS
    # Amazon Textract, where read.ocr_engine asks for it and the run has a way to it.
    textract: Callable[[], TextDetector] | None = None
    # Where a copy may lie while the file is in work.
    spare_file: Callable[[], AbstractContextManager[Path]] = temporary_file
    # What steps share of this file, such as its pixels (steps.decoded).
    memo: Memo = field(default_factory=Memo, compare=False)


@dataclass(frozen=True)
class GroupWork:
    """For a GROUP step: `run(work) -> counts`. `records` streams the group's records."""

    group_id: str
    location: str  # of the source, see model.run.location_of
    records: Callable[[], Iterable[Record]]
    events: Callable[[Record], Iterable[Event]]
    artifacts: ArtifactStore
    evidence: EvidenceStore


@dataclass(frozen=True)
class RunWork:
    """For a RUN step: `run(work) -> counts`."""

    run: Run
    inventory: ArtifactStore
    artifacts: ArtifactStore
    reports: ArtifactStore
    evidence: EvidenceStore
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
