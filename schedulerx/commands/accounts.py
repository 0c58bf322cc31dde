"""`schedulerx accounts`: the accounts posts go out by."""

from __future__ import annotations

import argparse
import sys
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from schedulerx.commands import accounts_connect
from schedulerx.commands.accounts_opening import account_named, add_posts_dir, opened
from schedulerx.commands.console import asked_secret, printable
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.posts.model import Account
from schedulerx.posts.platforms.registry import PLATFORMS


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "accounts",
        help="the accounts posts go out by",
        description="Accounts on platforms. Their credentials lie encrypted beside the posts, or "
        "in Secrets Manager; never in the database.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _declare_add(actions)
    listing = actions.add_parser("list", help="list them")
    listing.set_defaults(func=run_list)
    for name, help_text, function in (
        ("pause", "let nothing go out by one", run_pause),
        ("resume", "let posts go out again", run_resume),
    ):
        action = actions.add_parser(name, help=help_text)
        action.add_argument("name", metavar="NAME")
        action.set_defaults(func=function)
    accounts_connect.add_to(actions)
    for action in actions.choices.values():
        add_posts_dir(action)


def _declare_add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = actions.add_parser("add", help="add one, or change one")
    add.add_argument("platform", choices=sorted(PLATFORMS), metavar="PLATFORM",
                     help=", ".join(sorted(PLATFORMS)))  # fmt: skip
    add.add_argument("name", metavar="NAME", help="what you call it")
    add.add_argument("--server", default="", metavar="URL", help="where it lives, if not at home")
    add.add_argument("--secret", action="append", default=[], metavar="FIELD",
                     help="a credential: asked for, or a line of standard input")  # fmt: skip
    add.add_argument("--option", action="append", default=[], metavar="NAME=VALUE",
                     help="a default of its posts, as board=123")  # fmt: skip
    add.set_defaults(func=run_add)


def pairs(given: list[str]) -> dict[str, str]:
    """NAME=VALUE as a dictionary.

    Raises:
        ConfigurationError: one has no `=`.
    """
    for each in given:
        if "=" not in each:
            raise ConfigurationError(f"{each!r} is no NAME=VALUE")
    return {name: value for name, _, value in (each.partition("=") for each in given)}


def run_add(arguments: argparse.Namespace) -> int:
    """Adds an account, or gives one new credentials."""
    options = pairs(arguments.option)
    values = {field: asked_secret(field) for field in arguments.secret}
    with opened(arguments) as house:
        known = house.posts.accounts().get(arguments.name)
        account_id = known.account_id if known else uuid4()
        account = Account(
            account_id=account_id,
            platform=arguments.platform,
            name=arguments.name,
            secret=f"account-{account_id}",
            server=arguments.server.rstrip("/"),
            options=options,
        )
        if values or known is None:
            house.secrets.write(account.secret, values)
        house.posts.save_account(account)
    sys.stdout.write(f"{printable(arguments.name)} on {arguments.platform} is ready\n")
    return ExitCode.BALANCED


def run_list(arguments: argparse.Namespace) -> int:
    """Lists accounts."""
    with opened(arguments) as house:
        accounts = house.posts.accounts()
    table = Table(box=None, pad_edge=False)
    for name in ("account", "platform", "server", "state"):
        table.add_column(name)
    for account in accounts.values():
        state = f"paused: {account.paused}" if account.paused else "in use"
        row = (account.name, account.platform, account.server, state)
        table.add_row(*map(printable, row))
    Console(highlight=False, markup=False).print(table if accounts else "no accounts yet")
    return ExitCode.BALANCED


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
