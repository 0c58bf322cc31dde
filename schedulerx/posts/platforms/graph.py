"""Meta's Graph API, as Instagram, Threads and Facebook Pages have it: its calls and its errors.

Source: developers.facebook.com, Graph API, Handling Errors and Rate Limits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from schedulerx.posts.http import Request, Response
from schedulerx.posts.outcomes import AccountRefused, AnswerLost, PlatformError, Refused, Throttled
from schedulerx.posts.platforms.answers import asked_wait, is_lost, said

VERSION = "v23.0"  # "Changelog": served until 8 October 2027, then calls are of the next
_THROTTLES = frozenset({4, 17, 32, 341, 613, *range(80_000, 80_015)})
_TOKEN = frozenset({102, 190, 463, 467})
_FORBIDDEN = frozenset({10, 368, *range(200, 300)})
_THEIRS = frozenset({1, 2})
_USAGE = "x-business-use-case-usage"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an error says; code 0: the body says nothing."""

    code: int = 0
    subcode: int = msgspec.field(default=0, name="error_subcode")
    message: str = ""
    user_message: str = msgspec.field(default="", name="error_user_msg")
    passing: bool = msgspec.field(default=False, name="is_transient")
    data: Any = msgspec.field(default=None, name="error_data")

    @property
    def word(self) -> str:
        """The code as people look it up: 9007/2207027."""
        return f"{self.code}/{self.subcode}" if self.subcode else str(self.code or "")

    def words(self, platform: str, answer: Response) -> str:
        """For people, with what to look up."""
        reason = self.user_message or self.message or "no reason"
        return f"{platform}: {reason} ({self.word or answer.status})"


class _Usage(msgspec.Struct, frozen=True):
    estimated_time_to_regain_access: int = 0  # minutes


class _Body(msgspec.Struct, frozen=True):
    error: Said = Said()


def said_by(answer: Response) -> Said:
    """The error in an answer."""
    return said(answer, _Body).error


def meaning_of(answer: Response, platform: str, now: datetime) -> PlatformError:
    """What an error means to every platform of Meta's; a 5xx or a passing one may have been done
    all the same.
    """
    told = said_by(answer)
    words = told.words(platform, answer)
    if told.code in _THROTTLES or answer.status == 429:
        return Throttled(words, code=told.word, after_s=_wait(answer, now))
    if told.passing or told.code in _THEIRS or is_lost(answer.status):
        return AnswerLost(words, code=told.word)
    if told.code in _TOKEN or answer.status == 401:
        return AccountRefused(f"{words}; connect the account again", code=told.word)
    if told.code in _FORBIDDEN:
        return AccountRefused(f"{words}; look at the account's permissions", code=told.word)
    return Refused(words, code=told.word)


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
        usage = msgspec.json.decode(answer.headers.get(_USAGE, "{}"), type=dict[str, list[_Usage]])
    except (msgspec.DecodeError, RecursionError):
        return None
    minutes = [each.estimated_time_to_regain_access for group in usage.values() for each in group]
    return max(minutes) * 60.0 if any(minutes) else None
