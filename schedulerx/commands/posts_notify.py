"""`schedulerx posts notify`: a chat on Telegram is told what became of posts."""

from __future__ import annotations

import argparse
import sys

from schedulerx.commands.accounts_opening import opened
from schedulerx.commands.console import asked_secret, printable
from schedulerx.compose.posts import PostHouse, utc_now
from schedulerx.errors import ConfigurationError, ExitCode, RetryableError
from schedulerx.posts.model import State
from schedulerx.posts.notices import TELLABLE, Notices
from schedulerx.posts.outcomes import PlatformError, Refused
from schedulerx.posts.telling import TELEGRAM, send
from schedulerx.stores.notice_settings import read_notices, write_notices

_Actions = argparse._SubParsersAction  # noqa: SLF001  (argparse has no public name for it)
_USUAL = (State.FAILED, State.UNKNOWN)


def add_to(actions: _Actions[argparse.ArgumentParser]) -> None:
    """Declares the action."""
    notify = actions.add_parser(
        "notify",
        help="tell a chat on Telegram what became of posts",
        description="Tells of each post once, when it failed or is of unknown outcome. Without an "
        "option it says what is set.",
    )
    what = notify.add_mutually_exclusive_group()
    what.add_argument("--telegram", metavar="CHAT",
                      help="@NAME of a channel or the number of a chat; the bot's token is asked "
                      "for")  # fmt: skip
    what.add_argument("--off", action="store_true", help="tell nobody any more")
    notify.add_argument("--on", action="append", choices=[*map(str, TELLABLE)], metavar="STATE",
                        help="failed, unknown, posted; by default the first two")  # fmt: skip
    notify.add_argument("--server", default="", metavar="URL", help="of a Bot API of your own")
    notify.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """The action."""
    with opened(arguments) as house:
        if arguments.off:
            write_notices(house.secrets, None)
            sys.stdout.write("nobody is told any more\n")
        elif arguments.telegram:
            _set(house, arguments)
        else:
            _show(house)
    return ExitCode.BALANCED


def _set(house: PostHouse, arguments: argparse.Namespace) -> None:
    """Stores what is wanted once a first message has arrived."""
    wanted = Notices(
        bot_token=asked_secret("bot_token"),
        chat=arguments.telegram,
        states=tuple(map(State, arguments.on or _USUAL)),
        since=utc_now(),
        server=arguments.server.rstrip("/"),
    )
    states = ", ".join(wanted.states)
    try:
        send(house.publisher.http, wanted, f"SchedulerX tells you here of posts: {states}.")
    except Refused as error:
        raise ConfigurationError(f"nothing is set: {error}") from error
    except PlatformError as error:
        raise RetryableError(f"nothing is set: {error}; try again") from error
    write_notices(house.secrets, wanted)
    sys.stdout.write(f"{printable(wanted.chat)} is told of posts: {states}\n")


def _show(house: PostHouse) -> None:
    wanted = read_notices(house.secrets)
    if wanted is None:
        sys.stdout.write("nobody is told: `schedulerx posts notify --telegram CHAT`\n")
        return
    sent = house.notices.counts(TELEGRAM, wanted.since, utc_now())
    sys.stdout.write(
        f"{printable(wanted.chat)} on Telegram is told of posts: {', '.join(wanted.states)}\n"
        f"since {wanted.since:%Y-%m-%d %H:%M} UTC: {sent.told:,} told, {sent.waiting:,} waiting, "
        f"{sent.lost:,} that may not have arrived\n"
    )
