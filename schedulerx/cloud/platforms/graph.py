"""What the stand-ins of Meta's platforms share: tokens that last, and errors as Graph shapes them.

Source: developers.facebook.com, Graph API, Handling Errors; Instagram Platform, Business Login.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec

from schedulerx.cloud.platforms.serving import Answer, Asked, StandIn
from schedulerx.cloud.platforms.tokens import TokenDesk

DAY_S = 86_400.0
LASTING_S = 60 * 86_400


class Says(msgspec.Struct, frozen=True, kw_only=True):
    """An error to come; `acts`: what was asked is done all the same."""

    status: int = 400
    code: int = 100
    subcode: int = 0
    passing: bool = False
    acts: bool = False
    data: dict[str, Any] = msgspec.field(default_factory=dict)

    def answer(self) -> Answer:
        """As Graph shapes it."""
        error = {
            "message": f"error {self.code} {self.subcode}",
            "type": "OAuthException",
            "code": self.code,
            "is_transient": self.passing,
            "fbtrace_id": "A1",
            **({"error_subcode": self.subcode} if self.subcode else {}),
            **({"error_data": self.data} if self.data else {}),
        }
        return Answer(status=self.status, json={"error": error})


class GraphStandIn(StandIn):
    """Subclasses answer `asked.parts` (the path without its version) in `graph`."""

    version = "v23.0"

    def __init__(self, now: Callable[[], float], scopes: str) -> None:
        super().__init__(now)
        self.desk = TokenDesk(now=now, scopes=scopes)
        self.says: dict[str, deque[Says]] = {}  # "POST /path": errors to come
        self.routes = {
            r"GET (?:/v[\d.]+)?/(?:dialog/oauth|oauth/authorize)": self.desk.authorize,
            r"POST (?:/v[\d.]+)?/oauth/access_token": self.token,
            r"GET (?:/v[\d.]+/oauth)?/access_token": self._exchange,
            r"GET /refresh_access_token": self._refresh,
            rf"\w+ /{self.version}/(.+)": self._versioned,
        }

    def connected(self) -> dict[str, Any]:
        """The credentials of a connected account, as the house keeps them."""
        account = self.desk.account()
        given = self.desk.lasting(account["access_token"], LASTING_S).json
        expires_at = int(self.now()) + LASTING_S
        del account["refresh_token"]
        return {**account, "access_token": given["access_token"], "expires_at": expires_at}

    def token(self, asked: Asked) -> Answer:
        """Says no as Graph does, and not which scopes were granted."""
        answer = self.desk.token(asked)
        if answer.status >= 300:
            return Says(code=100).answer()
        names = ("access_token", "token_type", "expires_in")
        return Answer(json={name: answer.json[name] for name in names})

    def allows(self, asked: Asked) -> bool:
        """Whether the request bears a token that has not ended."""
        return self.desk.allows(asked)

    def graph(self, asked: Asked) -> Answer:
        """What the platform itself says."""
        raise NotImplementedError

    def throttled(self) -> Answer:
        """With the minutes until it ends, in Meta's own header."""
        usage = {"1": [{"type": "instagram", "estimated_time_to_regain_access": 1}]}
        headers = {"x-business-use-case-usage": msgspec.json.encode(usage).decode()}
        return msgspec.structs.replace(Says(status=403, code=4).answer(), headers=headers)

    def _versioned(self, asked: Asked) -> Answer:
        if not self.allows(asked):
            return Says(status=401, code=190).answer()
        coming = self.says.get(f"{asked.method} {asked.path}")
        if not coming:
            return self.graph(asked)
        says = coming.popleft()
        if says.acts:
            self.graph(asked)
        return says.answer()

    def _exchange(self, asked: Asked) -> Answer:
        access = asked.query.get("access_token") or asked.query.get("fb_exchange_token", "")
        return _graphic(self.desk.lasting(access, LASTING_S))

    def _refresh(self, asked: Asked) -> Answer:
        access = asked.query.get("access_token", "")
        return _graphic(self.desk.lasting(access, LASTING_S, age_s=DAY_S))


def _graphic(answer: Answer) -> Answer:
    """An error in Graph's shape."""
    return answer if answer.status < 300 else Says(code=190).answer()


def missing(what: str) -> Answer:
    """Graph's answer about what is not there."""
    answer = Says(code=100, subcode=33).answer()
    answer.json["error"]["message"] = f"Object with ID '{what}' does not exist"
    return answer
