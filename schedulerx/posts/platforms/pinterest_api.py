"""Pinterest's API (v5): in whose name it is asked, its lists, and what its errors mean.

Source: Pinterest's OpenAPI document, schemas `Error` and `Paginated`.
"""

from __future__ import annotations

from typing import Any, Generic

import msgspec

from schedulerx.posts.http import Response, T
from schedulerx.posts.oauth import OAuth
from schedulerx.posts.outcomes import AccountRefused
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.answers import error_for, said
from schedulerx.posts.platforms.renewal import asked

_API = "https://api.pinterest.com/v5"
_PAGES = 4  # of 250: of boards, and of pins that are looked through
OAUTH = OAuth(
    authorize_url="https://www.pinterest.com/oauth/",
    token_url=f"{_API}/oauth/token",
    scopes=("boards:read", "boards:write", "pins:read", "pins:write"),
    separator=",",
    client_auth="basic",
    # Operation `oauth/token`: applications from before September 2025 have to ask for refresh
    # tokens that are renewed with each use; the others were given for a year, and are no more.
    exchange_extra={"continuous_refresh": "true"},
)


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list, and the way to the next."""

    items: list[T]
    bookmark: str | None = None


class _Said(msgspec.Struct, frozen=True):
    """An error."""

    code: int = 0
    message: str = "no reason"


def listed(session: Session, path: str, kind: type[Page[T]]) -> list[T]:
    """The first pages of a list."""
    items: list[T] = []
    query = {"page_size": "250"}
    for _ in range(_PAGES):
        page = answered(call(session, "GET", path, query=query), session).read(kind)
        items += page.items
        if not page.bookmark:
            break
        query = {**query, "bookmark": page.bookmark}
    return items


def call(session: Session, method: str, path: str, **content: Any) -> Response:
    """The answer to a request in the account's name."""
    return asked(OAUTH, _API, session, method, path, **content)


def answered(answer: Response, session: Session) -> Response:
    """The answer, if it is a yes."""
    if answer.status < 300:
        return answer
    told = said(answer, _Said)
    words, code = f"Pinterest: {told.message}", str(told.code or "")
    if answer.status == 403 and code == "29":  # "You are not permitted to access that resource"
        raise AccountRefused(words, code=code)
    raise error_for(answer, words, code, session.now())
