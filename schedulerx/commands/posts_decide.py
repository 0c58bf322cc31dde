"""What becomes of posts by a person's word: cancel, retry, resolve."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta

import msgspec

from schedulerx.commands.accounts_opening import opened
from schedulerx.commands.console import printable
from schedulerx.commands.posts_found import found, standing, when
from schedulerx.commands.posts_write import one
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
    one(
        actions,
        "retry",
        "let what failed or was cancelled go out: at its time, or now where that is past",
        run_retry,
    )
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
    """Lets failed and cancelled targets go out: at the post's time, or now where that is past."""
    with opened(arguments) as house:
        post_id = found(house, arguments.id).post.post_id
        now = utc_now()
        states = house.posts.retry(post_id, now, now - HOLD)
        shown = found(house, str(post_id))
        post = msgspec.structs.replace(shown.post, due_at=max(now, shown.post.due_at))
        if State.PENDING in states:
            house.desk.clock.set(post)
        paused = [each for each in house.posts.accounts().values() if each.paused]
    waiting = states.count(State.PENDING)
    at = f" at {when(post)}" if waiting and post.due_at > now else ""
    sys.stdout.write(f"{waiting} of {len(states)} accounts wait to be sent{at}\n")
    for account in paused:
        if account.name in dict(shown.targets):
            sys.stderr.write(f"note: {printable(account.name)} is paused: {account.paused}\n")
    _tell_others(shown)
    return ExitCode.BALANCED if waiting else ExitCode.FAILURES


def _tell_others(shown: Listed) -> None:
    """What does not wait to be sent, and what can be done about it."""
    states = {target.state for _, target in shown.targets}
    post = str(shown.post.post_id)[:8]
    if states - {State.PENDING}:
        sys.stderr.write(f"not retried: what is {standing(shown, {State.PENDING})}\n")
    if State.UNKNOWN in states:
        sys.stderr.write(f"look whether it is there, then: schedulerx posts resolve {post}\n")
    if {State.FAILED, State.CANCELLED} & states:
        minutes = int(HOLD.total_seconds() / 60)
        sys.stderr.write(f"its request may still be on its way: retry in {minutes} minutes\n")


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
    targets, post = dict(shown.targets), str(shown.post.post_id)[:8]
    if account is not None and account not in targets:
        words = f"{post} is not for {account!r}, but for {', '.join(targets)}"
        raise ConfigurationError(printable(words))
    unknown = {
        name: target
        for name, target in targets.items()
        if target.state is State.UNKNOWN and account in (None, name)
    }
    if len(unknown) > 1:
        words = f"{post} is unknown on {', '.join(unknown)}; name one with --account"
        raise ConfigurationError(printable(words))
    if not unknown:
        words = f"{post} is {standing(shown)}: only what is unknown can be resolved"
        raise ConfigurationError(words)
    return next(iter(unknown.values()))


def _resolution(target: Target, posted: str | None) -> Change:
    now = utc_now()
    if posted is not None:
        if not posted.startswith(("https://", "http://")) or not posted.isprintable():
            raise ConfigurationError(f"{posted!r} is no address of a post; copy it from its page")
        at = target.sending_at or now  # when it was looked for says nothing of how late it was
        return Change(source=State.UNKNOWN, to=State.POSTED, url=posted, posted_at=at)
    if target.sending_at is not None and now < target.sending_at + HOLD:
        raise ConfigurationError(
            "its request may still be on its way: look again after "
            f"{target.sending_at + HOLD + timedelta(minutes=1):%H:%M} UTC"
        )
    return Change(source=State.UNKNOWN, to=State.PENDING, due_at=now)
