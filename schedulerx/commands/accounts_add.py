"""`schedulerx accounts add`: an account by its platform and name, with what it posts by."""

from __future__ import annotations

import argparse
import ipaddress
import sys
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from schedulerx.commands.accounts_opening import opened
from schedulerx.commands.arguments import pairs
from schedulerx.commands.console import asked_secret, printable
from schedulerx.compose.posts import PostHouse
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.posts import oauth
from schedulerx.posts.model import SERVER_LIMITS, Account
from schedulerx.posts.options import COMMON, unknown, wrong
from schedulerx.posts.outcomes import PlatformError
from schedulerx.posts.platform import Platform, Told
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.stores.http import HttpxClient

_Actions = argparse._SubParsersAction  # noqa: SLF001  (argparse has no public name for it)


def add_to(actions: _Actions[argparse.ArgumentParser]) -> None:
    """Declares the action."""
    add = actions.add_parser("add", help="add one, or change one")
    add.add_argument("platform", choices=sorted(PLATFORMS), metavar="PLATFORM",
                     help=", ".join(sorted(PLATFORMS)))  # fmt: skip
    add.add_argument("name", metavar="NAME", help="what you call it")
    add.add_argument("--server", metavar="URL", help="where it lives, if not at home")
    add.add_argument("--secret", action="append", default=[], metavar="FIELD",
                     help="a credential: asked for, or a line of standard input; by default "
                     "what the platform needs")  # fmt: skip
    add.add_argument("--option", action="append", default=[], metavar="NAME=VALUE",
                     help="a default of its posts, as board=123; without a value it is "
                     "forgotten")  # fmt: skip
    add.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Adds an account, or changes what is given of one that is known."""
    platform, name = PLATFORMS[arguments.platform], str(arguments.name)
    given = pairs(arguments.option)
    _check(platform, name, given, arguments)
    with opened(arguments) as house:
        known = house.posts.accounts().get(name)
        account = _changed(known or _new(arguments.platform, name), arguments, given)
        fields = arguments.secret or ([] if known else platform.credentials)
        values = {field: _asked(field) for field in fields}
        if values or known is None:
            with house.secrets.locked(account.secret):  # a renewal of the old ones ends before
                house.secrets.write(account.secret, values)
        account = _with_limits(platform, account)
        house.posts.save_account(account)
        if known is not None and values:
            house.posts.pause(account.account_id, None)
        sys.stdout.write(f"{_told(house, platform, account)}\n")
    return ExitCode.BALANCED


def _check(
    platform: Platform, name: str, given: dict[str, str], arguments: argparse.Namespace
) -> None:
    """Raises ConfigurationError for what cannot be meant."""
    options = {**COMMON, **platform.options}
    fields = platform.credentials or oauth.FIELDS
    told = [
        *unknown(given, options, f"option of {platform.name}"),
        *wrong({key: value for key, value in given.items() if value}, options),
        *unknown(arguments.secret, fields, f"credential of {platform.name}"),
    ]
    if not name.strip() or name != name.strip() or not name.isprintable() or "," in name:
        told.append(f"{printable(name)!r} is no name: write a word or a few, without commas")
    if arguments.server:
        told += _wrong_server(arguments.server)
    if told:
        raise ConfigurationError("; ".join(map(printable, told)))


def _wrong_server(server: str) -> list[str]:
    """Credentials go to a server in the open only on this machine."""
    try:
        parts = urlsplit(server)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        return [f"{server!r} is no server: write it as https://example.org"]
    if parts.scheme == "http" and not _is_here(host):
        return [f"{server} would get the credentials unencrypted: write it with https://"]
    return []


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _new(platform: str, name: str) -> Account:
    account_id = uuid4()
    return Account(
        account_id=account_id, platform=platform, name=name, secret=f"account-{account_id}"
    )


def _changed(account: Account, arguments: argparse.Namespace, given: dict[str, str]) -> Account:
    """The account with what is given.

    Raises:
        ConfigurationError: it is one of another platform, and its posts were written for that.
    """
    if account.platform != arguments.platform:
        raise ConfigurationError(
            f"{account.name} is an account on {account.platform}; give this one another name"
        )
    options = {name: value for name, value in {**account.options, **given}.items() if value}
    server = account.server if arguments.server is None else arguments.server.rstrip("/")
    if server != account.server:
        options.pop(SERVER_LIMITS, None)
    return msgspec.structs.replace(account, server=server, options=options)


def _with_limits(platform: Platform, account: Account) -> Account:
    """The account with the limits of its own server, where servers have some; else as it was."""
    if not isinstance(platform, Told):
        return account
    try:
        with HttpxClient() as http:
            told = platform.limits_at(http, account.server)
    except PlatformError as error:
        sys.stderr.write(
            f"{printable(f'{error}; what most servers take counts for {account.name}')}; "
            f"add it again to ask anew\n"
        )
        return account
    options = {**account.options, SERVER_LIMITS: told}
    return msgspec.structs.replace(account, options=options)


def _asked(field: str) -> str:
    value = asked_secret(field)
    if not value:
        raise ConfigurationError(
            f"no {field} was given: type it where it is asked for, or write it as a line of "
            "standard input"
        )
    return value


def _told(house: PostHouse, platform: Platform, account: Account) -> str:
    """What it is now, and what is to be done next."""
    name, known = printable(account.name), _known(house, account)
    if platform.oauth is not None and not known.get("access_token"):
        return f"{name} on {platform.name} is kept; now: schedulerx accounts connect {name}"
    return f"{name} on {platform.name} is ready"


def _known(house: PostHouse, account: Account) -> dict[str, Any]:
    return dict(house.secrets.read(account.secret))
