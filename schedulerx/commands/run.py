"""`schedulerx run FOLDER RESULTS`: the folder run."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from schedulerx.commands.console import RunConsole, nearby
from schedulerx.commands.interrupting import interruptible
from schedulerx.commands.summary import SoFar, Summary, summary_of
from schedulerx.compose.folder import folder_services
from schedulerx.compose.layout import ArtifactFolder
from schedulerx.errors import ConfigurationError, ExitCode, UnbalancedRun
from schedulerx.model import keys
from schedulerx.model.identity import raw_path
from schedulerx.model.run import Certificate, Run
from schedulerx.pipeline.definition import NAMES, select
from schedulerx.pipeline.instance import remember_instance
from schedulerx.pipeline.outcome import FileOutcome
from schedulerx.pipeline.password_file import read_password_file
from schedulerx.pipeline.plan import PlanRequest, known_complete, plan
from schedulerx.pipeline.pool import cores
from schedulerx.pipeline.runner import Interrupted, run_all
from schedulerx.pipeline.services import Services
from schedulerx.pipeline.worker import open_pool
from schedulerx.settings import ProcessingSettings, environment, processing_settings
from schedulerx.stores.etag_cache import EtagCache
from schedulerx.stores.folder_source import FolderSource
from schedulerx.stores.postgres.profiles import unchosen_note

DEFAULT_BATCH = 1000  # files in a group
EPILOG = """Examples:
  everything in a folder; what is encrypted is opened where a password fits
    python run.py FOLDER RESULTS --password_file passwords.txt

  only the text, and only of a part
    python run.py FOLDER RESULTS --steps read --prefix case-17/

Exit codes: 0 every file is accounted for; 1 some files failed, run again to
retry them; 2 wrong flags, folders or credentials, nothing was started; 3 the
certificate does not balance; 130 stopped by Ctrl-C."""
_REMEMBERED = 200  # outcomes between writes of the ETag cache


@dataclass(frozen=True)
class FolderRun:
    """What the operator asked for."""

    source: Path
    artifact_dir: Path
    steps: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    skip_event_generation: bool = False
    overwrite_existing: bool = False
    minimum_batch_size: int = DEFAULT_BATCH
    processes: int = field(default_factory=cores)
    as_json: bool = False
    password_file: Path | None = None
    upload_url: str | None = None


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "run",
        help="process a folder",
        description="Processes every file of a folder into an artifact folder. Run it again at "
        "any time: what is complete is skipped.",
        epilog=EPILOG,
    )
    add_arguments(parser)
    parser.set_defaults(func=run)


def folder(text: str) -> Path:
    """A folder's name; an empty one is a variable that was not set, not the folder one is in."""
    if not text:
        raise argparse.ArgumentTypeError("the name of a folder is empty")
    return Path(text)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that `run.py` and `schedulerx run` share."""
    parser.add_argument(
        "source_dir", type=folder, help="folder to process; nothing in it is changed"
    )
    parser.add_argument("artifact_dir", type=folder, help="folder for all results; made if missing")
    parser.add_argument(
        "--steps", nargs="+", choices=NAMES, default=(), metavar="STEP",
        help=f"run just these, and what they need: {' '.join(NAMES)}",
    )  # fmt: skip
    parser.add_argument(
        "--prefix", nargs="+", default=(), metavar="PREFIX", help="only paths that begin with one"
    )
    parser.add_argument(
        "--skip_event_generation", action="store_true", help="leave out generate_events"
    )
    parser.add_argument(
        "--overwrite_existing", action="store_true", help="do again what is complete"
    )
    parser.add_argument(
        "--minimum_batch_size", type=int, default=DEFAULT_BATCH, metavar="N",
        help="least number of files in a group (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--processes", type=int, default=cores(), metavar="N",
        help="worker processes (default: one a core, here %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--password_file", type=Path, metavar="PATH",
        help="passwords to try on what is encrypted, one a line; what stayed locked is tried again",
    )  # fmt: skip
    parser.add_argument(
        "--upload_url", metavar="URL",
        help="send what is uploaded to this events API too; its token is in "
        "SCHEDULERX_UPLOAD_TOKEN, see docs/events-api.md",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def run(arguments: argparse.Namespace) -> int:
    """The subcommand."""
    return run_folder(
        FolderRun(
            source=arguments.source_dir,
            artifact_dir=arguments.artifact_dir,
            steps=tuple(arguments.steps),
            prefixes=tuple(arguments.prefix),
            skip_event_generation=arguments.skip_event_generation,
            overwrite_existing=arguments.overwrite_existing,
            minimum_batch_size=arguments.minimum_batch_size,
            processes=arguments.processes,
            as_json=arguments.json,
            password_file=arguments.password_file,
            upload_url=arguments.upload_url,
        )
    )


def run_folder(asked: FolderRun) -> ExitCode:
    """Plans and runs every step over a folder; says how it went.

    Raises:
        ConfigurationError: a folder is missing, in use, or the same as the other.
    """
    _check(asked)
    folder = ArtifactFolder(asked.artifact_dir.resolve())
    env = environment()
    settings = processing_settings(env)
    is_new = not folder.artifacts.exists()
    outside_of = folder_services(
        asked.source, asked.prefixes, folder, env, asked.password_file, asked.upload_url
    )
    with folder.locked(), outside_of as outside:
        services, source, etags = outside
        console = RunConsole(quiet=asked.as_json)
        started = datetime.now(UTC)
        run_id = started.strftime("%Y%m%dT%H%M%S%f")[:-3] + "Z"
        pool = open_pool(services, run_id, asked.processes, settings)
        with console, pool, interruptible(console.stopping) as stopped:
            console.note(unchosen_note(env))
            if is_new:
                pool.warm()  # the workers start while the database does
            planned = _plan(asked, services, source, settings, run_id, started)
            console.planned(planned)
            if asked.prefixes and not planned.inputs.count:
                console.note(f"no path begins with {' or '.join(asked.prefixes)}")
            so_far = SoFar(planned)
            try:
                with _remembering(etags) as remember:
                    listeners = (remember, so_far, console.outcome)
                    run_all(services, planned, pool, listeners, console.stage, stopped)
            except (Interrupted, KeyboardInterrupt):
                console.interrupted(command(asked))
                _print(asked, so_far.summary())
                return ExitCode.INTERRUPTED
            except UnbalancedRun as error:
                console.unbalanced(str(error))
        return _conclude(asked, services, planned, console)


def _print(asked: FolderRun, summary: Summary) -> None:
    if asked.as_json:
        sys.stdout.write(msgspec.json.encode(summary).decode() + "\n")


def _check(asked: FolderRun) -> None:
    if not asked.source.is_dir():
        raise ConfigurationError(
            f"{asked.source} is not a folder; name the folder that holds the files to process"
        )
    if not os.access(asked.source, os.R_OK | os.X_OK):
        raise ConfigurationError(f"{asked.source} may not be listed; mend its permissions")
    if asked.artifact_dir.exists() and not asked.artifact_dir.is_dir():
        raise ConfigurationError(f"{asked.artifact_dir} is a file; name a folder for the results")
    if asked.artifact_dir.resolve() == asked.source.resolve():
        raise ConfigurationError(
            "the artifact folder is the source folder; results need a folder of their own"
        )
    if asked.password_file is not None:
        read_password_file(asked.password_file)
    if asked.processes < 1:
        raise ConfigurationError(f"--processes is {asked.processes}; it takes 1 or more")


def _plan(
    asked: FolderRun,
    services: Services,
    source: FolderSource,
    settings: ProcessingSettings,
    run_id: str,
    started: datetime,
) -> Run:
    instance_id = services.evidence().instance_id()
    remember_instance(services.artifacts, instance_id)
    steps = select(asked.steps, skip_event_generation=asked.skip_event_generation)
    request = PlanRequest(
        source=source.location(),
        steps=tuple(step.name for step in steps),
        settings=settings,
        minimum_batch_size=asked.minimum_batch_size,
        overwrite_existing=asked.overwrite_existing,
        instance_id=instance_id,
        tries_passwords=asked.password_file is not None,
        upload_url=asked.upload_url or "",
        fed_to=services.feed.target if services.feed else "",
    )
    services.inventory.put(keys.command_key(run_id), os.fsencode(command(asked)))
    return plan(
        source.members(),
        known_complete(services.artifacts, request),
        services.inventory,
        request,
        run_id=run_id,
        started_at=started.isoformat(timespec="milliseconds"),
    )


@contextmanager
def _remembering(etags: EtagCache) -> Iterator[Callable[[FileOutcome], None]]:
    """Keeps the ETags that workers read, some at a time."""
    rows: list[tuple[bytes, int, int, str]] = []

    def flush() -> None:
        etags.put(rows)
        rows.clear()

    def remember(outcome: FileOutcome) -> None:
        member = outcome.member
        of_source = member.container is None
        if of_source and outcome.etag is not None and member.etag is None:
            path = raw_path(member.path, member.raw)
            rows.append((path, member.bytes, member.modified_ns, outcome.etag))
        if len(rows) >= _REMEMBERED:
            flush()

    try:
        yield remember
    finally:
        with suppress(sqlite3.Error):  # a cache: without it the files are read once more
            flush()


def _conclude(asked: FolderRun, services: Services, planned: Run, console: RunConsole) -> ExitCode:
    data = services.reports.get(keys.certificate_key(planned.run_id))
    certificate = msgspec.json.decode(data, type=Certificate)
    stated_at = services.reports.location(keys.certificate_key(planned.run_id))
    report_at = services.reports.location(keys.report_key(planned.run_id))
    _print(asked, summary_of(certificate, stated_at, report_at))
    if not asked.as_json:
        console.summary(certificate, report_at, stated_at)
        if certificate.events:
            console.go_on(_next(asked.artifact_dir))
    if not certificate.balanced:
        return ExitCode.UNBALANCED
    return ExitCode.FAILURES if certificate.failed.count else ExitCode.BALANCED


def _next(artifact_dir: Path) -> tuple[str, ...]:
    """Commands that show what was found, as they can be typed here."""
    beside = Path(sys.executable).with_name("schedulerx")
    program = "schedulerx" if shutil.which("schedulerx") else nearby(str(beside))
    results = f"--artifact_dir {shlex.quote(nearby(str(artifact_dir.resolve())))}"
    return (
        f"{program} export timeline {results} --output timeline.html",
        f"{program} find WORD {results}",
    )


def command(asked: FolderRun) -> str:
    """What to type to go on, or to do it again, from any folder's point of view."""
    words = ["python", "run.py", str(asked.source.resolve()), str(asked.artifact_dir.resolve())]
    words += ["--steps", *asked.steps] if asked.steps else []
    words += ["--prefix", *asked.prefixes] if asked.prefixes else []
    words += ["--skip_event_generation"] if asked.skip_event_generation else []
    if asked.password_file is not None:
        words += ["--password_file", str(asked.password_file.resolve())]
    words += ["--upload_url", asked.upload_url] if asked.upload_url else []
    if asked.minimum_batch_size != DEFAULT_BATCH:
        words += ["--minimum_batch_size", str(asked.minimum_batch_size)]
    if asked.processes != cores():
        words += ["--processes", str(asked.processes)]
    return shlex.join(words)
