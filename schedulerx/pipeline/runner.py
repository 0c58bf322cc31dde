"""The folder run's interpreter of STEPS: every step of a run, from end to end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schedulerx.errors import SchedulerXError
from schedulerx.model.run import Run
from schedulerx.pipeline.definition import STEPS
from schedulerx.pipeline.feeding import feed_group, feeds
from schedulerx.pipeline.inventory import read_groups
from schedulerx.pipeline.later_steps import run_group_step, run_run_step
from schedulerx.pipeline.services import Services
from schedulerx.pipeline.step import Scope
from schedulerx.pipeline.worker import FilePool, Listener, process_group


class Interrupted(SchedulerXError):  # noqa: N818  (named by what it means)
    """The operator asked the run to stop; what is begun was finished."""


def run_all(
    services: Services,
    run: Run,
    pool: FilePool,
    listeners: Sequence[Listener] = (),
    stage: Callable[[str], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Every step of the run, in the order of STEPS, by scope: groups first, then the run.

    Raises:
        Interrupted: `stop` said so.
        UnbalancedRun: the certificate's sums do not agree; the report is written all the same.
    """
    _groups(services, run, pool, listeners, stop)
    for step in _selected(run, Scope.RUN):
        if stop():
            raise Interrupted("the run was stopped")
        stage(step)
        run_run_step(step, services, run)


def _groups(
    services: Services,
    run: Run,
    pool: FilePool,
    listeners: Sequence[Listener],
    stop: Callable[[], bool],
) -> None:
    for group in read_groups(services.inventory, run.run_id):
        if stop():
            return
        process_group(services, run, group, pool, listeners, stop)
        if not stop():
            for step in _selected(run, Scope.GROUP):
                run_group_step(step, services, run, group)
            if services.feed is not None and feeds(run):
                feed_group(services, run, group, services.feed)


def _selected(run: Run, scope: Scope) -> list[str]:
    return [step.name for step in STEPS if step.scope is scope and step.name in run.steps]
