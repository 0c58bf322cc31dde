"""The worker: one group of files through the FILE steps, one process a core.

Exit status 0 says that the group's outcome is written. 143 (128 + SIGTERM): the task was stopped,
as by a Spot interruption; the next one resumes the group. Others as in `schedulerx.errors`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from uuid import UUID

import msgspec

from schedulerx.compose.cloud import cloud_services
from schedulerx.compose.post_conversion import convert_media
from schedulerx.errors import ConfigurationError, ExitCode, SchedulerXError
from schedulerx.model.run import Group
from schedulerx.pipeline.inventory import load_run
from schedulerx.pipeline.services import Services
from schedulerx.pipeline.worker import open_pool, process_group
from schedulerx.settings import ENV_PREFIX, environment

STOPPED = 128 + signal.SIGTERM


def work(
    services: Services, run_id: str, group: Group, processes: int, stop: Callable[[], bool]
) -> int:
    """The group, to its exit status."""
    run = load_run(services.inventory, run_id)
    with open_pool(services, run.run_id, processes, run.settings) as pool:
        outcome = process_group(services, run, group, pool, stop=stop)
    if stop():
        _say(f"group {group.group_id} was stopped; the next task resumes it")
        return STOPPED
    _say(
        f"group {group.group_id}: {outcome.done.count} done, {outcome.failed.count} failed, "
        f"{outcome.quarantined.count} quarantined, {outcome.seconds} s"
    )
    return ExitCode.BALANCED


def convert(env: Mapping[str, str], target: str) -> int:
    """The media of a post that are too heavy for a function, to the exit status."""
    _say(f"{convert_media(env, UUID(target))} media converted for {target}")
    return ExitCode.BALANCED


def assignment(env: Mapping[str, str]) -> tuple[str, Group]:
    """The run and the group this task is for.

    Raises:
        ConfigurationError: the variables the state machine sets are absent or unreadable.
    """
    try:
        group = msgspec.json.decode(env[f"{ENV_PREFIX}GROUP"], type=Group)
        return env[f"{ENV_PREFIX}RUN_ID"], group
    except KeyError as error:
        raise ConfigurationError(
            f"{error.args[0]} is not set: the state machine sets it for every task"
        ) from error
    except msgspec.DecodeError as error:
        raise ConfigurationError(f"{ENV_PREFIX}GROUP is no group's line: {error}") from error


def cores() -> int:
    """The cores this task may use."""
    return len(os.sched_getaffinity(0))


def main() -> int:
    """The task's whole life."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    env = environment(dotenv=None)
    try:
        target = env.get(f"{ENV_PREFIX}CONVERT")
        if target:
            return convert(env, target)
        run_id, group = assignment(env)
        return work(cloud_services(env), run_id, group, cores(), stopping.is_set)
    except SchedulerXError as error:
        _say(str(error))
        return error.exit_code


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
