"""What an entry point hands to the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from schedulerx.model.ports import ArtifactStore, EventsFeed, EvidenceStore, Source
from schedulerx.model.run import Run


@dataclass(frozen=True)
class WorkerSpec:
    """How a worker process builds what it works with: `factory` ("module:function") is called
    with `options` and the run's id, and returns the function that processes one member.
    """

    factory: str
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Services:
    """The outside, as protocols. `evidence` connects when first called."""

    inventory: ArtifactStore
    artifacts: ArtifactStore
    reports: ArtifactStore
    evidence: Callable[[], EvidenceStore]
    source: Callable[[Run], Source]
    workers: WorkerSpec
    feed: EventsFeed | None = None  # of a folder run; the stack's own function opens it itself
