"""A library kept in this process, on a real database, in milliseconds."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import msgspec
import numpy as np
import pytest
from PIL import Image

from schedulerx.compose.library import state_of
from schedulerx.library.phases import run_phases
from schedulerx.library.settings import LibrarySettings
from schedulerx.library.tasks import Job, LibraryWorker, Made
from schedulerx.library.work import LibraryWork, Tally
from schedulerx.model.library import Item, Phase, PhaseTotals
from schedulerx.pipeline.pool import Finished
from schedulerx.settings import ProcessingSettings, RenderSettings, RenditionSettings
from schedulerx.stores.folder_source import FolderSource
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.library_source import FolderLibrarySource
from schedulerx.stores.library_targets import open_target
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.library import PostgresLedger
from schedulerx.stores.postgres.profiles import Profile

THUMBNAIL = RenderSettings(renditions=(RenditionSettings(name="thumbnail", size=160),))


class InlinePool:
    """The pool's interface without processes."""

    def __init__(self, worker: LibraryWorker) -> None:
        self._worker = worker

    def run(
        self, tasks: Iterable[Job], stop: Callable[[], bool] = lambda: False
    ) -> Iterator[Finished[Job, Made]]:
        for task in tasks:
            if stop():
                return
            yield Finished(task, self._worker(task))


@dataclass
class Kept:
    """How a run ended."""

    totals: dict[Phase, PhaseTotals]
    tallies: list[Tally]
    items: dict[str, Item]

    @property
    def reasons(self) -> list[str]:
        return [trouble.reason for tally in self.tallies for trouble in tally.troubles]


@dataclass
class Library:
    """One library and its source."""

    source: Path
    root: Path
    database: Database
    env: dict[str, str] = field(default_factory=dict)
    library_id: Any = field(default_factory=uuid4)

    @property
    def ledger(self) -> PostgresLedger:
        return PostgresLedger(self.database, self.library_id)

    def keep(self, *, verify_all: bool = False, **settings: Any) -> Kept:
        made = LibrarySettings(**settings)
        processing = ProcessingSettings(render=THUMBNAIL)
        artifacts = FolderArtifacts(state_of(self.root).artifacts)
        originals = FolderSource(self.root / "originals")
        worker = LibraryWorker(self.root, originals, artifacts, made, processing)
        work = LibraryWork(
            root=self.root,
            source=FolderLibrarySource(self.source),
            targets=tuple(open_target(each, self.root, self.env) for each in made.targets),
            ledger=self.ledger,
            pool=cast("Any", InlinePool(worker)),
            settings=made,
            processing=processing,
            verify_all=verify_all,
        )
        totals, tallies = run_phases(work)
        items = {item.path: item for item in self.ledger.items()}
        return Kept({each.phase: each for each in totals}, tallies, items)


@pytest.fixture
def library(tmp_path: Path, postgres: Profile) -> Iterator[Library]:
    (tmp_path / "source").mkdir()
    database = Database(postgres)
    database.open()
    yield Library(tmp_path / "source", tmp_path / "library", database)
    database.close()


def photo(
    seed: int, size: tuple[int, int] = (480, 320), taken: str | None = None, quality: int = 98
) -> bytes:
    """A JPEG of a scene made of waves, other for every seed."""
    rng = np.random.default_rng(seed)
    down, across = np.mgrid[0 : size[1], 0 : size[0]] / max(size)
    waves = [
        np.sin(2 * np.pi * (a * down + b * across) + c)
        for a, b, c in rng.uniform(-4, 4, size=(9, 3))
    ]
    planes = [sum(waves[i : i + 3]) for i in (0, 3, 6)]
    pixels = np.stack([np.asarray(plane) * 35 + 128 for plane in planes], axis=-1)
    noisy = pixels + np.random.default_rng(seed).normal(0, 3, pixels.shape)
    out = io.BytesIO()
    exif = Image.Exif()
    if taken is not None:
        exif[0x0110] = "Camera One"
        exif.get_ifd(0x8769)[0x9003] = taken
    Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(
        out, "JPEG", quality=quality, exif=exif
    )
    return out.getvalue()


def put(library: Library, path: str, data: bytes) -> Path:
    """A file of the source."""
    file = library.source / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def replaced(item: Item, **changes: Any) -> Item:
    """Another item."""
    return msgspec.structs.replace(item, **changes)
