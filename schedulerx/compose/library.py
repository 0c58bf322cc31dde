"""A photo library's folder, and what a run over it works with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import msgspec

from schedulerx.compose.layout import ArtifactFolder
from schedulerx.compose.library_worker import STATE
from schedulerx.errors import ConfigurationError
from schedulerx.library.settings import LibrarySettings
from schedulerx.library.tasks import Job, Made
from schedulerx.library.template import Template
from schedulerx.library.work import SHELVES, LibraryWork, Tally
from schedulerx.pipeline.pool import Pool
from schedulerx.pipeline.services import WorkerSpec
from schedulerx.settings import ProcessingSettings
from schedulerx.stores.folders import FolderArtifacts
from schedulerx.stores.library_source import FolderLibrarySource
from schedulerx.stores.library_targets import open_target
from schedulerx.stores.postgres.library import PostgresLedger, open_ledger

_IDENTITY = "library.json"


class _Identity(msgspec.Struct, frozen=True):
    """What tells a library in a database of several."""

    library_id: UUID


def state_of(library: Path) -> ArtifactFolder:
    """Where a library keeps what it knows; hidden, so that photo programs pass it by."""
    return ArtifactFolder(library.resolve() / STATE)


@contextmanager
def ledger_of(library: Path, env: Mapping[str, str]) -> Iterator[PostgresLedger]:
    """The ledger of a library that is there.

    Raises:
        ConfigurationError: there is none, or its database cannot be used.
    """
    state = state_of(library)
    if not (state.root / _IDENTITY).is_file():
        raise ConfigurationError(
            f"{library} is no library yet; run `schedulerx library run SOURCE {library}` first"
        )
    with open_ledger(env, state.database, _library_id(state)) as ledger:
        yield ledger


@dataclass(frozen=True)
class LibraryPlan:
    """What a run is to do, and where."""

    source: Path
    library: Path
    settings: LibrarySettings
    processing: ProcessingSettings
    processes: int
    verify_all: bool = False


@contextmanager
def library_work(
    plan: LibraryPlan,
    env: Mapping[str, str],
    stop: Callable[[], bool],
    progress: Callable[[Tally], None],
) -> Iterator[LibraryWork]:
    """What a run works with; for the holder of the library's lock.

    Raises:
        ConfigurationError: a template, a target, a folder or the database cannot be used.
    """
    root, state, settings = plan.library.resolve(), state_of(plan.library), plan.settings
    examined = _examining(plan.processing)
    Template(settings.name_template, "LIBRARY_NAME_TEMPLATE")
    Template(settings.sort_template, "LIBRARY_SORT_TEMPLATE")
    targets = tuple(open_target(location, root, env) for location in settings.targets)
    FolderArtifacts(state.artifacts).sweep()
    workers: Pool[Job, Made] = Pool(
        _workers(root, settings, examined), "", plan.processes, examined.limit_s
    )
    with open_ledger(env, state.database, _library_id(state)) as ledger, workers as pool:
        yield LibraryWork(
            root=root,
            source=FolderLibrarySource(plan.source, (root, *_target_folders(settings))),
            targets=targets,
            ledger=ledger,
            pool=pool,
            settings=settings,
            processing=examined,
            verify_all=plan.verify_all,
            stop=stop,
            progress=progress,
        )


def _examining(processing: ProcessingSettings) -> ProcessingSettings:
    """The same with the smallest rendition alone: what items are shown and compared by."""
    renditions = sorted(processing.render.renditions, key=lambda each: each.longest)[:1]
    render = msgspec.structs.replace(processing.render, renditions=tuple(renditions), videos=())
    return msgspec.structs.replace(processing, render=render)


def _workers(root: Path, settings: LibrarySettings, processing: ProcessingSettings) -> WorkerSpec:
    return WorkerSpec(
        "schedulerx.compose.library_worker:library_worker",
        {
            "library": str(root),
            "settings": msgspec.json.encode(settings).decode(),
            "processing": msgspec.json.encode(processing).decode(),
        },
    )


def _target_folders(settings: LibrarySettings) -> tuple[Path, ...]:
    """Targets inside the source are not photos to download."""
    return tuple(Path(target) for target in settings.targets if "://" not in target)


def _library_id(state: ArtifactFolder) -> UUID:
    """The library's id, made with it."""
    file = state.root / _IDENTITY
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Identity).library_id
    except FileNotFoundError:
        made = _Identity(uuid4())
    except msgspec.MsgspecError as error:
        raise ConfigurationError(
            f"{file} is damaged; restore it, or remove it: the next run takes the files in again"
        ) from error
    state.root.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".partial")
    temporary.write_bytes(msgspec.json.encode(made))
    temporary.replace(file)
    return made.library_id


def check_folders(source: Path, library: Path) -> None:
    """Refuses folders that cannot be a source and a library.

    Raises:
        ConfigurationError: says which, and what to do.
    """
    if not source.is_dir():
        raise ConfigurationError(f"the source {source} is no folder; name the folder of the photos")
    if library.exists() and not library.is_dir():
        raise ConfigurationError(f"{library} is a file; name a folder for the library")
    inner, outer = source.resolve(), library.resolve()
    if inner == outer or inner.is_relative_to(outer):
        raise ConfigurationError(
            f"the source {source} lies in the library {library}; a library needs its own folder"
        )
    known = {*SHELVES, STATE, "reports", "aside"}
    if library.is_dir() and not (library / STATE).is_dir():
        strangers = sorted(path.name for path in library.iterdir() if path.name not in known)
        if strangers:
            raise ConfigurationError(
                f"{library} holds other files ({strangers[0]}); name a new or an empty folder"
            )
