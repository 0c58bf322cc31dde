"""`schedulerx health`: how posting fares, and what needs a person."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import timedelta

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from schedulerx.commands.accounts_opening import add_posts_dir, opened
from schedulerx.commands.arguments import count
from schedulerx.commands.console import printable
from schedulerx.compose.posts import utc_now
from schedulerx.errors import ExitCode
from schedulerx.posts.health import Figures, Health

_FIGURES = (
    *("posted", "failed", "unknown", "waiting"),
    *("success", "errors", "late p50, p99"),
)


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "health",
        help="how posting fares, and what needs a person",
        description="Success, errors and lateness by account and platform, and what is not "
        "well. Ends with 1 where something is not.",
    )
    parser.add_argument(
        "--days", type=count, default=7, metavar="N", help="how far back; default 7"
    )
    parser.add_argument("--json", action="store_true", help="for machines")
    add_posts_dir(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """The subcommand."""
    now = utc_now()
    with opened(arguments) as house:
        found = house.posts.health(now - timedelta(days=arguments.days), now)
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        _show(found, arguments.days)
    return ExitCode.FAILURES if any(found.complaints()) else ExitCode.BALANCED


def _show(found: Health, days: int) -> None:
    console = Console(highlight=False)
    if not found.accounts:
        console.print("no accounts yet: `schedulerx accounts add`", markup=False)
        return
    console.print(_table(found))
    complaints = list(found.complaints())
    for words in complaints:
        console.print(Text(printable(words), style="yellow"), soft_wrap=True)
    if not complaints:
        console.print(f"all is well, over {days} days")


def _table(found: Health) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("account", overflow="fold")
    table.add_column("platform", no_wrap=True)
    for name in _FIGURES:
        table.add_column(name, justify="right", no_wrap=True)
    for each in found.accounts:
        table.add_row(Text(printable(each.account)), each.platform, *_figures(each))
    counts = Counter(each.platform for each in found.accounts)
    for one in found.platforms:
        if counts[one.platform] > 1:
            table.add_row(f"all {counts[one.platform]}", one.platform, *_figures(one), style="bold")
    return table


def _figures(each: Figures) -> list[str]:
    counts = [f"{count:,}" for count in (each.posted, each.failed, each.unknown, each.waiting)]
    rates = ["" if rate is None else f"{rate:.1%}" for rate in (each.success, each.errors)]
    late = (each.lateness_p50_s, each.lateness_p99_s)
    told = ", ".join(f"{value:.1f} s" for value in late if value is not None)
    return [*counts, *rates, told]
