"""What token endpoints say, in each platform's own shape."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from schedulerx.posts.grants import ends_at, granted, missing
from schedulerx.posts.http import Response
from schedulerx.posts.outcomes import AccountRefused, AnswerLost, NotAccepted, PlatformError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TOKEN = "a-token-" + "x" * 80


def said(body: Any, status: int = 200) -> dict[str, Any]:
    return granted(Response(status=status, body=msgspec.json.encode(body)), NOW)


@pytest.mark.parametrize(
    ("body", "scopes"),
    [
        ({"scope": "a b"}, ["a", "b"]),
        ({"scope": "a,b"}, ["a", "b"]),
        ({"permissions": "a,b"}, ["a", "b"]),
        ({"permissions": ["a", "b"]}, ["a", "b"]),
        ({}, None),
    ],
)
def test_scopes_are_read_however_they_are_written(
    body: dict[str, Any], scopes: list[str] | None
) -> None:
    assert said({"access_token": TOKEN, **body}).get("scopes") == scopes


def test_only_scopes_that_the_platform_tells_of_can_be_missing() -> None:
    assert missing(("a", "b"), {"scopes": ["b"]}) == ["a"]
    assert missing(("a", "b"), {}) == []


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, {"error": "invalid_grant"}, AccountRefused, "invalid_grant"),
        (401, {"error": "invalid_client"}, AccountRefused, "invalid_client"),
        (400, {"error": "temporarily_unavailable"}, AnswerLost, "temporarily_unavailable"),
        (200, {"error": "invalid_grant", "log_id": "1"}, AccountRefused, "invalid_grant"),  # TikTok
        (400, {"error": {"message": TOKEN, "code": 190}}, AccountRefused, "190"),  # Graph
        (400, {"error": {"message": "later", "code": 2}}, AnswerLost, "2"),
        (403, {"error": {"message": "too many", "code": 4}}, NotAccepted, "4"),
        (400, {"error_type": "OAuthException", "code": 400, "error_message": TOKEN},
         AccountRefused, "OAuthException"),  # Instagram
        (400, {"code": 283, "message": TOKEN}, AccountRefused, "283"),  # Pinterest
        (400, {"error": TOKEN}, AccountRefused, "400"),
        (200, {"access_token": ""}, AccountRefused, "200"),
        (200, [], AccountRefused, "200"),
    ],
)  # fmt: skip
def test_an_error_is_known_by_its_word_and_never_repeats_what_may_be_a_token(
    status: int, body: Any, kind: type[PlatformError], code: str
) -> None:
    with pytest.raises(kind) as raised:
        said(body, status)
    assert raised.value.code == code
    assert TOKEN not in str(raised.value)


def test_an_authorisation_ends_with_its_refresh_token() -> None:
    first = said({"access_token": TOKEN, "expires_in": 60})
    both = said({"access_token": TOKEN, "refresh_token": "r", "expires_in": 60,
                 "refresh_token_expires_in": 3600})  # fmt: skip
    assert (ends_at(first) or NOW).timestamp() == NOW.timestamp() + 60
    assert (ends_at(both) or NOW).timestamp() == NOW.timestamp() + 3600
    assert ends_at({"access_token": TOKEN, "refresh_token": "r", "expires_at": 1}) is None


def test_an_authorisation_that_would_outlive_the_calendar_ends_all_the_same() -> None:
    ends = ends_at(said({"access_token": TOKEN, "expires_in": 1e300}))
    assert ends is not None
    assert ends.year < 2040
