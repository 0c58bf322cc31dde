"""Accounts, posts and their targets, as the database keeps them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

Handle = dict[str, Any]  # what a platform gave out on the way; JSON
SERVER_LIMITS = (
    "server_limits"  # among an account's options: what its own server told of its limits
)


class State(StrEnum):
    """Where a target stands; `schedulerx.posts.ledger` says what may follow what."""

    PENDING = "pending"  # waits for its time
    ARMED = "armed"  # taken by one execution: media are prepared, nothing is visible yet
    SENDING = "sending"  # the one request that makes it visible may have been sent
    POSTED = "posted"
    FAILED = "failed"  # it is certain that it did not go out
    UNKNOWN = "unknown"  # sent, and the answer was lost: only reading resolves it
    CANCELLED = "cancelled"


class Account(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An account on a platform. `secret` names its credentials, never holds them."""

    account_id: UUID
    platform: str
    name: str  # as the user calls it; unique
    secret: str
    server: str = ""  # base URL, where accounts live on servers of their own
    options: dict[str, Any] = msgspec.field(default_factory=dict)  # defaults of its posts
    paused: str | None = None  # why nothing goes out by it; None: it is in use
    refusals: int = 0  # permanent refusals in a row
    expires_at: datetime | None = None  # when its authorisation ends for good
    rests_until: datetime | None = None  # as its platform asked: nothing is sent before


class MediaItem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A picture or video of a post. `key` names it in the media store; sizes in pixels."""

    key: str
    sha256: str
    media_type: str
    bytes: int
    name: str = ""  # as the user gave it
    alt: str = ""
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    fps: float | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    quirks: tuple[str, ...] = ()  # of videos: what not every player plays, as "sound at 96,000 Hz"
    located: bool = False  # it tells where it was taken
    # Of pictures: what not every platform shows as it is meant.
    turned: bool = False  # stored lying or mirrored (EXIF)
    inks: bool = False  # in CMYK, the colours of print
    clear: bool = False  # transparent somewhere
    frames: int = 1  # more than one: it moves


class Content(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What is published: of the post itself, or of its overrides for one platform."""

    text: str = ""
    title: str = ""
    link: str = ""
    options: dict[str, Any] = msgspec.field(default_factory=dict)  # the platform's own, as "board"


class Post(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A post: written once, for any number of accounts."""

    post_id: UUID
    content: Content
    overrides: dict[str, Content] = msgspec.field(default_factory=dict)  # by platform
    media: tuple[MediaItem, ...] = ()
    due_at: datetime  # UTC
    zone: str = "UTC"  # IANA name: what the author meant by the hour
    recurrence: str | None = None  # RFC 5545 RRULE
    series_id: UUID | None = None  # the first post of a recurring one
    series_start: datetime | None = None  # when that was due: what COUNT counts from
    revision: int = 1  # grows with every edit; part of the execution's name
    created_at: datetime

    def content_for(self, platform: str) -> Content:
        """The content with the platform's overrides laid over it, field by field."""
        own = self.overrides.get(platform)
        if own is None:
            return self.content
        return Content(
            text=own.text or self.content.text,
            title=own.title or self.content.title,
            link=own.link or self.content.link,
            options={**self.content.options, **own.options},
        )


class Target(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One post on one account: a line of the ledger."""

    target_id: UUID
    post_id: UUID
    account_id: UUID
    state: State = State.PENDING
    due_at: datetime  # when it may next be tried, UTC; first the post's own
    attempt: int = 0  # how often the request that makes it visible was about to be sent
    claim: str | None = None  # the execution that holds it
    claimed_until: datetime | None = None  # after this its holder is taken for dead
    handle: Handle = msgspec.field(default_factory=dict)
    answered: bool = False  # the request was answered, the platform is still at work
    platform_id: str | None = None
    url: str | None = None
    error_code: str | None = None
    error: str | None = None
    retries: int = 0  # of what was surely not accepted
    sending_at: datetime | None = None  # when the last attempt began
    posted_at: datetime | None = None
    slot_at: datetime | None = None  # when its account's rate has room for it
