"""OAuth 2 as platforms have it (RFC 6749, RFC 7636): what `accounts connect` needs, as data, and
the token endpoint.

Credentials keep `client_id`, `client_secret`, `access_token`, `refresh_token`, and in seconds since
1970 `expires_at` and `refresh_expires_at`, where the platform tells; `scopes` as far as it does.
"""

from __future__ import annotations

import base64
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from schedulerx.posts.http import Request

# What may be typed in of an account that has a grant.
FIELDS = ("client_id", "client_secret", "access_token", "refresh_token", "user_id", "page_id")


class LongLived(msgspec.Struct, frozen=True, kw_only=True):
    """Where a platform gives a token that lasts for one that lasts an hour (Meta's; by GET)."""

    exchange_url: str
    exchange_grant: str
    token_field: str = "access_token"  # noqa: S105  (a name)
    refresh_url: str = ""  # where it renews itself, without a refresh token
    refresh_grant: str = ""


class OAuth(msgspec.Struct, frozen=True, kw_only=True):
    """A platform's authorisation server."""

    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    separator: str = " "  # between scopes
    pkce: bool = False  # the code is bound to a verifier, S256
    client_auth: Literal["basic", "form"] = "form"  # how the application names itself
    client_field: str = "client_id"  # in the form and in the authorisation's URL
    authorize_extra: dict[str, str] = msgspec.field(default_factory=dict)
    exchange_extra: dict[str, str] = msgspec.field(default_factory=dict)  # beside the code
    permissions_url: str = ""  # where the granted scopes are read, if not in the answer (Graph's)
    long_lived: LongLived | None = None  # what `connect` has to do with the token it gets


def at_server(server: str, url: str) -> str:
    """The URL, or the same path on the server of an account that has one of its own."""
    if not server:
        return url
    parts = urlsplit(url)
    return f"{server.rstrip('/')}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def token_request(
    oauth: OAuth, server: str, known: dict[str, Any], form: dict[str, str]
) -> Request:
    """A request to the token endpoint by the application that `known` holds the credentials of."""
    client, secret = str(known.get("client_id", "")), str(known.get("client_secret", ""))
    headers = {}
    if oauth.client_auth == "basic" and secret:
        sealed = base64.b64encode(f"{client}:{secret}".encode()).decode()
        headers["authorization"] = f"Basic {sealed}"
    else:
        form = {oauth.client_field: client, **form}
        if secret:
            form["client_secret"] = secret
    url = at_server(server, oauth.token_url)
    return Request(method="POST", url=url, headers=headers, form=form)


def long_lived_request(long_lived: LongLived, server: str, known: dict[str, Any]) -> Request:
    """Asks for a token that lasts, for the one `known` has. The secret goes in the URL, since the
    platforms take it nowhere else.
    """
    query = {
        "grant_type": long_lived.exchange_grant,
        "client_id": str(known.get("client_id", "")),
        "client_secret": str(known.get("client_secret", "")),
        long_lived.token_field: str(known["access_token"]),
    }
    return Request(method="GET", url=at_server(server, long_lived.exchange_url), query=query)
