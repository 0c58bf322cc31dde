"""The stack's sweep: what the state machine left, and what no schedule started."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from schedulerx.compose.post_house import utc_now
from schedulerx.compose.publishing import PublishingPlaces, StackPosts, stack_posts
from schedulerx.posts.health import EXPIRY_NEAR, Health
from schedulerx.posts.ledger import Work
from schedulerx.posts.recurring import follow
from schedulerx.posts.starting import Start
from schedulerx.posts.sweeping import Swept, sweep
from schedulerx.posts.telling import Told
from schedulerx.posts.undelivered import Verdict, verdict_on
from schedulerx.stores.aws_clients import Clients

_LOOKED_BACK = timedelta(days=7)
_MOST = 1000  # executions started by one sweep
_GRACE = timedelta(minutes=2)  # Scheduler starts within a minute, and retries by itself


class StackSwept(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep did."""

    swept: Swept
    followed: int  # recurring posts that were given their next occurrence
    started: int  # targets that should have gone out, and that nobody was at work on
    missed: int  # calls of schedules that started nothing
    late: int  # targets that are due for minutes and not settled
    unknown: int  # targets of unknown outcome
    expiring: int  # accounts whose authorisation ends within days
    renewals: tuple[str, ...]  # authorisations that could not be renewed, and why
    told: Told  # of what became of posts, to whoever asked for it

    def words(self) -> Iterator[str]:
        """A sentence for each that is worth one."""
        yield from self.swept.words()
        if self.started:
            yield f"{self.started} should have gone out and had not: started now"
        yield from self.renewals
        if self.told.trouble:
            yield self.told.trouble
        if self.missed:
            yield f"{self.missed} schedules could not start their posts: read the dead letters"


def sweep_stack(clients: Clients, measure: Callable[[Work], None]) -> StackSwept:
    """One sweep; `measure` hears of what became of targets."""
    with stack_posts(PublishingPlaces.of(clients.env), clients) as found:
        now = utc_now()
        late_now = _late_targets(found.house.posts.health(now - _LOOKED_BACK, now))
        swept = sweep(found.house.ledger, found.house.publisher, now)
        _measure(found, swept.ended, measure)
        followed, late = _follow(found, now), _late(found, utc_now(), swept.waiting)
        started = sum(found.executions.start_again(each, now) for each in late)
        renewals = found.house.renewer.renew(found.house.posts.accounts().values())
        missed = _missed(found, {each.post_id for each in late})
        health = found.house.posts.health(now - _LOOKED_BACK, now)
        return StackSwept(
            swept=swept,
            followed=followed,
            started=started,
            renewals=tuple(renewals),
            told=found.house.teller.tell(),
            missed=missed,
            late=late_now,
            unknown=sum(each.unknown for each in health.accounts),
            expiring=_expiring(health),
        )


def _measure(found: StackPosts, targets: Collection[UUID], measure: Callable[[Work], None]) -> None:
    for target_id in targets:
        work = found.house.ledger.work(target_id)
        if work is not None:
            measure(work)


def _late_targets(health: Health) -> int:
    """Counted before anything is done about them: who mends hides nothing."""
    return sum(each.overdue for each in health.accounts if not each.paused)


def _expiring(health: Health) -> int:
    near = health.at + EXPIRY_NEAR
    return sum(each.expires_at is not None and each.expires_at < near for each in health.accounts)


def _follow(found: StackPosts, now: datetime) -> int:
    following = follow(found.house.posts, now)
    for post in following:
        found.house.desk.clock.set(post)
    return len(following)


def _late(found: StackPosts, now: datetime, freed: Collection[UUID]) -> list[Start]:
    """Those due for longer than a start takes, and those just freed. Executions wait for retries by
    themselves.
    """
    late = found.house.ledger.due(now - _GRACE, _MOST)
    return found.starts.of_targets([*{*freed, *(each.target_id for each in late)}])


def _missed(found: StackPosts, waiting: Collection[UUID]) -> int:
    """Dead letters that started nothing. Those that nothing waits for are taken away."""
    missed = 0
    for letter in found.letters.read():
        verdict = verdict_on(letter.body, waiting, found.executions.was_started)
        missed += verdict is Verdict.MISSED
        if verdict is Verdict.OVER:
            found.letters.forget(letter)
    return missed
