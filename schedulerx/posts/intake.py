"""What an author writes, turned into a post: by hand, or a row of a file. Every problem is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from schedulerx.posts.model import SERVER_LIMITS, Account, Content, MediaItem, Post
from schedulerx.posts.platform import Draft, Problem
from schedulerx.posts.times import WrongTimeError, check_rule, due_at, zone_of

_GRACE = timedelta(minutes=5)  # how late a time may be and still mean "now"


class Writing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A post as written. `at` is a time in `zone`, or "now"."""

    text: str = ""
    at: str = "now"
    zone: str = "UTC"
    accounts: tuple[str, ...] = ()
    media: tuple[str, ...] = ()  # files
    alt: tuple[str, ...] = ()  # one a medium, or fewer
    link: str = ""
    title: str = ""
    options: dict[str, str] = msgspec.field(default_factory=dict)
    overrides: dict[str, Content] = msgspec.field(default_factory=dict)
    recurrence: str | None = None


def time_of(writing: Writing, now: datetime) -> datetime:
    """When it is due, UTC.

    Raises:
        WrongTimeError: the time cannot be meant, or is past.
    """
    zone_of(writing.zone)
    is_now = writing.at.strip().lower() == "now"
    moment = now if is_now else due_at(writing.at, writing.zone)
    if moment < now - _GRACE:
        raise WrongTimeError(f"{writing.at} in {writing.zone} is past; write a later time, or now")
    if writing.recurrence:
        check_rule(writing.recurrence, writing.zone, moment)
    return moment


def post_of(
    writing: Writing, post_id: UUID, media: Sequence[MediaItem], due: datetime, now: datetime
) -> Post:
    """The post. Media are described already."""
    alts = [*writing.alt, *[""] * (len(media) - len(writing.alt))]
    return Post(
        post_id=post_id,
        content=Content(
            text=writing.text, title=writing.title, link=writing.link, options=dict(writing.options)
        ),
        overrides=writing.overrides,
        media=tuple(
            msgspec.structs.replace(item, alt=alt) for item, alt in zip(media, alts, strict=False)
        ),
        due_at=due,
        zone=writing.zone,
        recurrence=writing.recurrence,
        created_at=now,
    )


def draft_of(post: Post, account: Account, target_id: UUID, attempt: int = 0) -> Draft:
    """The post as it is to appear on an account; media as the author gave them."""
    content = post.content_for(account.platform)
    told = account.options.get(SERVER_LIMITS)
    options = {**account.options, **content.options}
    options.pop(SERVER_LIMITS, None)
    return Draft(
        post_id=post.post_id,
        target_id=target_id,
        attempt=attempt,
        content=msgspec.structs.replace(content, options=options),
        media=post.media,
        due_at=post.due_at,
        told=told if isinstance(told, dict) else {},
    )


def unknown_accounts(names: Sequence[str], accounts: Mapping[str, Account]) -> list[Problem]:
    """Accounts that nobody connected."""
    if not names:
        return [Problem(rule="accounts", message="no account is named")]
    known = ", ".join(sorted(accounts)) or "none yet: `schedulerx accounts add`"
    return [
        Problem(rule="accounts", message=f"there is no account {name!r}; there are {known}")
        for name in names
        if name not in accounts
    ]
