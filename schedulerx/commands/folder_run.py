"""The folder run: plans, runs every step, and says how it went."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from schedulerx.commands.asked import FolderRun, check, command
from schedulerx.commands.console import RunConsole, nearby
from schedulerx.commands.interrupting import interruptible
from schedulerx.commands.summary import SoFar, Summary, summary_of
from schedulerx.compose.folder import folder_services
from schedulerx.compose.layout import ArtifactFolder
from schedulerx.errors import ExitCode, UnbalancedRun
from schedulerx.model import keys
from schedulerx.model.run import Certificate, Run
from schedulerx.pipeline.definition import select
from schedulerx.pipeline.instance import remember_instance
from schedulerx.pipeline.plan import PlanRequest, known_complete, plan
from schedulerx.pipeline.runner import Interrupted, run_all
from schedulerx.pipeline.services import Services
from schedulerx.pipeline.worker import open_pool
from schedulerx.settings import ProcessingSettings, environment, processing_settings
from schedulerx.stores.etag_cache import remembering
from schedulerx.stores.folder_source import FolderSource
from schedulerx.stores.postgres.profiles import unchosen_note


def run_folder(asked: FolderRun) -> ExitCode:
    """Plans and runs every step over a folder; says how it went.

    Raises:
        ConfigurationError: a folder is missing, in use, or the same as the other.
    """
    check(asked)
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
                with remembering(etags) as remember:
                    listeners = (remember, so_far, console.outcome)
                    run_all(services, planned, pool, listeners, console.stage, stopped)
            except (Interrupted, KeyboardInterrupt):
                console.interrupted(command(asked))
                _print(asked, so_far.summary())
                return ExitCode.INTERRUPTED
            except UnbalancedRun as error:
                console.unbalanced(str(error))
        return _conclude(asked, services, planned, console)


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


def _print(asked: FolderRun, summary: Summary) -> None:
    if asked.as_json:
        sys.stdout.write(msgspec.json.encode(summary).decode() + "\n")
