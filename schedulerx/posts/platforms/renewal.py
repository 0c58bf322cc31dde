"""Access tokens that end: renewed in time, or when they are refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from schedulerx.posts.grants import granted
from schedulerx.posts.http import Request, Response
from schedulerx.posts.oauth import OAuth, at_server, token_request
from schedulerx.posts.outcomes import AccountRefused, AnswerLost, NotAccepted
from schedulerx.posts.platform import Caller, Session
from schedulerx.posts.platforms.answers import authorised

_EARLY = timedelta(minutes=5)  # a token is renewed before a long upload outlives it


def sent_with(oauth: OAuth, session: Session, request: Request) -> Response:
    """As `authorised`, with the tokens of an OAuth grant."""
    token = current_token(session, oauth)
    return authorised(session, request, token, lambda each: renew(each, oauth))


def asked(
    oauth: OAuth, api: str, session: Session, method: str, path: str, **content: Any
) -> Response:
    """The answer of a platform's API to a request in the account's name."""
    url = at_server(session.account.server, f"{api}{path}")
    return sent_with(oauth, session, Request(method=method, url=url, **content))


def renew(caller: Caller, oauth: OAuth) -> str:
    """A new access token, stored with the refresh token that came with it.

    Raises:
        NotAccepted: the token endpoint did not answer; nothing else was sent.
        AccountRefused: somebody has to connect the account again.
    """

    def change(known: dict[str, Any]) -> dict[str, Any]:
        if not known.get("refresh_token"):
            raise AccountRefused("the access token has ended; connect the account again")
        form = {"grant_type": "refresh_token", "refresh_token": str(known["refresh_token"])}
        answer = caller.http.send(token_request(oauth, caller.account.server, known, form))
        return {**known, **granted(answer, caller.now())}

    try:
        return str(caller.tokens.refresh(change)["access_token"])
    except AnswerLost as error:
        raise NotAccepted(f"the token could not be renewed: {error}") from error


def renewed_in_time(session: Session, oauth: OAuth | None) -> None:
    """Renews a token that ends soon before anything is sent by it: a process that dies at a renewal
    has sent nothing, and nobody has to look.

    Raises:
        PlatformError: as `renew` does.
    """
    if oauth is not None and oauth.long_lived is None and session.tokens.get():
        current_token(session, oauth)


def current_token(caller: Caller, oauth: OAuth) -> str:
    """The access token, renewed before it ends."""
    known = caller.tokens.get()
    if "access_token" not in known and "refresh_token" not in known:
        raise AccountRefused("the account has no access_token; connect it first")
    expires_at = known.get("expires_at")
    is_ending = expires_at is not None and expires_at < (caller.now() + _EARLY).timestamp()
    if "access_token" not in known or (is_ending and known.get("refresh_token")):
        return renew(caller, oauth)
    return str(known["access_token"])
