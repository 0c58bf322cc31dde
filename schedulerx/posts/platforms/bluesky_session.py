"""A Bluesky account's session: signed in with an app password, renewed, and what errors mean.

Source: the lexicons `com.atproto.server.createSession` and `refreshSession`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from schedulerx.posts.http import Request, Response
from schedulerx.posts.outcomes import AccountRefused, NotAccepted
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.answers import authorised, error_for, said

_HOME = "https://bsky.social"
_NO_ACCOUNT = ("AccountTakedown", "AccountDeactivated", "AuthFactorTokenRequired")


class Said(msgspec.Struct, frozen=True):
    """An error."""

    error: str = ""
    message: str = "no reason"


class _Given(msgspec.Struct, frozen=True, rename="camel"):
    """A session."""

    did: str
    access_jwt: str
    refresh_jwt: str


def server_of(session: Session) -> str:
    """The server the account lives on."""
    return (session.account.server or _HOME).rstrip("/")


def call(session: Session, request: Request) -> Response:
    """The answer with a session's token; the server says 400 for one that is no longer good."""
    token = session.tokens.get().get("accessJwt") or _renew(session)
    answer = authorised(session, request, token, _renew)
    if answer.status == 400 and said(answer, Said).error in ("ExpiredToken", "InvalidToken"):
        return authorised(session, request, _renew(session), _renew)
    return answer


def did_of(session: Session) -> str:
    """The account's own name in the protocol; signs in where nobody has yet."""
    known = session.tokens.get()
    if "did" not in known:
        _renew(session)
        known = session.tokens.get()
    return str(known["did"])


def _renew(session: Session) -> str:
    """Refreshes the session; a new one is made where there is none (300 a day, no more)."""

    def change(known: dict[str, Any]) -> dict[str, Any]:
        given = _refreshed(session, known) or _created(session, known)
        tokens = {"accessJwt": given.access_jwt, "refreshJwt": given.refresh_jwt}
        return {**known, "did": given.did, **tokens}

    return str(session.tokens.refresh(change)["accessJwt"])


def _refreshed(session: Session, known: dict[str, Any]) -> _Given | None:
    if "refreshJwt" not in known:
        return None
    url = f"{server_of(session)}/xrpc/com.atproto.server.refreshSession"
    headers = {"authorization": f"Bearer {known['refreshJwt']}"}
    answer = session.http.send(Request(method="POST", url=url, headers=headers))
    if answer.status in (400, 401):
        return None  # expired: the password makes a new one
    return answered(answer, session).read(_Given)


def _created(session: Session, known: dict[str, Any]) -> _Given:
    names = ("identifier", "password")
    if not all(known.get(name) for name in names):
        words = "Bluesky needs an identifier and an app password; add the account again with both"
        raise AccountRefused(words)
    url = f"{server_of(session)}/xrpc/com.atproto.server.createSession"
    login = {name: known[name] for name in names}
    answer = session.http.send(Request(method="POST", url=url, json=login))
    if answer.status == 401:
        raise AccountRefused("Bluesky refuses the app password; connect the account again")
    return answered(answer, session).read(_Given)


def answered(answer: Response, session: Session) -> Response:
    """The answer, if it is a yes."""
    if answer.status >= 300:
        told = said(answer, Said)
        words, code = f"Bluesky: {told.message}", told.error
        if code == "BlobNotFound":  # blobs that no record refers to are kept for some hours
            raise NotAccepted(f"{words}; media are uploaded again", code=code, restart=True)
        if code in _NO_ACCOUNT:
            raise AccountRefused(f"{words}; look into the account", code=code)
        raise error_for(answer, words, code, session.now())
    return answer
