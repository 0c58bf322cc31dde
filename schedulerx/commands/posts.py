"""`schedulerx posts`: write once, pick accounts and a time, and see what became of it."""

from __future__ import annotations

import argparse

from schedulerx.commands import (
    posts_decide,
    posts_files,
    posts_notify,
    posts_read,
    posts_run,
    posts_write,
)
from schedulerx.commands.accounts_opening import add_posts_dir


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "posts",
        help="schedule posts, and see what became of them",
        description="Posts go out at their time, once. What happened to each on each account is "
        "in the ledger: pending, armed, sending, posted, failed, unknown or cancelled.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for module in (posts_write, posts_decide, posts_read, posts_files, posts_run, posts_notify):
        module.add_to(actions)
    for action in actions.choices.values():
        add_posts_dir(action)
