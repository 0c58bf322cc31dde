"""The stack's sweep: what the state machine left, and what no schedule started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import msgspec

from schedulerx.compose.post_house import utc_now
from schedulerx.compose.publishing import PublishingPlaces, StackPosts, stack_posts
from schedulerx.posts.health import EXPIRY_NEAR
from schedulerx.posts.recurring import follow
from schedulerx.posts.sweeping import Swept, sweep
from schedulerx.posts.telling import Told

_LOOKED_BACK = timedelta(days=7)
_MOST = 1000  # executions started by one sweep
_GRACE = timedelta(minutes=2)  # Scheduler starts within a minute, and retries by itself


class StackSwept(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep did."""

    swept: Swept
    followed: int  # recurring posts that were given their next occurrence
    late: int  # targets that are due for minutes and not settled
    unknown: int  # targets of unknown outcome
    expiring: int  # accounts whose authorisation ends within days
    started: int  # targets that should have gone out, and that nobody was at work on
    told: Told  # of what became of posts, to whoever asked for it

    def words(self) -> Iterator[str]:
        """A sentence for each that is worth one."""
        yield from self.swept.words()
        if self.started:
            yield f"{self.started} should have gone out and had not: started now"
        if self.told.trouble:
            yield self.told.trouble


def sweep_stack(env: Mapping[str, str]) -> StackSwept:
    """One sweep."""
    with stack_posts(PublishingPlaces.of(env), env) as found:
        swept = sweep(found.house.ledger, found.house.publisher, utc_now())
        followed, started = _follow(found), _start_late(found)
        health = found.house.posts.health(utc_now() - _LOOKED_BACK, utc_now())
        near = utc_now() + EXPIRY_NEAR
        return StackSwept(
            swept=swept,
            followed=followed,
            started=started,
            told=found.house.teller.tell(),
            late=sum(each.overdue for each in health.accounts if not each.paused),
            unknown=sum(each.unknown for each in health.accounts),
            expiring=sum(
                each.expires_at is not None and each.expires_at < near for each in health.accounts
            ),
        )


def _follow(found: StackPosts) -> int:
    following = follow(found.house.posts, utc_now())
    for post in following:
        found.house.desk.clock.set(post)
    return len(following)


def _start_late(found: StackPosts) -> int:
    """Those due for longer than a start takes. Executions wait for retries by themselves."""
    late = found.house.ledger.due(utc_now() - _GRACE, _MOST)
    starts = found.starts.of_targets([each.target_id for each in late])
    return sum(found.executions.start_target(each) for each in starts)
