"""The page that an account posts on, and requests in its name."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from schedulerx.posts.http import Response, T
from schedulerx.posts.oauth import at_server
from schedulerx.posts.outcomes import AccountRefused, AnswerLost, NotAccepted
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.graph import VERSION, graph_request, meaning_of

HOME = f"https://graph.facebook.com/{VERSION}"
VIDEO_HOME = f"https://graph-video.facebook.com/{VERSION}"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page with a token of its own, which lasts as long as its manager's permission."""

    id: str
    token: str


class _Listed(msgspec.Struct, frozen=True):
    """A page that the account's owner may manage."""

    id: str
    name: str = ""
    access_token: str = ""


class _Pages(msgspec.Struct, frozen=True):
    data: list[_Listed] = []


def page_of(session: Session) -> Page:
    """The account's page; asked for once, and again after another authorisation.

    Raises:
        AccountRefused: there is none, or several to choose from.
        NotAccepted: Facebook did not tell.
    """
    known = session.tokens.get()
    if "access_token" not in known:
        raise AccountRefused("the account has no access_token; connect it first")
    if known.get("page_id"):
        return Page(id=str(known["page_id"]), token=str(known["access_token"]))
    if known.get("page", {}).get("of") != _mark(known):
        try:
            known = session.tokens.refresh(lambda stored: _with_page(session, stored))
        except AnswerLost as error:  # only read: nothing was posted
            raise NotAccepted(str(error), code=error.code) from error
    return Page(id=str(known["page"]["id"]), token=str(known["page"]["token"]))


def call(session: Session, method: str, path: str, home: str = HOME, **content: Any) -> Response:
    """The answer to a request in the page's name."""
    url = at_server(session.account.server, f"{home}/{path}")
    return session.http.send(graph_request(method, url, page_of(session).token, **content))


def answered(session: Session, answer: Response, kind: type[T]) -> T:
    """What an answer says, if it is a yes."""
    if answer.status >= 300:
        raise meaning_of(answer, "Facebook", session.now())
    return answer.read(kind)


def _mark(known: dict[str, Any]) -> str:
    """Tells one authorisation from another."""
    return hashlib.sha256(str(known["access_token"]).encode()).hexdigest()[:16]


def _with_page(session: Session, known: dict[str, Any]) -> dict[str, Any]:
    url = at_server(session.account.server, f"{HOME}/me/accounts")
    query = {"fields": "id,name,access_token", "limit": "100"}
    request = graph_request("GET", url, str(known["access_token"]), query=query)
    pages = answered(session, session.http.send(request), _Pages).data
    wanted = session.account.options.get("page")
    fitting = [each for each in pages if wanted is None or wanted in (each.id, each.name)]
    if len(fitting) != 1:
        names = ", ".join(each.name for each in pages) or "no page"
        words = f"Facebook lets this account post on {names}; set its option `page` to one of them"
        raise AccountRefused(words, code="page")
    (page,) = fitting
    return {**known, "page": {"id": page.id, "token": page.access_token, "of": _mark(known)}}
