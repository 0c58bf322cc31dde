"""What worker processes do for the library: examining originals, making compressed copies."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.library.compressing import compressed, compressed_name, extension_of
from schedulerx.library.files import Shelf, copy_into
from schedulerx.library.settings import LibrarySettings
from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.model.keys import record_key
from schedulerx.model.library import Item, Stored
from schedulerx.model.member import Member
from schedulerx.model.ports import ArtifactStore, Source
from schedulerx.model.record import Record, decode_record
from schedulerx.pipeline.processing import FileProcessor
from schedulerx.pipeline.progress import Progress
from schedulerx.pipeline.task import Task
from schedulerx.settings import ProcessingSettings

EXAMINATION = ("validate", "describe", "render")


class Job(msgspec.Struct, frozen=True):
    """One item for a worker: to be examined, or compressed."""

    item: Item
    compress: bool = False


class Made(msgspec.Struct, frozen=True):
    """What came of it. `compressed` is None where the original's bytes are kept."""

    record: Record | None = None
    compressed: Stored | None = None
    error: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class LibraryWorker:
    """What a worker process holds. `originals` is the library's folder as a source."""

    root: Path
    originals: Source
    artifacts: ArtifactStore
    settings: LibrarySettings
    processing: ProcessingSettings

    def __call__(self, job: Job, _progress: Progress[Made] | None = None) -> Made:
        """One job, which has no parts to tell of. A bad file is a result, never an exception."""
        begun = time.perf_counter()
        made = self._compressed(job.item) if job.compress else self._examined(job.item)
        seconds = round(time.perf_counter() - begun, 6)
        return msgspec.structs.replace(made, seconds=seconds)

    def _examined(self, item: Item) -> Made:
        path = item.original.path.partition("/")[2]
        try:
            status = (self.root / item.original.path).stat()
        except OSError as error:
            return Made(error=f"{item.original.path}: {error.strerror}; run again")
        member = Member(path=path, bytes=status.st_size, modified_ns=status.st_mtime_ns)
        processor = FileProcessor(
            Task(EXAMINATION, self.processing), self.originals, self.artifacts
        )
        outcome = processor(member)
        if not outcome.fingerprint:
            return Made(error=outcome.reason or "nothing could be read")
        key = record_key(outcome.object_id, outcome.fingerprint)
        return Made(record=decode_record(self.artifacts.get(key)))

    def _compressed(self, item: Item) -> Made:
        original, shelf = self.root / item.original.path, Shelf(self.root, "compressed")
        try:
            with shelf.scratch(extension_of(item, self.settings)) as target:
                limits = self.processing.validate
                if not compressed(original, item, self.settings, limits, target):
                    return Made()
                stored, _ = shelf.receive(copy_into(target), compressed_name(item, self.settings))
        except (RejectedInput, RetryableError, *DECODER_ERRORS) as error:
            return Made(error=f"{type(error).__name__}: {error}")
        return Made(compressed=stored)
