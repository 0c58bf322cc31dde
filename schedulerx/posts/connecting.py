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

from schedulerx.posts.http import Http
from schedulerx.posts.oauth import OAuth, at_server, granted, long_lived_request, token_request
from schedulerx.posts.outcomes import AccountRefused


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
        raise AccountRefused(f"the platform says: {words}", code=query["error"])
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
    """The credentials to store: what was known, and the tokens.

    Raises:
        AccountRefused: the platform takes the code no longer.
        NotAccepted, AnswerLost: it did not answer.
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": attempt.redirect}
    if attempt.verifier:
        form["code_verifier"] = attempt.verifier
    answer = http.send(token_request(oauth, server, dict(known), form))
    values = {**known, **granted(answer, now)}
    if oauth.long_lived is None:
        return values
    lasting = http.send(long_lived_request(oauth.long_lived, server, values))
    return {**values, **granted(lasting, now)}
