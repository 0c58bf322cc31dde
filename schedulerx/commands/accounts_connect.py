"""`schedulerx accounts connect`: the owner agrees on the platform's page, the tokens are stored."""

from __future__ import annotations

import argparse
import queue
import sys
from typing import Any

import msgspec

from schedulerx.commands.accounts_opening import account_named, opened
from schedulerx.commands.console import asked_secret, printable
from schedulerx.commands.redirects import redirected_to
from schedulerx.compose.posts import utc_now
from schedulerx.errors import ConfigurationError, ExitCode, RetryableError
from schedulerx.posts.connecting import Authorisation, begin, code_of, exchange
from schedulerx.posts.grants import ends_at
from schedulerx.posts.model import Account
from schedulerx.posts.oauth import OAuth
from schedulerx.posts.outcomes import AccountRefused, PlatformError
from schedulerx.posts.platforms.registry import PLATFORMS
from schedulerx.stores.http import HttpxClient

_PORT = 8723
_WAIT_S = 600.0
_Actions = argparse._SubParsersAction  # noqa: SLF001  (argparse has no public name for it)


def add_to(actions: _Actions[argparse.ArgumentParser]) -> None:
    """Declares the action."""
    connect = actions.add_parser(
        "connect",
        help="let the owner of an account agree on the platform's page",
        description="Prints the page's address, waits for the owner to agree, and stores the "
        "tokens. The application's id and secret are asked for once.",
    )
    connect.add_argument("name", metavar="NAME", help="as `accounts list` has it")
    connect.add_argument("--client_id", metavar="ID", help="of your application at the platform")
    connect.add_argument(
        "--port", type=int, default=_PORT,
        help=f"register http://127.0.0.1:{_PORT}/ as a redirect URL of your application",
    )  # fmt: skip
    connect.add_argument(
        "--redirect", metavar="URL",
        help="another redirect URL; then paste the address the owner was sent back to",
    )  # fmt: skip
    connect.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """The action."""
    with opened(arguments) as house, HttpxClient() as http:
        account = account_named(house, arguments.name)
        oauth = _oauth(account)
        known = _application(house.secrets.read(account.secret), arguments.client_id)
        redirect = arguments.redirect or f"http://127.0.0.1:{arguments.port}/"
        attempt = begin(oauth, account.server, str(known["client_id"]), redirect)
        sys.stdout.write(f"open this page, and agree:\n\n  {attempt.url}\n\n")
        sys.stdout.flush()
        answer = _pasted() if arguments.redirect else _redirected(arguments.port, attempt)
        try:
            code = code_of(attempt, answer)
            values = exchange(http, oauth, account.server, known, attempt, code, utc_now())
        except AccountRefused as error:
            raise ConfigurationError(f"{account.name} is not connected: {error}") from error
        except PlatformError as error:
            raise RetryableError(f"{account.name} is not connected: {error}; try again") from error
        with house.secrets.locked(account.secret):  # a renewal of the old ones ends before
            house.secrets.write(account.secret, values)
        house.posts.save_account(msgspec.structs.replace(account, expires_at=ends_at(values)))
        house.posts.pause(account.account_id, None)
    sys.stdout.write(f"{printable(account.name)} is connected\n")
    return ExitCode.BALANCED


def _oauth(account: Account) -> OAuth:
    platform = PLATFORMS.get(account.platform)
    if platform is None or platform.oauth is None:
        raise ConfigurationError(
            f"{account.platform} has no such page: give {account.name} its credentials with "
            f"`schedulerx accounts add {account.platform} {account.name} --secret FIELD`"
        )
    return platform.oauth


def _application(known: dict[str, Any], client_id: str | None) -> dict[str, Any]:
    """The credentials with those of the application, asked for where they are not there."""
    if client_id and client_id != known.get("client_id"):
        known = {"client_id": client_id}
    if not known.get("client_id"):
        known = {**known, "client_id": asked_secret("client_id")}
    if "client_secret" not in known:
        known = {**known, "client_secret": asked_secret("client_secret (empty if there is none)")}
    return known


def _pasted() -> str:
    sys.stdout.write("then paste the address you were sent back to:\n")
    sys.stdout.flush()
    return sys.stdin.readline().strip()


def _redirected(port: int, attempt: Authorisation) -> str:
    """The address the owner's browser was sent back to."""
    with redirected_to(port, attempt) as answers:
        try:
            return answers.get(timeout=_WAIT_S)
        except queue.Empty:
            raise ConfigurationError(
                f"nobody agreed within {_WAIT_S / 60:.0f} minutes; begin again"
            ) from None
