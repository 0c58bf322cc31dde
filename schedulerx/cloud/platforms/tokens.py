"""The OAuth 2 of the stand-ins: codes, access tokens that end, refresh tokens taken once each."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec

from schedulerx.cloud.platforms.serving import Answer, Asked

CLIENT = {"client_id": "an-application", "client_secret": "its-secret"}


class TokenDesk(msgspec.Struct, kw_only=True):
    """An authorisation server. `basic`: the application names itself in a header; `rotates`: a
    refresh token is taken once, and a new one comes with each answer.
    """

    now: Callable[[], float]
    scopes: str
    lasts_s: int = 3600
    basic: bool = False
    pkce: bool = False
    rotates: bool = True
    client_field: str = "client_id"
    extra: dict[str, Any] = msgspec.field(default_factory=dict)  # in every answer
    withheld: set[str] = msgspec.field(default_factory=set)  # scopes that the owner does not grant
    _ends: dict[str, float] = msgspec.field(default_factory=dict)  # access token: until when
    _begun: dict[str, float] = msgspec.field(default_factory=dict)  # access token: since when
    _refresh: set[str] = msgspec.field(default_factory=set)  # refresh tokens that may be used
    _codes: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    _given: int = 0

    def account(self) -> dict[str, Any]:
        """The credentials of a connected account, as the house keeps them."""
        given = self._grant()
        return {
            **CLIENT, "access_token": given["access_token"],
            "refresh_token": given["refresh_token"], "expires_at": int(self.now()) + self.lasts_s,
        }  # fmt: skip

    def allows(self, asked: Asked) -> bool:
        """Whether the request bears a token that has not ended."""
        return self._ends.get(asked.bearer(), 0.0) > self.now()

    def lasting(self, access: str, lasts_s: int, age_s: float = 0.0) -> Answer:
        """A token that lasts, for one that has not ended and is so old (Meta's way)."""
        begun = self._begun.get(access)
        if begun is None or self._ends.get(access, 0.0) <= self.now() or self.now() < begun + age_s:
            return _no("invalid_token")
        given = self._grant()["access_token"]
        self._ends[given] = self.now() + lasts_s
        return Answer(json={"access_token": given, "token_type": "bearer", "expires_in": lasts_s})

    def revoke(self) -> None:
        """The user takes the permission back."""
        self._ends.clear()
        self._refresh.clear()

    def end_access(self) -> None:
        """All access tokens end now; refresh tokens go on."""
        self._ends.clear()

    def authorize(self, asked: Asked) -> Answer:
        """The page on which a user agrees: here, always, at once."""
        self._given += 1
        code = f"code-{self._given}"
        self._codes[code] = asked.query
        back = urlencode({"code": code, "state": asked.query.get("state", "")})
        return Answer(status=302, headers={"location": f"{asked.query['redirect_uri']}?{back}"})

    def token(self, asked: Asked) -> Answer:
        """Codes and refresh tokens for access tokens."""
        form = asked.form()
        if not self._knows(asked, form):
            return _no("invalid_client", 401)
        if form.get("grant_type") == "authorization_code":
            return self._of_code(form)
        if form.get("grant_type") != "refresh_token":
            return _no("unsupported_grant_type")
        if form.get("refresh_token") not in self._refresh:
            return _no("invalid_grant")
        if self.rotates:
            self._refresh.discard(form["refresh_token"])
        return Answer(json=self._grant())

    def _knows(self, asked: Asked, form: dict[str, str]) -> bool:
        if self.basic:
            pair = f"{CLIENT['client_id']}:{CLIENT['client_secret']}".encode()
            sealed = base64.b64encode(pair).decode()
            return asked.headers.get("authorization") == f"Basic {sealed}"
        named = form.get(self.client_field), form.get("client_secret")
        return named == (CLIENT["client_id"], CLIENT["client_secret"])

    def _of_code(self, form: dict[str, str]) -> Answer:
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return _no("invalid_grant")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if self.pkce and asked.get("code_challenge") != challenge:
            return _no("invalid_grant")
        return Answer(json=self._grant())

    def _grant(self) -> dict[str, Any]:
        self._given += 1
        access, refresh = f"access-{self._given}", f"refresh-{self._given}"
        self._begun[access] = self.now()
        self._ends[access] = self.now() + self.lasts_s
        self._refresh.add(refresh)
        return {
            "access_token": access, "refresh_token": refresh, "token_type": "bearer",
            "expires_in": self.lasts_s, "scope": self.given_scopes(), **self.extra,
        }  # fmt: skip

    def given_scopes(self) -> str:
        """What the owner grants, as the platform writes it."""
        separator = "," if "," in self.scopes else " "
        return separator.join(
            each for each in self.scopes.split(separator) if each not in self.withheld
        )


def _no(error: str, status: int = 400) -> Answer:
    return Answer(status=status, json={"error": error, "error_description": error})
