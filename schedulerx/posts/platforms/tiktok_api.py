"""TikTok's API: in whose name it is asked, and what it answers.

Source: developers.tiktok.com, Login Kit; Content Posting API: Query Creator Info, Direct Post, Get
Post Status.
"""

from __future__ import annotations

from typing import Any, Generic

import msgspec

from schedulerx.posts.http import Request, T
from schedulerx.posts.oauth import OAuth, at_server
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.renewal import sent_with
from schedulerx.posts.platforms.tiktok_errors import error_of

HOME = "https://open.tiktokapis.com"
OAUTH = OAuth(
    authorize_url="https://www.tiktok.com/v2/auth/authorize/",
    token_url=f"{HOME}/v2/oauth/token/",
    scopes=("user.info.basic", "video.publish"),
    separator=",",
    client_field="client_key",
)


class _Data(msgspec.Struct, Generic[T], frozen=True):
    """What every answer is wrapped in."""

    data: T


class _Creator(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the account may do."""

    creator_username: str = ""
    privacy_level_options: list[str] = []
    max_video_post_duration_sec: int | None = None


class Begun(msgspec.Struct, frozen=True):
    """A post that has a publish_id; of a video, where its bytes go."""

    publish_id: str
    upload_url: str = ""


class State(msgspec.Struct, frozen=True):
    """How far a post is."""

    status: str
    fail_reason: str = ""
    uploaded_bytes: int = 0
    # Spelt as TikTok spells it.
    post_ids: list[int] = msgspec.field(default_factory=list, name="publicaly_available_post_id")


def creator_of(session: Session) -> dict[str, Any]:
    """What the account may do, as the handle keeps it."""
    given = call(session, "/v2/post/publish/creator_info/query/", {}, _Creator)
    found: dict[str, Any] = msgspec.to_builtins(given)
    return found


def status_of(session: Session) -> State:
    """How far the post is."""
    body = {"publish_id": session.handle["publish_id"]}
    return call(session, "/v2/post/publish/status/fetch/", body, State)


def call(session: Session, path: str, body: dict[str, Any], kind: type[T]) -> T:
    """The `data` of an answer that says ok."""
    url = at_server(session.account.server, f"{HOME}{path}")
    answer = sent_with(OAUTH, session, Request(method="POST", url=url, json=body))
    error = error_of(answer, session.now())
    if error is not None:
        raise error
    return answer.read(_Data[kind]).data  # type: ignore[valid-type]  # made when it is asked for
