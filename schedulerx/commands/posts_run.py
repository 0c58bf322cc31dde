"""Sending what is due, from this machine: run_due, sweep."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from schedulerx.commands.accounts_opening import opened
from schedulerx.commands.arguments import whole
from schedulerx.commands.console import printable
from schedulerx.compose.posts import PostHouse, utc_now
from schedulerx.errors import ExitCode
from schedulerx.posts.ledger import Work
from schedulerx.posts.means import Next
from schedulerx.posts.model import State
from schedulerx.posts.recurring import follow
from schedulerx.posts.runner import Runner
from schedulerx.posts.sweeping import sweep
from schedulerx.posts.tally import Tally

_Actions = argparse._SubParsersAction  # noqa: SLF001  (argparse has no public name for it)


def add_to(actions: _Actions[argparse.ArgumentParser]) -> None:
    """Declares the actions."""
    due = actions.add_parser("run_due", help="send what is due, now; for cron, or by hand")
    due.add_argument(
        "--patience", type=whole, default=600, metavar="SECONDS",
        help="how long to wait for a platform before the next call goes on (default 600)",
    )  # fmt: skip
    due.set_defaults(func=run_due)


def run_due(arguments: argparse.Namespace) -> int:
    """Sends what is due, and looks for what is of unknown outcome: not there, it is sent again."""
    with opened(arguments) as house:
        runner = Runner(
            publisher=house.publisher,
            ledger=house.ledger,
            now=utc_now,
            sleep=time.sleep,
            patience=timedelta(seconds=arguments.patience),
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: runner.stop.set())
        for following in follow(house.posts, utc_now()):
            house.desk.clock.set(following)
        tally = _sent(house, runner)
        if tally.ended_by is not None:
            _end(tally, 0)
            raise tally.ended_by
        for words in house.renewer.renew(house.posts.accounts().values()):
            sys.stderr.write(f"{printable(words)}\n")
        unknown = len(house.ledger.unknown(1000))
        told = house.teller.tell()
        if told.trouble:
            sys.stderr.write(f"{printable(told.trouble)}\n")
    return _end(tally, unknown)


def _sent(house: PostHouse, runner: Runner) -> Tally:
    """What is due goes first: reading platforms that do not answer takes its time."""
    claim, told = f"run-{uuid4().hex}", partial(_told, house)
    house.ledger.expire(utc_now())
    tally = runner.run_due(claim, told)
    if tally.ended_by is not None:
        return tally
    swept = sweep(house.ledger, house.publisher, utc_now())
    for words in swept.words():
        sys.stderr.write(f"{words}\n")
    if swept.absent:
        tally.add(runner.run_due(claim, told))
    return tally


def _told(house: PostHouse, target_id: UUID, after: Next) -> None:
    """A line for each that is settled, waits for a person, or was tried in vain."""
    if after.state is State.PENDING and after.again_s and not after.rests:
        _told_trouble(house, target_id, after.again_s)
    if after.again_s is not None or after.state in (State.ARMED, State.SENDING):
        return  # it goes on, here or in another process
    work = house.ledger.work(target_id)
    if work is not None:
        target = work.target
        why = target.url if target.state is State.POSTED else target.error
        sys.stdout.write(f"{_line(work, target.state, why or '')}\n")


def _told_trouble(house: PostHouse, target_id: UUID, again_s: float) -> None:
    work = house.ledger.work(target_id)
    if work is not None and work.target.error:
        why = f"{work.target.error}; again in {again_s:.0f} s"
        sys.stderr.write(f"{_line(work, 'waiting', why)}\n")


def _line(work: Work, stands: str, why: str) -> str:
    post = str(work.target.post_id)[:8]
    words = f"{stands:9}  {post} on {printable(work.account.name)}  {printable(why)}"
    return words.rstrip()


def _end(tally: Tally, unknown: int) -> int:
    counts = [f"{count} {state}" for state, count in tally.states.items() if count]
    if tally.later:
        counts.append(f"{tally.later} left for the next run")
    if counts or tally.ended_by is None:
        sys.stdout.write(f"{', '.join(counts) or 'nothing is due'}\n")
    for defect in tally.defects:
        sys.stderr.write(f"error: {printable(defect)}\n")
    if unknown:
        sys.stderr.write(
            f"{unknown} unknown: look whether they are there, then `posts resolve ID`\n"
        )
    bad = tally.states[State.FAILED] or tally.states[State.UNKNOWN] or tally.defects
    return ExitCode.FAILURES if bad else ExitCode.BALANCED
