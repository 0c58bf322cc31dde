"""Meta's long-lived tokens: good for 60 days, renewed while they are still good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from schedulerx.posts.grants import granted
from schedulerx.posts.http import Request
from schedulerx.posts.oauth import LongLived, OAuth, at_server
from schedulerx.posts.outcomes import AccountRefused, AnswerLost, NotAccepted, PlatformError
from schedulerx.posts.platform import Caller

_EARLY = timedelta(days=30)  # of 60; a token younger than a day cannot be renewed


def grant(
    authorize_url: str, token_url: str, graph: str, prefix: str, scopes: tuple[str, ...]
) -> OAuth:
    """How Meta's platforms with a Graph of their own connect an account: `prefix` begins the names
    of their grants.
    """
    return OAuth(
        authorize_url=authorize_url,
        token_url=token_url,
        scopes=scopes,
        separator=",",
        long_lived=LongLived(
            exchange_url=f"{graph}/access_token",
            exchange_grant=f"{prefix}_exchange_token",
            refresh_url=f"{graph}/refresh_access_token",
            refresh_grant=f"{prefix}_refresh_token",
        ),
    )


def long_lived_token(caller: Caller, oauth: OAuth) -> str:
    """The access token, renewed once half its time is over. A renewal that fails is tried again
    with the next post: the old one goes on until its end.
    """
    known = caller.tokens.get()
    if "access_token" not in known:
        raise AccountRefused("the account has no access_token; connect it first")
    expires_at = known.get("expires_at")
    if expires_at is None or expires_at > (caller.now() + _EARLY).timestamp():
        return str(known["access_token"])
    try:
        return str(
            caller.tokens.refresh(lambda each: _renewed(caller, oauth, each))["access_token"]
        )
    except PlatformError as error:
        if expires_at > caller.now().timestamp():
            return str(known["access_token"])
        if isinstance(error, AnswerLost):  # of the renewal: nothing else was sent
            raise NotAccepted(f"the token could not be renewed: {error}") from error
        raise


def _renewed(caller: Caller, oauth: OAuth, known: dict[str, Any]) -> dict[str, Any]:
    assert oauth.long_lived is not None
    token = {"access_token": str(known["access_token"])}
    url = at_server(caller.account.server, oauth.long_lived.refresh_url)
    query = {"grant_type": oauth.long_lived.refresh_grant, **token}
    answer = caller.http.send(Request(method="GET", url=url, query=query))
    return {**known, **granted(answer, caller.now())}
