"""`schedule_pipeline.py --mode aws`: plans over a bucket, starts the state machine, follows it."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.console import Console

from schedulerx.commands.plan_table import PlanSummary, money, print_plan
from schedulerx.commands.schedule import (
    DEFAULT_CONCURRENCY,
    DEFAULT_STACK,
    same_command,
)
from schedulerx.commands.schedule_secrets import fed_to, hand_over, refuse_without_secrets
from schedulerx.commands.watch import Watched, watch
from schedulerx.compose.deployment import Deployment, find_places, open_deployment
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.model import keys
from schedulerx.model.member import Member
from schedulerx.model.run import Run
from schedulerx.pipeline.cost import Estimate, Workload, estimate
from schedulerx.pipeline.inventory import load_run
from schedulerx.pipeline.plan import (
    Draft,
    PlanRequest,
    draft_plan,
    known_complete,
    publish,
    unresolved,
)
from schedulerx.settings import environment, processing_settings
from schedulerx.stores.executions import RUNNING, ExecutionInput, Executions, GroupsFile

_TOLD_EVERY = 10_000  # objects listed


class CloudSummary(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The one JSON object that `--json` prints. `state`: planned, nothing_to_do, written, started,
    running (it was already), or how the watched execution ended; then the counts are there.
    """

    state: str
    run_id: str | None = None
    execution: str | None = None
    plan: PlanSummary | None = None
    error: str | None = None
    inputs: int | None = None
    done: int | None = None
    skipped: int | None = None
    failed: int | None = None
    quarantined: int | None = None
    balanced: bool | None = None
    seconds: float | None = None
    certificate: str | None = None
    report: str | None = None

    def ended(self, watched: Watched) -> CloudSummary:
        """With how the execution ended."""
        state, error = watched.status.lower(), watched.error or None
        ended = msgspec.structs.replace(self, state=state, error=error)
        found = watched.certificate
        if found is None:
            return ended
        return msgspec.structs.replace(
            ended,
            inputs=found.inputs.count,
            done=found.done.count,
            skipped=found.skipped.count,
            failed=found.failed.count,
            quarantined=found.quarantined.count,
            balanced=found.balanced,
            seconds=found.seconds,
            certificate=watched.certificate_at,
            report=watched.report_at,
        )


@dataclass(frozen=True)
class CloudRun:
    """What the operator asked for, and where."""

    arguments: argparse.Namespace
    request: PlanRequest
    max_concurrency: int
    deployment: Deployment
    console: Console


def schedule_aws(arguments: argparse.Namespace, steps: tuple[str, ...]) -> int:
    """Plans a bucket and, when asked, starts and follows the execution.

    Raises:
        ConfigurationError: a name, a permission or a flag is wrong, or the budget too small.
    """
    asked = _prepared(arguments, steps)
    asked.deployment.source.check()
    under_way = _under_way(asked) if arguments.execute_step_functions else None
    if under_way is not None:
        return _join(asked, under_way)
    with tempfile.TemporaryDirectory(prefix="schedulerx-plan-") as folder:
        return _decide(asked, _draft(asked, Path(folder)))


def _prepared(arguments: argparse.Namespace, steps: tuple[str, ...]) -> CloudRun:
    env = environment()
    if arguments.watch and not arguments.execute_step_functions:
        raise ConfigurationError("--watch follows an execution: add --execute_step_functions")
    buckets = ("source_bucket", "inventory_bucket", "artifact_bucket", "report_bucket")
    given = {name: getattr(arguments, name) or "" for name in buckets}
    executes = arguments.execute_step_functions
    stack = arguments.stack or DEFAULT_STACK
    places = find_places(given, stack, env, executes=executes)
    if executes:
        refuse_without_secrets(arguments, places, stack)
    deployment = open_deployment(places, tuple(arguments.prefix), env)
    request = PlanRequest(
        source=deployment.source.location(),
        steps=steps,
        settings=processing_settings(env),
        minimum_batch_size=arguments.minimum_batch_size,
        overwrite_existing=arguments.overwrite_existing,
        instance_id=deployment.instance_id(),
        tries_passwords=arguments.password_file is not None,
        upload_url=arguments.upload_url or "",
        fed_to=fed_to(arguments, places, deployment.artifacts, env),
    )
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    return CloudRun(
        arguments, request, arguments.max_concurrency or DEFAULT_CONCURRENCY, deployment, console
    )


def _join(asked: CloudRun, under_way: Run) -> int:
    asked.console.print(f"Run {under_way.run_id} over {under_way.source} is already running.")
    if asked.request.upload_url not in ("", under_way.upload_url):
        asked.console.print(
            f"It does not feed {asked.request.upload_url}: run this again when it has ended."
        )
    return _follow(asked, under_way.run_id, None, "running")


def _under_way(asked: CloudRun) -> Run | None:
    """A running execution over the same source. A plan made beside it would do its work twice."""
    for name in asked.deployment.executions.running():
        try:
            run = load_run(asked.deployment.inventory, name)
        except ConfigurationError:  # started by hand, with no plan of ours
            continue
        if run.source == asked.request.source:
            return run
    return None


def _draft(asked: CloudRun, folder: Path) -> Draft:
    deployment, request = asked.deployment, asked.request
    with asked.console.status(f"listing {request.source}") as status:
        done = known_complete(deployment.artifacts, request)

        def told() -> Iterator[Member]:
            for number, member in enumerate(deployment.source.members(), start=1):
                if number % _TOLD_EVERY == 0:
                    status.update(f"listing {request.source}: {number:,} objects")
                yield member

        return draft_plan(told(), done, request, folder)


def _decide(asked: CloudRun, draft: Draft) -> int:
    arguments, deployment = asked.arguments, asked.deployment
    nothing = draft.planned == 0 and not unresolved(deployment.artifacts, asked.request)
    foreseen = estimate(_workload(asked, draft))
    plan = PlanSummary.of(draft, None if nothing else foreseen)
    if not arguments.json:
        print_plan(plan)
    if nothing:
        asked.console.print("Nothing to do: every object is already done, by earlier runs.")
        return _end(asked, CloudSummary(state="nothing_to_do", plan=plan))
    if arguments.plan_only:
        return _end(asked, CloudSummary(state="planned", plan=plan))
    _keep_to_budget(arguments.budget, foreseen)
    run_id = _name(draft.plan_id, deployment.executions, executes=arguments.execute_step_functions)
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    again = same_command("--execute_step_functions", without="--overwrite_existing")
    deployment.inventory.put(keys.command_key(run_id), os.fsencode(again))
    publish(draft, deployment.inventory, run_id=run_id, started_at=started_at)
    if not arguments.execute_step_functions:
        return _written(asked, run_id, plan)
    hand_over(arguments, deployment.places, environment())
    _start(asked, run_id, draft.group_count)
    return _follow(asked, run_id, plan, "started")


def _workload(asked: CloudRun, draft: Draft) -> Workload:
    places = asked.deployment.places
    return Workload(
        files=draft.planned,
        bytes=draft.planned_bytes,
        groups=draft.group_count,
        listed=draft.inputs.count,
        steps=asked.request.steps,
        max_concurrency=asked.max_concurrency,
        vcpus=int(places.worker_cpu) / 1024,
        memory_gb=int(places.worker_memory_mib) / 1024,
        textract_pages=_textract_pages(asked, draft),
    )


def _textract_pages(asked: CloudRun, draft: Draft) -> int:
    """A page a file: how many there are is known once they are opened."""
    wanted = asked.request.settings.read.ocr_engine == "textract" and "read" in asked.request.steps
    return draft.planned if wanted else 0


def _keep_to_budget(budget: float | None, foreseen: Estimate) -> None:
    if budget is not None and foreseen.dollars > budget:
        raise ConfigurationError(
            f"The estimate of ${money(foreseen.dollars)} is above --budget {money(budget)}; "
            "nothing was started. Raise it, or take fewer objects with --prefix"
        )


def _name(plan_id: str, executions: Executions, *, executes: bool) -> str:
    """The plan's id and the attempt: one more than ended before, so that a plan whose execution
    still runs gets that execution's name, and is not started again.
    """
    attempt = 1
    while executes and executions.status(f"{plan_id}-{attempt}") not in (None, RUNNING):
        attempt += 1
    return f"{plan_id}-{attempt}"


def _written(asked: CloudRun, run_id: str, plan: PlanSummary) -> int:
    where = asked.deployment.inventory.location(keys.groups_key(run_id))
    asked.console.print(f"The plan lies in {where}; nothing was started. To start it:")
    asked.console.print(f"  {same_command('--execute_step_functions')}")
    return _end(asked, CloudSummary(state="written", plan=plan, run_id=run_id))


def _start(asked: CloudRun, run_id: str, groups: int) -> None:
    bucket = asked.deployment.places.inventory_bucket
    arn = asked.deployment.executions.start(
        ExecutionInput(
            run_id=run_id,
            groups=GroupsFile(bucket=bucket, key=keys.groups_key(run_id), count=groups),
            max_concurrency=asked.max_concurrency,
            steps=asked.request.steps,
        )
    )
    asked.console.print(f"Started {arn}")


def _follow(asked: CloudRun, run_id: str, plan: PlanSummary | None, state: str) -> int:
    deployment = asked.deployment
    execution = deployment.executions.arn(run_id)
    summary = CloudSummary(state=state, plan=plan, run_id=run_id, execution=execution)
    # Should it have ended by then, the hint must not start all over.
    to_follow = same_command("--watch", without="--overwrite_existing")
    if not asked.arguments.watch:
        asked.console.print(f"To follow it: {to_follow}")
        return _end(asked, summary)
    try:
        watched = watch(deployment, run_id, quiet=asked.arguments.json)
    except KeyboardInterrupt:
        asked.console.print(f"The run goes on. To follow it again: {to_follow}")
        _end(asked, summary)
        return ExitCode.INTERRUPTED
    _end(asked, summary.ended(watched))
    return watched.exit_code


def _end(asked: CloudRun, summary: CloudSummary) -> int:
    if asked.arguments.json:
        sys.stdout.write(msgspec.json.encode(summary).decode() + "\n")
    return ExitCode.BALANCED
