"""`schedulerx library`: a photo library, downloaded, deduplicated, compressed, uploaded, sorted."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from schedulerx import __version__
from schedulerx.commands.asked import folder
from schedulerx.commands.interrupting import interruptible
from schedulerx.commands.library_console import LibraryConsole, print_status
from schedulerx.compose.library import LibraryPlan, check_folders, ledger_of, library_work, state_of
from schedulerx.compose.library_report import last_run, write_report
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.library.phases import run_phases
from schedulerx.library.settings import library_settings, library_toggles
from schedulerx.library.work import LibraryWork, Tally
from schedulerx.model.library import TROUBLES_KEPT, LibraryRun, Phase, PhaseTotals
from schedulerx.pipeline.pool import cores
from schedulerx.settings import environment, processing_settings
from schedulerx.stores.folders import FolderArtifacts


@dataclass(frozen=True)
class Asked:
    """What the operator asked for."""

    source: Path
    library: Path
    targets: tuple[str, ...]
    verify_all: bool
    processes: int
    as_json: bool


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "library",
        help="keep a photo library",
        description="Keeps a photo library: download, deduplication, compression, "
        "file_preparation, upload, sorting, verification.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_run(actions)
    status = actions.add_parser("status", help="what the library holds, and how the last run went")
    status.add_argument("library", type=folder, help="folder of the library")
    status.add_argument("--json", action="store_true", help="print one JSON object")
    status.set_defaults(func=status_of)


def _add_run(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "run",
        help="take in what is new, and bring everything through the phases",
        description="Run it again at any time, and after any interruption: what is done is not "
        "done again. Nothing in SOURCE is changed, and nothing is deleted.",
    )
    parser.add_argument("source", type=folder, help="folder of photos and videos; never changed")
    parser.add_argument("library", type=folder, help="folder of the library; made if missing")
    parser.add_argument(
        "--target", nargs="+", default=(), metavar="PLACE",
        help="upload to these: folders, or s3://BUCKET/PREFIX",
    )  # fmt: skip
    parser.add_argument(
        "--verify_all", action="store_true", help="read every file again, not only what is new"
    )
    parser.add_argument(
        "--processes", type=int, default=cores(), metavar="N",
        help="worker processes (default: one a core, here %(default)s)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """The subcommand `run`."""
    return run_library(
        Asked(
            source=arguments.source,
            library=arguments.library,
            targets=tuple(arguments.target),
            verify_all=arguments.verify_all,
            processes=arguments.processes,
            as_json=arguments.json,
        )
    )


def run_library(asked: Asked) -> ExitCode:
    """One run over the library; says how it went.

    Raises:
        ConfigurationError: a folder, a target, a template or a setting cannot be used.
    """
    if asked.processes < 1:
        raise ConfigurationError(f"--processes is {asked.processes}; it takes 1 or more")
    check_folders(asked.source, asked.library)
    env = environment()
    plan = LibraryPlan(
        source=asked.source,
        library=asked.library,
        settings=library_settings(env, asked.targets),
        processing=processing_settings(env),
        processes=asked.processes,
        verify_all=asked.verify_all,
    )
    toggles, state = library_toggles(env), state_of(asked.library)
    console = LibraryConsole(quiet=asked.as_json)
    with (
        state.locked(str(asked.library)),
        console,
        interruptible(console.stopping) as stopped,
        library_work(plan, env, stopped, console.progress) as work,
    ):
        finished, page = _run(asked, work, toggles, console.begin)
        if stopped():
            console.interrupted(finished.command)
            return ExitCode.INTERRUPTED
    if asked.as_json:
        sys.stdout.write(msgspec.json.encode(finished).decode() + "\n")
    else:
        console.summary(finished, page)
    return ExitCode.FAILURES if finished.failed else ExitCode.BALANCED


def _run(
    asked: Asked, work: LibraryWork, toggles: dict[str, bool], begin: Callable[[Phase], None]
) -> tuple[LibraryRun, str]:
    started = datetime.now(UTC)
    totals, tallies = run_phases(work, begin)
    finished = _finished(asked, work, toggles, started, totals, tallies)
    reports = FolderArtifacts(work.root / "reports")
    artifacts = FolderArtifacts(state_of(work.root).artifacts)
    page = write_report(finished, tallies[0].sample, work.ledger, artifacts, reports)
    return finished, page


def _finished(
    asked: Asked,
    work: LibraryWork,
    toggles: dict[str, bool],
    started: datetime,
    totals: list[PhaseTotals],
    tallies: list[Tally],
) -> LibraryRun:
    ended = datetime.now(UTC)
    troubles = [trouble for tally in tallies for trouble in tally.troubles]
    return LibraryRun(
        run_id=started.strftime("%Y%m%dT%H%M%S%f")[:-3] + "Z",
        source=work.source.location(),
        library=str(work.root),
        targets=tuple(target.location() for target in work.targets),
        started_at=started.isoformat(timespec="milliseconds"),
        finished_at=ended.isoformat(timespec="milliseconds"),
        seconds=round((ended - started).total_seconds(), 3),
        listed=tallies[0].listed,
        known=tallies[0].known,
        phases=tuple(totals),
        troubles=tuple(troubles[:TROUBLES_KEPT]),
        counts=work.ledger.counts(),
        command=command(asked),
        version=__version__,
        toggles=toggles,
    )


def command(asked: Asked) -> str:
    """What to type to do it again."""
    words = ["schedulerx", "library", "run", str(asked.source.resolve())]
    words.append(str(asked.library.resolve()))
    words += ["--target", *asked.targets] if asked.targets else []
    return shlex.join(words)


def status_of(arguments: argparse.Namespace) -> int:
    """The subcommand `status`."""
    state = state_of(arguments.library)
    with ledger_of(arguments.library, environment()) as ledger:
        counts = ledger.counts()
    last = last_run(FolderArtifacts(arguments.library.resolve() / "reports"))
    if arguments.json:
        facts = {"counts": counts, "last_run": last, "state": str(state.root)}
        sys.stdout.write(msgspec.json.encode(facts).decode() + "\n")
    else:
        print_status(arguments.library, counts, last)
    return ExitCode.BALANCED
