"""A photo library: its items, and how each went through the phases."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from schedulerx.model.record import Description, ReasonCode, Rendition


class Phase(StrEnum):
    """The phases, in their order."""

    DOWNLOAD = "download"
    DEDUPLICATION = "deduplication"
    COMPRESSION = "compression"
    FILE_PREPARATION = "file_preparation"
    UPLOAD = "upload"
    SORTING = "sorting"
    VERIFICATION = "verification"


class PhaseStatus(StrEnum):
    """How a phase ended for one item."""

    DONE = "done"
    FAILED = "failed"  # tried again by the next run
    QUARANTINED = "quarantined"  # the file's own fault: it goes no further


class PhaseEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One phase's line in an item. `mark` is of what it depends on: another one, and it is due."""

    status: PhaseStatus
    mark: str = ""
    seconds: float = 0.0
    error: str | None = None


class Asset(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One file as a source lists it. `version` changes when its bytes do."""

    path: str
    bytes: int
    version: str
    raw: str | None = None  # see model.identity.portable_path
    refusal: str | None = None  # why it is not to be opened: a link, a device
    failure: str | None = None  # why it could not be listed; the next run may


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A file of ours: where it lies below the library, and what it must hold."""

    path: str
    bytes: int
    sha256: str


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """What a target holds of an item."""

    target: str  # a folder or an s3:// location
    key: str
    sha256: str


class Item(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One file of the library: everything the phases know of it."""

    item_id: str  # 32 hex digits: of source, path and SHA-256
    source: str
    path: str
    version: str
    original: Stored
    raw: str | None = None
    etag: str = ""  # what S3 gives these bytes
    media_type: str | None = None
    description: Description = Description()
    thumbnail: Rendition | None = None
    warnings: tuple[str, ...] = ()
    reason_code: ReasonCode | None = None  # set where it is quarantined
    reason: str | None = None
    copy_of: str | None = None  # the item it is a copy of
    likeness: float | None = None  # None: the same bytes
    pair: str | None = None  # of a Live Photo's two parts, the other's id
    compressed: Stored | None = None  # None: the original's bytes are kept
    ready: Stored | None = None  # what is uploaded: in bridge, then in uploaded
    uploads: tuple[Upload, ...] = ()
    phases: dict[str, PhaseEntry] = msgspec.field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Photo, video, or other."""
        family = (self.media_type or "").partition("/")[0]
        return {"image": "photo", "video": "video"}.get(family, "other")

    @property
    def goes_on(self) -> bool:
        """Whether the phases after deduplication take it: a sound photo or video, and no copy."""
        return self.reason_code is None and self.copy_of is None and self.kind != "other"

    def ended(self, phase: Phase, entry: PhaseEntry) -> Item:
        """The item with this phase's entry."""
        return msgspec.structs.replace(self, phases={**self.phases, phase.value: entry})

    def without(self, phase: Phase) -> Item:
        """The item as if the phase had never been."""
        rest = {name: entry for name, entry in self.phases.items() if name != phase.value}
        return msgspec.structs.replace(self, phases=rest)

    def is_due(self, phase: Phase, mark: str) -> bool:
        """Whether the phase has not ended well under this mark."""
        entry = self.phases.get(phase.value)
        return entry is None or entry.status is PhaseStatus.FAILED or entry.mark != mark


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """An item that did not go through a phase, and why."""

    path: str
    phase: Phase
    status: PhaseStatus
    reason: str
    reason_code: ReasonCode | None = None


class PhaseTotals(msgspec.Struct, frozen=True, kw_only=True):
    """One phase of one run. `files` were tried; `note` says in a few words what came of it."""

    phase: Phase
    is_on: bool = True
    seconds: float = 0.0
    files: int = 0
    bytes: int = 0
    done: int = 0
    failed: int = 0
    quarantined: int = 0
    note: str = ""


class LibraryCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What the library holds."""

    items: int = 0
    bytes: int = 0
    photos: int = 0
    videos: int = 0
    others: int = 0
    copies: int = 0
    quarantined: int = 0
    failed: int = 0
    uploaded: int = 0
    original_bytes: int = 0  # of what goes on
    ready_bytes: int = 0  # of the same, as it is ready to be uploaded


class LibraryRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run over a library, as its report tells it."""

    run_id: str
    source: str
    library: str
    targets: tuple[str, ...]
    started_at: str  # ISO 8601, UTC
    finished_at: str
    seconds: float
    listed: int  # files the source showed
    known: int  # of them, in the library from before
    phases: tuple[PhaseTotals, ...]
    troubles: tuple[Trouble, ...]  # at most `TROUBLES_KEPT`
    counts: LibraryCounts
    command: str
    version: str
    toggles: dict[str, bool]

    @property
    def failed(self) -> int:
        """Ends that another run mends, or reports again."""
        return sum(totals.failed for totals in self.phases)

    @property
    def worked(self) -> bool:
        """Whether there was anything to do."""
        return any(totals.done + totals.failed for totals in self.phases)


TROUBLES_KEPT = 10_000
