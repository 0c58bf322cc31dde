"""What becomes of posts by a person's word: cancel, retry, resolve."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta

import msgspec

from schedulerx.commands.accounts_opening import opened
from schedulerx.commands.console import printable
from schedulerx.commands.posts_write import found, one
from schedulerx.compose.posts import utc_now
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.posts.ledger import Change
from schedulerx.posts.means import HOLD
from schedulerx.posts.model import State, Target
from schedulerx.stores.postgres.post_reads import Listed

_Actions = argparse._SubParsersAction  # noqa: SLF001  (argparse has no public name for it)


def add_to(actions: _Actions[argparse.ArgumentParser]) -> None:
    """Declares the actions."""
    one(actions, "cancel", "let a post not go out", run_cancel)
    one(actions, "retry", "let what failed or was cancelled go out now", run_retry)
    resolve = one(actions, "resolve", "say what became of a post nobody could tell", run_resolve)
    resolve.add_argument("--account", metavar="NAME", help="where it is unknown on several")
    answer = resolve.add_mutually_exclusive_group(required=True)
    answer.add_argument("--posted", metavar="URL", help="it is there")
    answer.add_argument(
        "--not_posted", action="store_true", help="you looked, and it is not: it is sent again"
    )


def run_cancel(arguments: argparse.Namespace) -> int:
    """Lets a post not go out, where it has not."""
    with opened(arguments) as house:
        post = found(house, arguments.id).post
        states = house.posts.cancel(post.post_id)
        house.desk.clock.forget(post.post_id)
    late = [state for state in states if state is not State.CANCELLED]
    sys.stdout.write(f"cancelled on {len(states) - len(late)} of {len(states)} accounts\n")
    if late:
        sys.stderr.write(f"too late for {len(late)}: {', '.join(sorted(set(late)))}\n")
    return ExitCode.FAILURES if late else ExitCode.BALANCED


def run_retry(arguments: argparse.Namespace) -> int:
    """Lets failed and cancelled targets go out now."""
    with opened(arguments) as house:
        post = found(house, arguments.id).post
        now = utc_now()
        states = house.posts.retry(post.post_id, now, now - HOLD)
        house.desk.clock.set(msgspec.structs.replace(post, due_at=now))
        paused = [each for each in house.posts.accounts().values() if each.paused]
        names = {name for name, _ in found(house, arguments.id).targets}
    waiting = states.count(State.PENDING)
    sys.stdout.write(f"{waiting} of {len(states)} accounts wait to be sent\n")
    for account in paused:
        if account.name in names:
            sys.stderr.write(f"note: {printable(account.name)} is paused: {account.paused}\n")
    others = sorted({state.value for state in states if state is not State.PENDING})
    if others:
        sys.stderr.write(f"not retried: what is {' or '.join(others)}\n")
    if {State.FAILED, State.CANCELLED} & set(states):
        minutes = int(HOLD.total_seconds() / 60)
        sys.stderr.write(f"its request may still be on its way: retry in {minutes} minutes\n")
    return ExitCode.BALANCED if waiting else ExitCode.FAILURES


def run_resolve(arguments: argparse.Namespace) -> int:
    """Settles a target of unknown outcome as a person says."""
    with opened(arguments) as house:
        shown = found(house, arguments.id)
        target = _unknown(shown, arguments.account)
        change = _resolution(target, arguments.posted)
        if not house.posts.resolve(target.target_id, change):
            raise ConfigurationError(f"{arguments.id} is no longer unknown; see `posts show`")
        if change.due_at is not None:
            house.desk.clock.set(msgspec.structs.replace(shown.post, due_at=change.due_at))
    sys.stdout.write("resolved\n")
    return ExitCode.BALANCED


def _unknown(shown: Listed, account: str | None) -> Target:
    unknown = {
        name: target
        for name, target in shown.targets
        if target.state is State.UNKNOWN and account in (None, name)
    }
    if len(unknown) > 1:
        words = f"unknown on {', '.join(unknown)}; name one with --account"
        raise ConfigurationError(f"{shown.post.post_id} is {printable(words)}")
    if not unknown:
        where = f" on {printable(account)}" if account else ""
        words = f"{shown.post.post_id} is not of unknown outcome{where}, but {shown.state}"
        raise ConfigurationError(f"{words}; see `posts show`")
    return next(iter(unknown.values()))


def _resolution(target: Target, posted: str | None) -> Change:
    now = utc_now()
    if posted is not None:
        if not posted.startswith(("https://", "http://")) or not posted.isprintable():
            raise ConfigurationError(f"{posted!r} is no address of a post; copy it from its page")
        return Change(source=State.UNKNOWN, to=State.POSTED, url=posted, posted_at=now)
    if target.sending_at is not None and now < target.sending_at + HOLD:
        raise ConfigurationError(
            "its request may still be on its way: look again after "
            f"{target.sending_at + HOLD + timedelta(minutes=1):%H:%M} UTC"
        )
    return Change(source=State.UNKNOWN, to=State.PENDING, due_at=now)
