"""Recurring posts: each is followed by its next occurrence, made once its own time has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

import msgspec

from schedulerx.posts.model import Post
from schedulerx.posts.times import next_occurrence


class Series(Protocol):
    """Where posts are kept."""

    def unfollowed(self, now: datetime) -> Iterable[tuple[Post, Sequence[UUID]]]:
        """Recurring posts whose time has come and that nothing follows yet, with their accounts.
        One that was cancelled ends its series.
        """

    def add(self, post: Post, accounts: Sequence[UUID]) -> object:
        """Stores a post and its targets; one that is there already stays as it is."""


def follow(series: Series, now: datetime) -> list[Post]:
    """Makes the next occurrences. What was missed while nothing ran is not made up for: the next
    one lies in the future. Of two processes that follow one post, both make the same.
    """
    made = []
    for post, accounts in series.unfollowed(now):
        following = following_post(post, now)
        if following is not None:
            series.add(following, accounts)
            made.append(following)
    return made


def following_post(post: Post, now: datetime) -> Post | None:
    """The next occurrence; None where the rule has ended."""
    assert post.recurrence is not None
    first = post.series_start or post.due_at
    series_id = post.series_id or post.post_id
    due = next_occurrence(post.recurrence, post.zone, first, max(post.due_at, now))
    if due is not None and _id(series_id, due) == post.post_id:  # it was moved to before its time
        due = next_occurrence(post.recurrence, post.zone, first, due)
    if due is None:
        return None
    return msgspec.structs.replace(
        post,
        post_id=_id(series_id, due),
        due_at=due,
        series_id=series_id,
        series_start=first,
        revision=1,
        created_at=now,
    )


def _id(series_id: UUID, due: datetime) -> UUID:
    """The same in each process that makes the occurrence."""
    return uuid5(series_id, due.isoformat())
