"""YouTube's API: in whose name it is asked, and what its errors mean.

Source: developers.google.com/youtube/v3, "Errors", "Quota and compliance".
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from schedulerx.posts.http import Response
from schedulerx.posts.oauth import OAuth
from schedulerx.posts.outcomes import AccountRefused, Throttled
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.answers import error_for, said
from schedulerx.posts.platforms.renewal import asked

API = "https://www.googleapis.com"
_QUOTA_ZONE = ZoneInfo("America/Los_Angeles")  # where its day begins
OAUTH = OAuth(
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106  (an address)
    scopes=(
        "https://www.googleapis.com/auth/youtube.upload",
        "https://www.googleapis.com/auth/youtube.readonly",
    ),
    pkce=True,
    authorize_extra={"access_type": "offline", "prompt": "consent"},
)
_QUOTA = ("quotaExceeded", "dailyLimitExceeded", "uploadLimitExceeded")
_RATE = ("rateLimitExceeded", "userRateLimitExceeded")
_ACCOUNT = ("youtubeSignupRequired", "authorizationRequired", "accountSuspended", "forbidden")


class _Reason(msgspec.Struct, frozen=True):
    reason: str = ""


class _Error(msgspec.Struct, frozen=True):
    message: str = "no reason"
    errors: list[_Reason] = []


class _Said(msgspec.Struct, frozen=True):
    """An error's body."""

    error: _Error = _Error()


def call(session: Session, method: str, path: str, **content: Any) -> Response:
    """The answer to a request in the account's name."""
    return asked(OAUTH, API, session, method, path, **content)


def answered(answer: Response, session: Session) -> Response:
    """The answer, if it is a yes."""
    if answer.status < 300:
        return answer
    told = said(answer, _Said).error
    reason = next((each.reason for each in told.errors), "")
    words = f"YouTube: {told.message}"
    if reason in _QUOTA:
        raise Throttled(words, code=reason, after_s=_until_midnight(session))
    if reason in _RATE:
        raise Throttled(words, code=reason)
    if reason in _ACCOUNT:
        raise AccountRefused(words, code=reason)
    raise error_for(answer, words, reason, session.now())


def _until_midnight(session: Session) -> float:
    """Seconds until the day's quota begins anew."""
    now = session.now().astimezone(_QUOTA_ZONE)
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), _QUOTA_ZONE)
    return midnight.timestamp() - now.timestamp()
