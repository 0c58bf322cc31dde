"""The flags of `schedule_pipeline.py`, and where they lead."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from schedulerx.errors import ConfigurationError
from schedulerx.pipeline.definition import NAMES, select
from schedulerx.pipeline.password_file import read_password_file

LOCAL_FLAGS = ("source_dir", "artifact_dir")
AWS_FLAGS = (
    "source_bucket",
    "inventory_bucket",
    "artifact_bucket",
    "report_bucket",
    "stack",
    "execute_step_functions",
    "budget",
    "watch",
)
DEFAULT_STACK = "SchedulerX"
DEFAULT_CONCURRENCY = 300
MOST_CHILDREN = 10_000  # a Distributed Map's quota


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares every flag, grouped by what it is about."""
    parser.add_argument(
        "--mode",
        choices=("local", "aws"),
        required=True,
        help="local: folders on this machine; aws: buckets and the deployed stack",
    )
    _add_what(parser.add_argument_group("what to process"))
    _add_local(parser.add_argument_group("with --mode local"))
    _add_aws(parser.add_argument_group("with --mode aws"))
    _add_output(parser.add_argument_group("before, and what is printed"))


def _add_what(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--prefix", nargs="+", default=(), metavar="P",
        help="only paths or keys that begin with one of these (default: all)",
    )  # fmt: skip
    group.add_argument(
        "--steps", nargs="+", default=(), metavar="STEP",
        help=f"only these and the steps they need (default: all): {' '.join(NAMES)}",
    )  # fmt: skip
    group.add_argument(
        "--skip_event_generation", action="store_true", help="leave out generate_events"
    )
    group.add_argument(
        "--overwrite_existing",
        action="store_true",
        help="do again what is complete (default: it is skipped)",
    )
    group.add_argument(
        "--minimum_batch_size", type=int, default=1000, metavar="N",
        help="least number of files in a group; files that belong together share one "
        "(default: %(default)s)",
    )  # fmt: skip
    group.add_argument(
        "--max_concurrency", type=int, metavar="N",
        help=f"aws: groups processed at once, each by a task (default: {DEFAULT_CONCURRENCY}); "
        "local: worker processes, no more than one a core",
    )  # fmt: skip
    group.add_argument(
        "--password_file", type=Path, metavar="PATH",
        help="passwords to try on what is encrypted, one a line; what stayed locked is tried again",
    )  # fmt: skip
    group.add_argument(
        "--upload_url", metavar="URL",
        help="send what is uploaded to this events API too; its token is in "
        "SCHEDULERX_UPLOAD_TOKEN, see docs/events-api.md",
    )  # fmt: skip


def _add_local(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--source_dir", type=Path, metavar="DIR", help="folder to process; nothing in it is changed"
    )
    group.add_argument(
        "--artifact_dir", type=Path, metavar="DIR", help="folder for all results; made if missing"
    )


def _add_aws(group: argparse._ArgumentGroup) -> None:
    for name, what in (
        ("source", "the files"),
        ("inventory", "plans"),
        ("artifact", "records and renditions"),
        ("report", "certificates and reports"),
    ):
        group.add_argument(
            f"--{name}_bucket", metavar="BUCKET",
            help=f"{what} (default: the stack's)",
        )  # fmt: skip
    group.add_argument(
        "--stack", metavar="NAME", help=f"the deployed stack (default: {DEFAULT_STACK})"
    )
    group.add_argument(
        "--execute_step_functions",
        action="store_true",
        help="start the state machine; without it the plan is only written to the inventory bucket",
    )
    group.add_argument(
        "--budget", type=float, metavar="DOLLARS", help="do not start above this estimate"
    )
    group.add_argument(
        "--watch",
        action="store_true",
        help="follow the execution to its certificate; Ctrl-C stops following, not the run",
    )


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--plan_only",
        action="store_true",
        help="print files, bytes, groups, and in aws minutes, quotas and dollars; write nothing",
    )
    group.add_argument("--json", action="store_true", help="print one JSON object at the end")


def run(arguments: argparse.Namespace) -> int:
    """Checks the flags against each other and goes to the mode's own module.

    Raises:
        ConfigurationError: flags that do not go together, or values that cannot be.
    """
    _refuse(arguments, AWS_FLAGS if arguments.mode == "local" else LOCAL_FLAGS)
    steps = selected_steps(arguments)
    if arguments.minimum_batch_size < 1:
        raise ConfigurationError(
            f"--minimum_batch_size is {arguments.minimum_batch_size}; it takes 1 or more"
        )
    if (
        arguments.max_concurrency is not None
        and not 1 <= arguments.max_concurrency <= MOST_CHILDREN
    ):
        raise ConfigurationError(
            f"--max_concurrency is {arguments.max_concurrency}; it takes 1 to {MOST_CHILDREN:,}, "
            "the children of a Distributed Map"
        )
    if arguments.password_file is not None:
        read_password_file(arguments.password_file)
    mode: Callable[[argparse.Namespace, tuple[str, ...]], int]
    if arguments.mode == "local":
        from schedulerx.commands.schedule_local import schedule_local as mode  # noqa: PLC0415  (each mode imports much that the other does not need)
    else:
        from schedulerx.commands.schedule_aws import schedule_aws as mode  # noqa: PLC0415  (see above)
    return mode(arguments, steps)


def selected_steps(arguments: argparse.Namespace) -> tuple[str, ...]:
    """The names of the steps to take, in order.

    Raises:
        ConfigurationError: a name is no step's.
    """
    for name in arguments.steps:
        if name not in NAMES:
            raise ConfigurationError(f"There is no step {name!r}; the steps are {' '.join(NAMES)}")
    chosen = select(tuple(arguments.steps), skip_event_generation=arguments.skip_event_generation)
    return tuple(step.name for step in chosen)


def same_command(added: str, *, without: str = "") -> str:
    """This command line again, with a flag more or less; for hints."""
    left_out = {"--plan_only", "--json", added, without}
    given = [word for word in sys.argv[1:] if word not in left_out]
    return shlex.join(["python", "schedule_pipeline.py", *given, added])


def _refuse(arguments: argparse.Namespace, others: tuple[str, ...]) -> None:
    for name in others:
        given = getattr(arguments, name)
        if given is not None and given is not False:
            raise ConfigurationError(f"--{name} does not go with --mode {arguments.mode}")
