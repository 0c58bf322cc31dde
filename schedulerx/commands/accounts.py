"""`schedulerx accounts`: the accounts posts go out by."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from schedulerx.commands import accounts_add, accounts_connect
from schedulerx.commands.accounts_opening import account_named, add_posts_dir, opened
from schedulerx.commands.console import printable
from schedulerx.errors import ExitCode
from schedulerx.posts.model import SERVER_LIMITS, Account


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "accounts",
        help="the accounts posts go out by",
        description="Accounts on platforms. Their credentials lie encrypted beside the posts, or "
        "in Secrets Manager; never in the database.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    accounts_add.add_to(actions)
    listing = actions.add_parser("list", help="list them")
    listing.add_argument("--json", action="store_true", help="for machines")
    listing.set_defaults(func=run_list)
    for name, help_text, function in (
        ("pause", "let nothing go out by one", run_pause),
        ("resume", "let posts go out again", run_resume),
    ):
        action = actions.add_parser(name, help=help_text)
        action.add_argument("name", metavar="NAME", help="as `accounts list` has it")
        action.set_defaults(func=function)
    accounts_connect.add_to(actions)
    for action in actions.choices.values():
        add_posts_dir(action)


def run_list(arguments: argparse.Namespace) -> int:
    """Lists accounts."""
    with opened(arguments) as house:
        accounts = list(house.posts.accounts().values())
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.encode(list(map(_row, accounts))) + b"\n")
        return ExitCode.BALANCED
    words = "no accounts yet: `schedulerx accounts add PLATFORM NAME`"
    Console(highlight=False, markup=False).print(_table(accounts) if accounts else words)
    return ExitCode.BALANCED


def _row(account: Account) -> dict[str, Any]:
    """What may be told of an account: never what it posts by."""
    names = ("account_id", "platform", "name", "server", "options", "paused", "expires_at")
    return {name: getattr(account, name) for name in names}


def _table(accounts: list[Account]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("account", "platform", "server", "options", "state"):
        table.add_column(name, overflow="fold")
    for account in accounts:
        state = f"paused: {account.paused}" if account.paused else "in use"
        if account.expires_at is not None and not account.paused:
            state = f"in use until {account.expires_at:%Y-%m-%d}"
        options = ", ".join(
            f"{name}={value}" for name, value in account.options.items() if name != SERVER_LIMITS
        )
        row = (account.name, account.platform, account.server, options, state)
        table.add_row(*map(printable, row))
    return table


def run_pause(arguments: argparse.Namespace) -> int:
    """Pauses an account."""
    return _set_paused(arguments, "paused by hand")


def run_resume(arguments: argparse.Namespace) -> int:
    """Resumes an account."""
    return _set_paused(arguments, None)


def _set_paused(arguments: argparse.Namespace, reason: str | None) -> int:
    with opened(arguments) as house:
        account = account_named(house, arguments.name)
        house.posts.pause(account.account_id, reason)
    word = "paused" if reason else "in use again"
    sys.stdout.write(f"{printable(arguments.name)} is {word}\n")
    return ExitCode.BALANCED
