"""What each platform says, as its documentation shows it, and what it means: the answer to the one
request that makes a post visible, or to the one named.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from schedulerx.posts.http import Response
from schedulerx.posts.outcomes import (
    AccountRefused,
    AnswerLost,
    NotAccepted,
    PlatformError,
    Refused,
    Throttled,
)
from tests.posts.platforms.harness import BEGUN
from tests.posts.platforms.offline import stage
from tests.posts.platforms.test_hostile_answers import CASES

IN_A_MINUTE = "Sun, 01 Mar 2026 15:01:00 GMT"
EPOCH = int(BEGUN.timestamp())


@dataclass(frozen=True)
class Row:
    """An answer, and what it means."""

    case: str
    status: int
    body: Any
    kind: type[PlatformError]
    headers: dict[str, str] = field(default_factory=dict)
    after_s: float | None = None
    restart: bool = False
    at: str = ""  # a part of the request's URL; empty: of the one that makes it visible


def tiktok(code: str) -> dict[str, Any]:
    return {"data": {}, "error": {"code": code, "message": "told", "log_id": "2026"}}


def failed(reason: str) -> dict[str, Any]:
    data = {"status": "FAILED", "fail_reason": reason}
    return {"data": data, "error": {"code": "ok", "message": "", "log_id": "2026"}}


def meta(code: int, subcode: int = 0, **told: Any) -> dict[str, Any]:
    error = {"message": "told", "type": "OAuthException", "code": code, "fbtrace_id": "A", **told}
    return {"error": {**error, **({"error_subcode": subcode} if subcode else {})}}


def x(detail: str, problem: str = "about:blank", **told: Any) -> dict[str, Any]:
    return {"title": "No", "detail": detail, "type": problem, "status": 400, **told}


def google(reason: str) -> dict[str, Any]:
    return {"error": {"code": 403, "message": "told", "errors": [{"reason": reason}]}}


USAGE = {"x-business-use-case-usage": json.dumps(
    {"7": [{"type": "instagram", "estimated_time_to_regain_access": 4}]}
)}  # fmt: skip
FETCH, PHOTOS, INIT = "/status/fetch/", "tiktok photos", "/video/init/"
ROWS = (
    # TikTok
    Row(PHOTOS, 429, tiktok("rate_limit_exceeded"), Throttled, after_s=60),
    Row(PHOTOS, 429, tiktok("rate_limit_exceeded"), Throttled, {"retry-after": "7"}, after_s=7),
    Row(PHOTOS, 200, tiktok("rate_limit_exceeded"), Throttled, after_s=60),
    Row(PHOTOS, 500, tiktok("internal_error"), AnswerLost),
    Row(PHOTOS, 200, tiktok("internal"), AnswerLost),
    Row(PHOTOS, 503, None, AnswerLost),
    Row(PHOTOS, 403, tiktok("spam_risk_too_many_posts"), Throttled, after_s=6 * 3600),
    Row(PHOTOS, 403, tiktok("reached_active_user_cap"), Throttled, after_s=6 * 3600),
    Row(PHOTOS, 403, tiktok("spam_risk_user_banned_from_posting"), AccountRefused),
    Row(PHOTOS, 403, tiktok("unaudited_client_can_only_post_to_private_accounts"), AccountRefused),
    Row(PHOTOS, 403, tiktok("url_ownership_unverified"), Refused),
    Row(PHOTOS, 403, tiktok("privacy_level_option_mismatch"), Refused),
    Row(PHOTOS, 200, tiktok("privacy_level_option_mismatch"), Refused),
    Row(PHOTOS, 400, tiktok("invalid_params"), Refused),
    Row(PHOTOS, 401, tiktok("scope_not_authorized"), AccountRefused),
    Row("tiktok", 200, failed("file_format_check_failed"), Refused, at=FETCH),
    Row("tiktok", 200, failed("duration_check_failed"), Refused, at=FETCH),
    Row("tiktok", 200, failed("frame_rate_check_failed"), Refused, at=FETCH),
    Row("tiktok", 200, failed("picture_size_check_failed"), Refused, at=FETCH),
    Row("tiktok", 200, failed("spam_risk"), Refused, at=FETCH),
    Row("tiktok", 200, failed("auth_removed"), AccountRefused, at=FETCH),
    Row("tiktok", 200, failed("internal"), NotAccepted, restart=True, at=FETCH),
    Row(PHOTOS, 200, failed("photo_pull_failed"), NotAccepted, restart=True, at=FETCH),
    Row("tiktok", 200, failed("video_pull_failed"), NotAccepted, restart=True, at=FETCH),
    Row("tiktok", 200, failed("spam_risk_too_many_posts"), Throttled, after_s=6 * 3600,
        restart=True, at=FETCH),
    # Instagram
    Row("instagram", 500, meta(2, is_transient=True), AnswerLost),
    Row("instagram", 400, meta(-1, 2207001), AnswerLost),
    Row("instagram", 403, meta(4, 2207051), AnswerLost),
    Row("instagram", 400, meta(9007, 2207027), NotAccepted, after_s=10),
    Row("instagram", 400, meta(24, 2207008), NotAccepted, after_s=60),
    *(Row("instagram", 400, meta(-1, each), NotAccepted, restart=True)
      for each in (2207003, 2207006, 2207020, 2207032, 2207053)),
    *(Row("instagram", 400, meta(36000, each), Refused)
      for each in (2207004, 2207005, 2207009, 2207010, 2207026, 2207028)),
    Row("instagram", 403, meta(9, 2207042), Throttled, after_s=6 * 3600),
    Row("instagram", 403, meta(25, 2207050), AccountRefused),
    Row("instagram", 401, meta(190, 463), AccountRefused),
    Row("instagram", 403, meta(10), AccountRefused),
    Row("instagram", 403, meta(4), Throttled, USAGE, after_s=240),
    # Threads and Facebook
    Row("threads", 400, meta(24, 4279009), Refused),
    Row("threads", 500, meta(1), AnswerLost),
    Row("threads", 429, meta(80002), Throttled, {"retry-after": IN_A_MINUTE}, after_s=60),
    Row("facebook", 400, meta(506, 1455006), Refused),
    Row("facebook", 403, meta(200), AccountRefused),
    Row("facebook", 400, meta(368), AccountRefused),
    Row("facebook", 400, meta(32), Throttled),
    Row("facebook", 500, meta(1), AnswerLost),
    # X
    Row("x", 429, x("Too Many Requests"), Throttled, {"x-rate-limit-reset": str(EPOCH + 30)},
        after_s=30),
    Row("x", 503, x("Service Unavailable"), AnswerLost),
    Row("x", 200, {"errors": [{"title": "Not Found Error"}]}, AnswerLost),
    Row("x", 400, x("Your media IDs are invalid."), NotAccepted, restart=True),
    Row("x", 400, x("The text is too long"), Refused),
    Row("x", 402, x("The enrolled account has no credits"), AccountRefused),
    Row("x", 403, x("You are not permitted", "https://api.x.com/2/problems/client-forbidden"),
        AccountRefused),
    Row("x", 403, x("You are not allowed to create a Tweet with duplicate content."), Refused),
    # Pinterest
    Row("pinterest", 429, {"code": 8, "message": "told"}, Throttled, {"x-ratelimit-reset": "9"},
        after_s=9),
    Row("pinterest", 400, {"code": 1, "message": "told"}, Refused),
    Row("pinterest", 403, {"code": 29, "message": "told"}, AccountRefused),
    Row("pinterest", 403, {"code": 199, "message": "told"}, Refused),
    Row("pinterest", 404, {"code": 40, "message": "Board not found."}, Refused),
    Row("pinterest", 500, {"code": 0, "message": "told"}, AnswerLost),
    # Bluesky
    Row("bluesky", 400, {"error": "InvalidRequest", "message": "told"}, Refused),
    Row("bluesky", 400, {"error": "InvalidSwap", "message": "told"}, AnswerLost),
    Row("bluesky", 413, {"error": "PayloadTooLarge", "message": "told"}, Refused, at="uploadBlob"),
    Row("bluesky", 429, {"error": "RateLimitExceeded", "message": "told"}, Throttled,
        {"ratelimit-reset": str(EPOCH + 8)}, after_s=8),
    Row("bluesky", 400, {"error": "BlobNotFound", "message": "told"}, NotAccepted, restart=True),
    Row("bluesky", 400, {"error": "AccountTakedown", "message": "told"}, AccountRefused),
    Row("bluesky", 502, {"error": "UpstreamFailure", "message": "told"}, AnswerLost),
    # Mastodon
    Row("mastodon", 422, {"error": "Validation failed: Text can't be blank"}, Refused),
    Row("mastodon", 403, {"error": "This action is outside the scopes"}, AccountRefused),
    Row("mastodon", 401, {"error": "The access token is invalid"}, AccountRefused),
    Row("mastodon", 429, {"error": "told"}, Throttled,
        {"x-ratelimit-reset": "2026-03-01T15:00:05.123Z"}, after_s=5.123),
    Row("mastodon", 503, {"error": "told"}, AnswerLost),
    # YouTube
    Row("youtube", 403, google("quotaExceeded"), Throttled, after_s=17 * 3600, at="/videos"),
    Row("youtube", 400, google("uploadLimitExceeded"), Throttled, after_s=17 * 3600, at="/videos"),
    Row("youtube", 403, google("rateLimitExceeded"), Throttled, at="/videos"),
    Row("youtube", 403, google("forbidden"), AccountRefused, at="/videos"),
    Row("youtube", 401, google("youtubeSignupRequired"), AccountRefused, at="/videos"),
    Row("youtube", 400, google("invalidTitle"), Refused, at="/videos"),
    Row("youtube", 503, google("backendError"), AnswerLost),
    Row("youtube", 410, None, NotAccepted, restart=True),
    # LinkedIn
    Row("linkedin", 429, {"status": 429, "message": "told"}, Throttled, after_s=9 * 3600),
    Row("linkedin", 422, {"status": 422, "code": "DUPLICATE_POST",
                          "message": "Content is a duplicate of urn:li:share:7"}, Refused),
    Row("linkedin", 422, {"status": 422, "message": "told"}, Refused),
    Row("linkedin", 403, {"status": 403, "code": "ACCESS_DENIED"}, AccountRefused),
    Row("linkedin", 426, {"status": 426, "code": "NONEXISTENT_VERSION"}, Refused),
    Row("linkedin", 500, {"status": 500, "message": "told"}, AnswerLost),
    # Telegram
    Row("telegram", 429, {"ok": False, "parameters": {"retry_after": 30}}, Throttled, after_s=30),
    Row("telegram", 429, None, Throttled, {"retry-after": "4"}, after_s=4),
    Row("telegram", 400, {"ok": False, "description": "Bad Request: chat not found"}, Refused),
    Row("telegram", 403, {"ok": False, "description": "Forbidden: bot was kicked"}, AccountRefused),
    Row("telegram", 401, {"ok": False, "description": "Unauthorized"}, AccountRefused),
    Row("telegram", 500, {"ok": False, "description": "Internal Server Error"}, AnswerLost),
    Row("telegram", 200, {"ok": False, "description": "told"}, AnswerLost),
)  # fmt: skip


def number_of(row: Row) -> int:
    """Which request of the undisturbed sequence is answered so."""
    undisturbed = stage(CASES[row.case])
    undisturbed.settle()
    if not row.at:
        return undisturbed.first
    urls = [each.url for each in undisturbed.wire.asked]
    return next(at for at, url in enumerate(urls) if row.at in url)


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.case} {row.status} {json.dumps(row.body)[:60]}"
)
def test_what_a_platform_says_means(row: Row) -> None:
    body = b"" if row.body is None else json.dumps(row.body).encode()
    answer = Response(status=row.status, headers=row.headers, body=body)
    at = number_of(row)
    tried = stage(CASES[row.case], at, lambda _: answer)
    tried.wire.acts = False
    tried.wire.always = row.status == 401  # once is a token that ended, always a right that is gone
    with pytest.raises(PlatformError) as raised:
        tried.settle()
    error = raised.value
    assert type(error) is row.kind, error
    if isinstance(error, NotAccepted):
        assert error.restart is row.restart
        assert error.after_s in waits(row, (tried.clock.now() - BEGUN).total_seconds())


def waits(row: Row, gone: float) -> tuple[Any, ...]:
    """Seconds that may be asked for: of waits that end at a moment, what is left of them."""
    if row.after_s is None:
        return (None,)
    return pytest.approx(row.after_s), pytest.approx(row.after_s - gone)
