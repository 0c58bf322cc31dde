"""Which posts a command works on."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schedulerx.compose.posts import PostHouse, local_posts, posts_folder
from schedulerx.errors import ConfigurationError
from schedulerx.posts.model import Account
from schedulerx.settings import environment


def add_posts_dir(parser: argparse.ArgumentParser) -> None:
    """Declares where posts live."""
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--stack", metavar="NAME", help="the posts of a deployed stack, as SchedulerX"
    )
    place.add_argument(
        "--posts_dir", type=Path, metavar="FOLDER",
        help="where posts, media and credentials lie (SCHEDULERX_POSTS_DIR, else posts-data)",
    )  # fmt: skip


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[PostHouse]:
    """The posts that the arguments name."""
    env = environment()
    if arguments.stack:
        from schedulerx.compose.publishing import deployed_posts  # noqa: PLC0415  (loads boto3)

        with deployed_posts(arguments.stack, env) as house:
            yield house
        return
    with local_posts(posts_folder(arguments.posts_dir, env), env) as house:
        yield house


def account_named(house: PostHouse, name: str) -> Account:
    """The account.

    Raises:
        ConfigurationError: there is none of that name.
    """
    accounts = house.posts.accounts()
    if name not in accounts:
        known = ", ".join(accounts) or "none yet"
        raise ConfigurationError(f"there is no account {name!r}; there are {known}")
    return accounts[name]
