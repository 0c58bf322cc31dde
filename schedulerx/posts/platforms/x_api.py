"""X's API: who is asked, in whose name, and what its errors mean.

Source: docs.x.com, "OAuth 2.0 with PKCE", "Response codes and errors".
"""

from __future__ import annotations

from typing import Any, Generic

import msgspec

from schedulerx.posts.http import Response, T
from schedulerx.posts.oauth import OAuth
from schedulerx.posts.outcomes import AccountRefused, NotAccepted
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.answers import error_for, said
from schedulerx.posts.platforms.renewal import asked

API = "https://api.x.com"
OAUTH = OAuth(
    authorize_url="https://x.com/i/oauth2/authorize",
    token_url=f"{API}/2/oauth2/token",
    scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
    pkce=True,
    client_auth="basic",
)


class Data(msgspec.Struct, Generic[T], frozen=True):
    """What every answer is wrapped in; beside it, or in its place, there may be errors."""

    data: T


class Said(msgspec.Struct, frozen=True):
    """An error (RFC 7807)."""

    title: str = ""
    detail: str = ""
    type: str = ""


def call(session: Session, method: str, path: str, **content: Any) -> Response:
    """The answer to a request in the account's name."""
    return asked(OAUTH, API, session, method, path, **content)


def answered(answer: Response, session: Session) -> Response:
    """The answer, if it is a yes."""
    if answer.status < 300:
        return answer
    told = said(answer, Said)
    reason = told.detail or told.title or "no reason"
    code = told.type.rpartition("/")[2]
    words = f"X: {reason}"
    if answer.status == 402 or code in ("client-forbidden", "oauth1-permissions"):
        raise AccountRefused(words, code=code or "402")
    if answer.status == 400 and "media id" in reason.lower():
        raise NotAccepted(words, code=code, restart=True)
    raise error_for(answer, words, code, session.now())
