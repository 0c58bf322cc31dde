"""What a token endpoint grants, and what it means where it does not.

Source: RFC 6749, 5.1 and 5.2; and what platforms answer in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from schedulerx.posts.http import Response
from schedulerx.posts.outcomes import AccountRefused, AnswerLost, NotAccepted, PlatformError

_WORD = re.compile(r"[\w.:/-]{1,60}")  # an error's own word; what is longer may repeat a token
OF_APPLICATION = frozenset({"invalid_client", "unauthorized_client"})  # errors of its credentials
_THEIRS = frozenset({"server_error", "temporarily_unavailable", "1", "2"})  # 1, 2: Graph's
_THROTTLES = frozenset({"slow_down", "rate_limit_exceeded", "4", "17", "32", "613"})
_ENDS = (
    ("expires_in", "expires_at"),
    ("refresh_token_expires_in", "refresh_expires_at"),
    ("refresh_expires_in", "refresh_expires_at"),
)
_LONGEST_S = 10 * 366 * 86_400  # no authorisation lasts longer, whatever is told


def granted(answer: Response, now: datetime) -> dict[str, Any]:
    """What a token endpoint gave, as it is stored.

    Raises:
        AccountRefused: the grant is no longer any good, or the application is none.
        NotAccepted: it was throttled.
        AnswerLost: an error of theirs.
    """
    if answer.status == 429:
        raise NotAccepted("the token endpoint asks to wait (429)")
    if answer.status >= 500:
        raise AnswerLost(f"the token endpoint answers {answer.status}")
    said = _said(answer.json())
    if not isinstance(said, dict) or not said.get("access_token"):
        raise _trouble(_word(said) or str(answer.status))
    names = ("access_token", "refresh_token")
    values: dict[str, Any] = {name: said[name] for name in names if said.get(name)}
    for told, kept in _ENDS:
        if isinstance(said.get(told), int | float):
            values[kept] = int(now.timestamp() + min(said[told], _LONGEST_S))
    scopes = said.get("scope") or said.get("permissions")  # Instagram's word
    if isinstance(scopes, str | list):
        values["scopes"] = _names(scopes)
    return {**values, "granted_at": int(now.timestamp())}


def missing(wanted: Iterable[str], values: Mapping[str, Any]) -> list[str]:
    """Scopes that were asked for and not granted; none where the platform does not tell (RFC 6749,
    5.1: it may not, where they are what was asked for).
    """
    known = values.get("scopes")
    return [] if known is None else [scope for scope in wanted if scope not in known]


def ends_at(values: Mapping[str, Any]) -> datetime | None:
    """When the authorisation ends for good: of the refresh token, else of the only token."""
    kept = "refresh_expires_at" if values.get("refresh_token") else "expires_at"
    at = values.get(kept)
    return datetime.fromtimestamp(at, UTC) if at else None


def _said(body: Any) -> Any:
    """The answer itself; Instagram puts it into a list named `data`."""
    if isinstance(body, dict) and isinstance(body.get("data"), list) and body["data"]:
        return body["data"][0]
    return body


def _names(scopes: str | list[Any]) -> list[str]:
    """Scopes with spaces or commas between them, or one by one."""
    return re.findall(r"[^\s,]+", scopes if isinstance(scopes, str) else " ".join(map(str, scopes)))


def _word(said: Any) -> str:
    """The error's own word, never the body: RFC 6749's, Graph's number, or Pinterest's."""
    if not isinstance(said, dict):
        return ""
    error = said.get("error")
    if isinstance(error, dict):
        error = error.get("code") or error.get("type")
    word = str(error or said.get("error_type") or said.get("code") or "")
    return word if _WORD.fullmatch(word) else ""


def _trouble(code: str) -> PlatformError:
    if code in _THEIRS:
        return AnswerLost(f"the token endpoint fails ({code})", code=code)
    if code in _THROTTLES:
        return NotAccepted(f"the token endpoint asks to wait ({code})", code=code)
    if code in OF_APPLICATION:
        words = f"the platform does not take the application's client_id and client_secret ({code})"
        return AccountRefused(f"{words}; look at both, and connect the account again", code=code)
    words = f"the authorisation is no longer accepted ({code}); connect the account again"
    return AccountRefused(words, code=code)
