"""Posts into the database and onto the clock: what an author may do with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

import msgspec

from schedulerx.errors import RejectedInput
from schedulerx.posts.intake import Writing, draft_of, post_of, time_of, unknown_accounts
from schedulerx.posts.model import Account, MediaItem, Post
from schedulerx.posts.options import COMMON, unknown
from schedulerx.posts.outcomes import PlatformError
from schedulerx.posts.platform import Draft, Platform, Problem
from schedulerx.posts.times import WrongTimeError

_CLOCKS = 8  # clocks set at once: each is a call to a service, where there is one


class Clock(Protocol):
    """Wakes the publisher at a post's time. Where nothing does, `run_due` is called by cron."""

    def set(self, post: Post) -> None:
        """Wakes for this post, at its time and no longer at an earlier one."""

    def forget(self, post_id: UUID) -> None:
        """Wakes for it no more; silent where nothing would."""


class Shelf(Protocol):
    """Where posts are kept."""

    def accounts(self) -> Mapping[str, Account]:
        """Every account, by its name."""

    def add_all(self, posts: Sequence[tuple[Post, Sequence[UUID]]]) -> Collection[UUID]:
        """Stores posts with a target for each account, all or none; those that are there already
        stay as they are. The ids of the new ones.
        """


@dataclass(frozen=True)
class _Batch:
    """A shelf whose accounts are read once."""

    shelf: Shelf
    _accounts: list[Mapping[str, Account]] = field(default_factory=list)

    def accounts(self) -> Mapping[str, Account]:
        """As `Shelf.accounts`."""
        if not self._accounts:
            self._accounts.append(self.shelf.accounts())
        return self._accounts[0]

    def add_all(self, posts: Sequence[tuple[Post, Sequence[UUID]]]) -> Collection[UUID]:
        """As `Shelf.add_all`."""
        return self.shelf.add_all(posts)


class Fitting(Protocol):
    """Media as platforms take them; see `schedulerx.posts.means.Preparation`."""

    def fitted(self, draft: Draft, platform: Platform) -> Draft:
        """The draft with its media as the platform takes them, where they can be made so."""

    def problems(self, draft: Draft, platform: Platform) -> Sequence[Problem]:
        """Every rule that the draft breaks."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A writing that was looked at: the post, or what is wrong with it; `notes` are no obstacle."""

    post: Post | None
    accounts: tuple[UUID, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Desk:
    """Checks writings and schedules them."""

    shelf: Shelf
    clock: Clock
    platforms: Mapping[str, Platform]
    take_in: Callable[[Path], MediaItem]
    preparation: Fitting
    now: Callable[[], datetime]

    def for_many(self) -> Desk:
        """A desk that looks at each account and each file once; for one batch."""
        return replace(self, shelf=_Batch(self.shelf), take_in=cache(self.take_in))

    def check(self, writing: Writing, post_id: UUID) -> Checked:
        """The post, with every rule of every platform it breaks."""
        media, problems = self._media(writing)
        try:
            due = time_of(writing, self.now())
        except WrongTimeError as error:
            problems.append(Problem(rule="time", message=str(error)))
            due = self.now()
        post = post_of(writing, post_id, media, due, self.now())
        return self._checked(post, writing.accounts, problems)

    def recheck(self, post: Post, accounts: Sequence[str]) -> Checked:
        """A post that was changed, checked for its accounts again."""
        return self._checked(post, accounts, [])

    def moved(self, post: Post, at: str, zone: str, accounts: Sequence[str]) -> Checked:
        """A post at another time."""
        writing = Writing(at=at, zone=zone, recurrence=post.recurrence)
        try:
            due = time_of(writing, self.now())
        except WrongTimeError as error:
            return Checked(post=None, problems=(Problem(rule="time", message=str(error)),))
        return self.recheck(msgspec.structs.replace(post, due_at=due, zone=zone), accounts)

    def _checked(self, post: Post, names: Sequence[str], problems: list[Problem]) -> Checked:
        accounts = self.shelf.accounts()
        named = [accounts[name] for name in dict.fromkeys(names) if name in accounts]
        told = [*problems, *unknown_accounts(names, accounts), *self._mistyped(post)]
        for account in named if not problems else ():
            told += self._broken(post, account)
        return Checked(
            post=None if told else post,
            accounts=tuple(account.account_id for account in named),
            problems=tuple(told),
            notes=tuple(f"{each.name} is paused: {each.paused}" for each in named if each.paused),
        )

    def _mistyped(self, post: Post) -> list[Problem]:
        """Options that no platform has, and texts for platforms that there are not."""
        own = [each.options for each in self.platforms.values()]
        given = [post.content.options, *(each.options for each in post.overrides.values())]
        names = dict.fromkeys(name for options in given for name in options)
        words = [
            *unknown(names, set(COMMON).union(*own)),
            *unknown(post.overrides, self.platforms, "platform"),
        ]
        return [Problem(rule="option", message=each) for each in words]

    def _media(self, writing: Writing) -> tuple[list[MediaItem], list[Problem]]:
        found, problems = [], []
        for name in writing.media:
            try:
                found.append(self.take_in(Path(name)))
            except RejectedInput as error:
                problems.append(Problem(rule="media", message=str(error)))
            except OSError as error:
                words = f"{name} cannot be read: {(error.strerror or str(error)).lower()}"
                problems.append(Problem(rule="media", message=words))
        if len(writing.alt) > len(writing.media):
            words = f"{len(writing.alt)} alt texts for {len(writing.media)} media"
            problems.append(Problem(rule="alt", message=words))
        return found, problems

    def _broken(self, post: Post, account: Account) -> list[Problem]:
        platform = self.platforms.get(account.platform)
        if platform is None:
            words = f"this version does not know {account.platform}, the platform of {account.name}"
            return [Problem(rule="platform", message=words)]
        try:
            draft = self.preparation.fitted(draft_of(post, account, post.post_id), platform)
            broken = self.preparation.problems(draft, platform)
        except PlatformError as error:
            broken = [Problem(rule=error.code or "media", message=str(error))]
        return [
            msgspec.structs.replace(each, message=f"{account.name}: {each.message}")
            for each in broken
        ]

    def schedule(self, checked: Checked) -> Post:
        """Stores the post, then sets the clock: one that is stored and not set is swept up."""
        assert checked.post is not None
        self.schedule_all([checked])
        return checked.post

    def schedule_all(self, checked: Iterable[Checked]) -> int:
        """Stores posts, all or none, then sets the clock for those that are new; their number."""
        posts = [(each.post, each.accounts) for each in checked if each.post is not None]
        new = self.shelf.add_all(posts)
        with ThreadPoolExecutor(_CLOCKS) as pool:
            list(pool.map(self.clock.set, (post for post, _ in posts if post.post_id in new)))
        return len(new)
