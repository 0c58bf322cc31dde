"""LinkedIn's API: its versions, in whose name it is asked, and what its errors mean.

Source: learn.microsoft.com/linkedin, "Versioning", "Rate limits", "Error handling".
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import msgspec

from schedulerx.posts.http import Response
from schedulerx.posts.oauth import OAuth
from schedulerx.posts.outcomes import AccountRefused, Throttled
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.answers import asked_wait, error_for, said
from schedulerx.posts.platforms.renewal import asked

_API = "https://api.linkedin.com"
# Of the API, "Versioning": a version is kept for a year, so the option `version` may name another.
_VERSION = "202606"
OAUTH = OAuth(
    authorize_url="https://www.linkedin.com/oauth/v2/authorization",
    token_url="https://www.linkedin.com/oauth/v2/accessToken",  # noqa: S106  (an address)
    scopes=("openid", "profile", "w_member_social"),
)


class Said(msgspec.Struct, frozen=True):
    """An error."""

    code: str = ""
    message: str = "no reason"


def call(
    session: Session, method: str, path: str, method_of_list: str = "", **content: Any
) -> Response:
    """The answer to a request in the version that the account names, or ours."""
    version = str(session.account.options.get("version", _VERSION))
    headers = {"linkedin-version": version, "x-restli-protocol-version": "2.0.0"}
    if method_of_list:
        headers["x-restli-method"] = method_of_list
    told = {"headers": headers, "timeout_s": 60.0, **content}
    return asked(OAUTH, _API, session, method, path, **told)


def answered(answer: Response, session: Session) -> Response:
    """The answer, if it is a yes."""
    if answer.status < 300:
        return answer
    told = said(answer, Said)
    words, code = f"LinkedIn: {told.message}", told.code
    if answer.status == 429:
        asked = asked_wait(answer, session.now())
        after_s = _until_midnight(session) if asked is None else asked
        raise Throttled(words, code=code, after_s=after_s)
    if answer.status == 403:
        raise AccountRefused(f"{words}; connect the account again with its scopes", code=code)
    if answer.status == 426:
        words = f"{words}; give the account the option version=YYYYMM of a version in use"
    raise error_for(answer, words, code, session.now())


def _until_midnight(session: Session) -> float:
    """Quotas are a day's, and begin anew at midnight UTC."""
    now = session.now().astimezone(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - now).total_seconds()
