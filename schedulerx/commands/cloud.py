"""`schedulerx cloud`: the rehearsal cloud in the foreground."""

from __future__ import annotations

import argparse
import signal
import tempfile
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from schedulerx.errors import ConfigurationError, ExitCode

if TYPE_CHECKING:
    from schedulerx.cloud.clock import Clock
    from schedulerx.cloud.server import RehearsalCloud

DEFAULT_PORT = 4566
BANNER = """\
[bold]The rehearsal cloud is ready[/] at {url}
A test double: nothing here costs anything, and nothing leaves this machine.

[bold]1.[/] In another terminal, point every AWS tool at it:
   source {environment}

[bold]2.[/] Deploy the stack as you would to AWS:
   npx aws-cdk@2 deploy --require-approval never -c database=external \\
     -c database_secret={secret} -c worker_image=rehearsal

[bold]3.[/] Copy files into the source bucket:
   schedulerx copy FOLDER

[bold]4.[/] Run the pipeline and watch it to its certificate:
   python schedule_pipeline.py --mode aws --stack SchedulerX --execute_step_functions --watch

Logs: {logs}
Clock: {clock}
Ctrl-C ends it. Buckets, queues and executions are gone then; logs and the database stay.
"""


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "cloud",
        help="rehearse a deployment on this machine, without an account",
        description="Runs a local AWS (moto, with what it lacks put right) in the foreground: "
        "deploy to it with the CDK, run the pipeline on it, with the real functions, worker and "
        "PostgreSQL.",
    )
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="0 takes a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=Path(tempfile.gettempdir()) / "schedulerx-cloud",
        metavar="DIR",
        help="where logs and the database lie (default: %(default)s)",
    )
    parser.add_argument(
        "--clock",
        choices=("wall", "virtual"),
        default="wall",
        help="what schedules go by; a virtual clock stands still until it is moved "
        "(POST /_rehearsal/clock)",
    )
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Serves until Ctrl-C or SIGTERM.

    Raises:
        ConfigurationError: the extra is missing, or the port is taken.
    """
    if find_spec("moto") is None:
        raise ConfigurationError(
            "The rehearsal cloud needs the extra 'cloud': pip install 'schedulerx[cloud]'"
        )
    from schedulerx.cloud.server import RehearsalCloud  # noqa: PLC0415  (an extra, and 2 s to import)

    console = Console(highlight=False)
    say = partial(console.print, soft_wrap=True)
    with RehearsalCloud(args.state, args.port, clock=_clock(args.clock), say=say) as cloud:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: cloud.stop())
        _greet(console, cloud, args.clock)
        cloud.wait()
        console.print("Ending …")
    return ExitCode.BALANCED


def _clock(kind: str) -> Clock:
    from schedulerx.cloud.clock import VirtualClock, WallClock  # noqa: PLC0415  (an extra's package)

    return VirtualClock() if kind == "virtual" else WallClock()


def _greet(console: Console, cloud: RehearsalCloud, clock: str) -> None:
    from schedulerx.cloud.bootstrap import DATABASE_SECRET  # noqa: PLC0415  (an extra's package)

    moved = f'POST {{"advance_seconds": 60}} to {cloud.endpoint_url}/_rehearsal/clock moves it'
    for line in BANNER.splitlines():
        filled = line.format(
            url=cloud.endpoint_url,
            environment=cloud.state / "environment",
            secret=DATABASE_SECRET,
            logs=cloud.state / "logs",
            clock="the wall's" if clock == "wall" else f"virtual; {moved}",
        )
        console.print(filled, soft_wrap=True)
    for name, value in cloud.environment().items():
        console.print(f"export {name}={value}", style="dim", soft_wrap=True)
