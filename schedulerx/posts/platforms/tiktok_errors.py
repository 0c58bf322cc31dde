"""TikTok's error codes and reasons of failure, and what they mean.

Source: developers.tiktok.com, Content Posting API: Direct Post, Photo Post, Get Post Status.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from schedulerx.posts.http import Response
from schedulerx.posts.outcomes import (
    AccountRefused,
    AnswerLost,
    NotAccepted,
    PlatformError,
    Refused,
    Throttled,
)
from schedulerx.posts.platforms.answers import asked_wait, said

_A_WINDOW_S = 60.0  # rates are counted by the minute
_CAP_S = 6 * 3600.0  # caps are counted by the day; which hours of it is not said
_CAPS = frozenset(
    {"spam_risk_too_many_posts", "spam_risk_too_many_pending_share", "reached_active_user_cap"}
)
_OF_ACCOUNT = {
    "access_token_invalid": "connect the account again",
    "scope_not_authorized": "connect the account again with the scope video.publish",
    "scope_permission_missed": "connect the account again with the scope video.publish",
    "auth_removed": "its owner removed the authorisation; connect the account again",
    "spam_risk_user_banned_from_posting": "TikTok keeps the account from posting",
    "unaudited_client_can_only_post_to_private_accounts": "an application that TikTok has not "
    "audited posts to private accounts only; make the account private or have it audited",
}
_ADVICE = {
    "url_ownership_unverified": "verify the media's domain in TikTok's developer portal",
    "privacy_level_option_mismatch": "the account does not offer this privacy_level",
}
_THEIRS = frozenset({"", "ok", "internal", "internal_error"})
_PASSING = frozenset({"internal", "video_pull_failed", "photo_pull_failed"})


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""


class _Body(msgspec.Struct, frozen=True):
    error: _Error = _Error()


def error_of(answer: Response, now: datetime) -> PlatformError | None:
    """What an answer says is wrong: its `error.code` counts, even with status 200. None: nothing.

    A body without a code is one of a machine between, so the status counts.
    """
    told = said(answer, _Body).error
    code = told.code
    if code == "ok" and answer.status < 300:
        return None
    words = f"TikTok: {code or answer.status} {_ADVICE.get(code, told.message)}".strip()
    if answer.status == 429 or code == "rate_limit_exceeded":
        return Throttled(words, code=code, after_s=asked_wait(answer, now) or _A_WINDOW_S)
    # `ok` beside a 4xx or 5xx contradicts itself.
    if answer.status >= 500 or answer.status == 408 or code in _THEIRS:
        return AnswerLost(words, code=code)
    return _by_code(words, code, restart=False)


def failure_of(reason: str) -> PlatformError:
    """Why a post that TikTok took failed in the end: it is certain that it did not go out, and its
    publish_id is of no use any more.
    """
    words = f"TikTok did not publish it: {reason}"
    if reason in _PASSING:
        return NotAccepted(words, code=reason, restart=True)
    return _by_code(words, reason, restart=True)


def _by_code(words: str, code: str, *, restart: bool) -> PlatformError:
    if code in _CAPS:
        return Throttled(words, code=code, after_s=_CAP_S, restart=restart)
    if code in _OF_ACCOUNT:
        return AccountRefused(f"{words}; {_OF_ACCOUNT[code]}", code=code)
    return Refused(words, code=code)
