"""Meta's Graph API, as Instagram, Threads and Facebook Pages have it: its calls and its errors.

Source: developers.facebook.com, Graph API, Handling Errors and Rate Limits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from schedulerx.posts.http import Request, Response
from schedulerx.posts.outcomes import AccountRefused, AnswerLost, PlatformError, Refused, Throttled
from schedulerx.posts.platforms.answers import asked_wait, body_of

_THROTTLES = frozenset({4, 17, 32, 341, 613, *range(80_000, 80_015)})
_TOKEN = frozenset({102, 190, 463, 467})
_FORBIDDEN = frozenset({10, 368, *range(200, 300)})
_THEIRS = frozenset({1, 2})
_USAGE = "x-business-use-case-usage"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an error says; code 0: the body says nothing."""

    code: int = 0
    subcode: int = 0
    message: str = ""
    passing: bool = False  # `is_transient`
    data: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def word(self) -> str:
        """The code as people look it up: 9007/2207027."""
        return f"{self.code}/{self.subcode}" if self.subcode else str(self.code or "")


def said_by(answer: Response) -> Said:
    """The error in an answer."""
    error = body_of(answer).get("error")
    if not isinstance(error, dict):
        return Said()
    data = error.get("error_data")
    return Said(
        code=_number(error.get("code")),
        subcode=_number(error.get("error_subcode")),
        message=str(error.get("error_user_msg") or error.get("message", "")),
        passing=error.get("is_transient") is True,
        data=data if isinstance(data, dict) else {},
    )


def meaning_of(answer: Response, platform: str, now: datetime) -> PlatformError:
    """What an error means to every platform of Meta's; a 5xx or a passing one may have been done
    all the same.
    """
    said = said_by(answer)
    words = f"{platform}: {said.message or 'no reason'} ({said.word or answer.status})"
    if said.code in _THROTTLES or answer.status == 429:
        return Throttled(words, code=said.word, after_s=_wait(answer, now))
    if said.passing or said.code in _THEIRS or answer.status >= 500 or answer.status == 408:
        return AnswerLost(words, code=said.word)
    if said.code in _TOKEN or answer.status == 401:
        return AccountRefused(f"{words}; connect the account again", code=said.word)
    if said.code in _FORBIDDEN:
        return AccountRefused(f"{words}; look at the account's permissions", code=said.word)
    return Refused(words, code=said.word)


def graph_request(method: str, url: str, token: str, **content: Any) -> Request:
    """A request with a token in its head, where no log of URLs shows it."""
    headers = {"authorization": f"Bearer {token}"}
    timeout_s = content.pop("timeout_s", 60.0)
    return Request(method=method, url=url, headers=headers, timeout_s=timeout_s, **content)


def _wait(answer: Response, now: datetime) -> float | None:
    """Seconds until a throttle ends: as all say it, or in Meta's own header (minutes)."""
    asked = asked_wait(answer, now)
    if asked is not None:
        return asked
    try:
        usage = msgspec.json.decode(
            answer.headers.get(_USAGE, "{}"), type=dict[str, list[dict[str, Any]]]
        )
    except msgspec.DecodeError:
        return None
    minutes = [
        _number(each.get("estimated_time_to_regain_access"))
        for group in usage.values()
        for each in group
    ]
    return max(minutes) * 60.0 if any(minutes) else None


def _number(value: Any) -> int:
    return int(value) if str(value).isdigit() else 0
