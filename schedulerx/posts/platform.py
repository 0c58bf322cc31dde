"""What a platform is to the publisher. A new platform is one file that has these, and one line.

`prepare` makes nothing visible and may be called again at any time. `publish` sends the one
request that makes the post visible, and sends it once. `poll` and `find` only read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Protocol, runtime_checkable
from uuid import UUID

import msgspec

from schedulerx.posts.http import Http
from schedulerx.posts.limits import Limits, overlaid
from schedulerx.posts.model import Account, Content, Handle, MediaItem
from schedulerx.posts.oauth import OAuth
from schedulerx.posts.options import Option
from schedulerx.posts.outcomes import Absent, Published, Ready, Unsure, Waiting


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that a post breaks, with the value and the limit, so that a person can mend it."""

    rule: str  # "text_length", "media_type", "aspect" ...
    message: str
    media: int | None = None  # position of the item, from 0


@dataclass(frozen=True)
class Draft:
    """A post as it is to appear on one account; media are already as the platform takes them."""

    post_id: UUID
    target_id: UUID
    attempt: int
    content: Content
    media: tuple[MediaItem, ...]
    due_at: datetime  # as the author set it: the same at every attempt
    told: Mapping[str, Any] = field(default_factory=dict)  # limits of the account's own server

    def limits(self, platform: Platform) -> Limits:
        """What may be on it, as the account's own server has it."""
        return overlaid(platform.limits, self.told)


class Media(Protocol):
    """The bytes of media. Videos have gigabytes: they are sent as files, never as bytes."""

    def open(self, item: MediaItem, start: int = 0, length: int | None = None) -> BinaryIO:
        """Bytes from `start` to the end, or so many, as the body of a request: they are fetched as
        they are sent, a piece at a time.

        Reading raises:
            Refused: the medium is gone.
            NotAccepted: the store does not answer, so the request was not sent whole.
        """

    def read(self, item: MediaItem) -> bytes:
        """All bytes of a picture, for a request that holds them in its own way.

        Raises:
            Refused: the medium is gone, or too large to be held.
            NotAccepted: the store does not answer.
        """

    def url(self, item: MediaItem) -> str:
        """An HTTPS URL the platform can fetch it from; checked to answer.

        Raises:
            NotAccepted: it does not answer now, or with something else.
            Refused: there is no public place for media.
        """


class Tokens(Protocol):
    """The credentials of an account."""

    def get(self) -> dict[str, Any]:
        """As stored."""

    def refresh(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        """Lets one at a time refresh them, and stores what comes back at once. Where another has
        refreshed them meanwhile, `change` is not called and theirs are returned.
        """


class Caller(Protocol):
    """In whose name an API is asked: what is needed to renew an authorisation."""

    @property
    def account(self) -> Account:
        """Whose it is."""

    @property
    def http(self) -> Http:
        """What it is asked by."""

    @property
    def tokens(self) -> Tokens:
        """What it is asked with."""

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock."""


@dataclass
class Session:
    """One execution's work on one target. The handle is saved before the next request."""

    account: Account
    draft: Draft
    http: Http
    media: Media
    tokens: Tokens
    handle: Handle
    now: Callable[[], datetime]
    keep: Callable[[Handle, float], None]

    def save(self, handle: Handle, wait_s: float = 0.0) -> None:
        """Stores the handle, and holds the target over the seconds of a wait.

        Raises:
            ClaimLost: another execution holds the target; nothing more is sent.
        """
        self.keep(handle, wait_s)
        self.handle = handle


class Platform(Protocol):
    """A platform's client. Raises `schedulerx.posts.outcomes` errors, and no others on purpose."""

    name: str
    limits: Limits

    @property
    def options(self) -> Mapping[str, Option]:
        """Options that its posts and accounts may have, beside those of all platforms."""

    @property
    def oauth(self) -> OAuth | None:
        """How an account is connected; None: its credentials are typed in."""

    @property
    def credentials(self) -> tuple[str, ...]:
        """What is typed in where there is no page to agree on, as an app password."""

    def check(self, draft: Draft) -> list[Problem]:
        """Rules beyond `limits` that the draft breaks; counts text as the platform does."""

    def prepare(self, session: Session) -> Ready | Waiting:
        """Uploads and waits, nothing visible yet. Called again until it is Ready; goes on from
        the handle.
        """

    def publish(self, session: Session) -> Published | Waiting:
        """Sends the one request that makes it visible. Called once an attempt."""

    def poll(self, session: Session) -> Published | Waiting:
        """Reads how far the platform is with what it has accepted."""

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Reads whether a request whose answer was lost was acted on."""


@runtime_checkable
class Told(Protocol):
    """A platform whose servers have limits of their own, and tell them."""

    def limits_at(self, http: Http, server: str) -> dict[str, Any]:
        """What a server lays over `limits`, as `schedulerx.posts.limits.overlaid` takes it.

        Raises:
            PlatformError: it does not tell.
        """
