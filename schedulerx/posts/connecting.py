"""Connecting an account: the platform's page where its owner agrees, and what comes back.

RFC 6749 (4.1), RFC 7636 (S256) and RFC 8252 (7.3, loopback redirects).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from schedulerx.posts.grants import OF_APPLICATION, granted, missing
from schedulerx.posts.http import Http, Request
from schedulerx.posts.oauth import OAuth, at_server, long_lived_request, token_request
from schedulerx.posts.outcomes import AccountRefused, AnswerLost


class _Permission(msgspec.Struct, frozen=True):
    permission: str
    status: str = ""


class _Granted(msgspec.Struct, frozen=True):
    """The list of a person's permissions, granted and declined."""

    data: list[_Permission] = []


class Authorisation(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to connect. `verifier` proves later that the one who asks began it."""

    url: str  # where the owner agrees
    redirect: str
    state: str
    verifier: str = ""


def begin(oauth: OAuth, server: str, client_id: str, redirect: str) -> Authorisation:
    """An attempt with secrets of its own."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(64) if oauth.pkce else ""
    query = {
        "response_type": "code",
        oauth.client_field: client_id,
        "redirect_uri": redirect,
        "scope": oauth.separator.join(oauth.scopes),
        "state": state,
        **oauth.authorize_extra,
    }
    if verifier:
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        query.update(code_challenge=challenge, code_challenge_method="S256")
    url = f"{at_server(server, oauth.authorize_url)}?{urlencode(query)}"
    return Authorisation(url=url, redirect=redirect, state=state, verifier=verifier)


def code_of(attempt: Authorisation, answer: str) -> str:
    """The code in the URL that the owner was sent back to.

    Raises:
        AccountRefused: the owner did not agree, or the answer is to another attempt.
    """
    query = _query(answer)
    if not is_answer_to(attempt, answer):
        raise AccountRefused("the answer belongs to another attempt; begin again")
    if "error" in query:
        words = query.get("error_description", query["error"])
        told = f"the platform says: {words}; connect again, and agree on its page"
        raise AccountRefused(told, code=query["error"])
    if "code" not in query:
        raise AccountRefused("the answer holds no code; begin again")
    return query["code"]


def is_answer_to(attempt: Authorisation, answer: str) -> bool:
    """Whether it bears the attempt's state, as errors do too (RFC 6749, 4.1.2.1): what does not may
    come from any page that knows the port.
    """
    told = _query(answer).get("state", "")
    return secrets.compare_digest(told.encode(), attempt.state.encode())


def _query(answer: str) -> dict[str, str]:
    try:
        query = urlsplit(answer).query
    except ValueError:
        return {}
    return {name: values[0] for name, values in parse_qs(query).items()}


def exchange(
    http: Http,
    oauth: OAuth,
    server: str,
    known: Mapping[str, Any],
    attempt: Authorisation,
    code: str,
    now: datetime,
) -> dict[str, Any]:
    """The credentials to store: the application's, and the tokens. Nothing of another grant stays.

    Raises:
        AccountRefused: the platform does not take the code, or the owner granted too little.
        NotAccepted, AnswerLost: it did not answer.
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": attempt.redirect}
    if attempt.verifier:
        form["code_verifier"] = attempt.verifier
    request = token_request(oauth, server, dict(known), {**form, **oauth.exchange_extra})
    application = {name: known[name] for name in ("client_id", "client_secret") if name in known}
    try:
        values = {**application, **granted(http.send(request), now)}
    except AccountRefused as error:
        raise _of_code(error) from error
    if oauth.long_lived is not None:
        lasting = http.send(long_lived_request(oauth.long_lived, server, values))
        values = {**values, **granted(lasting, now)}
        if not oauth.long_lived.refresh_url:  # what is made of it (a page's token) does not end
            values.pop("expires_at", None)
    if oauth.permissions_url:
        values["scopes"] = _permissions(http, at_server(server, oauth.permissions_url), values)
    _check_scopes(oauth, values)
    return values


def _of_code(error: AccountRefused) -> AccountRefused:
    """What a refusal means of a code that was given a moment ago."""
    if error.code in OF_APPLICATION:
        return error
    return AccountRefused(
        f"the platform does not take the code ({error.code}): it was used before, or is some "
        "minutes old, or the application has another redirect URL; connect the account again",
        code=error.code,
    )


def _check_scopes(oauth: OAuth, values: Mapping[str, Any]) -> None:
    lacking = missing(oauth.scopes, values)
    if lacking:
        raise AccountRefused(
            f"the owner did not grant {', '.join(lacking)}, without which nothing goes out; "
            "connect again and leave everything ticked, and see that the application may ask "
            "for it",
            code="scope",
        )


def _permissions(http: Http, url: str, values: Mapping[str, Any]) -> list[str]:
    """The scopes that the owner of a token granted, as Graph lists them."""
    headers = {"authorization": f"Bearer {values['access_token']}"}
    answer = http.send(Request(method="GET", url=url, headers=headers))
    if answer.status >= 300:
        raise AnswerLost(f"the platform does not tell what was granted ({answer.status})")
    return [each.permission for each in answer.read(_Granted).data if each.status == "granted"]
