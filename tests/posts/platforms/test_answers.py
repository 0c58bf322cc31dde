from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schedulerx.posts.http import Response
from schedulerx.posts.outcomes import AccountRefused, AnswerLost, Refused, Throttled
from schedulerx.posts.platforms.answers import asked_wait, error_for, is_since

NOW = datetime(2026, 3, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": "Sun, 01 Mar 2026 15:00:40 GMT"}, 40.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Thu, 01 Jan 99999999999 00:00:00 GMT"}, None),
        ({"retry-after": "9" * 5000}, None),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 9)}, 9.0),  # X: since 1970
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 8)}, 8.0),  # Bluesky
        ({"x-ratelimit-reset": "7"}, 7.0),  # Pinterest: from now
        ({"x-ratelimit-reset": "2026-03-01T15:00:06Z"}, 6.0),  # Mastodon: a time
        ({"x-ratelimit-reset": "2026-03-01T14:00:00Z"}, 0.0),  # over already
        ({"retry-after": "3", "x-rate-limit-reset": "99"}, 3.0),
    ],
)
def test_the_wait_a_platform_asks_for_is_read_however_it_says_it(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert asked_wait(Response(status=429, headers=headers), NOW) == seconds


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, AnswerLost), (400, Refused), (404, Refused), (401, AccountRefused),
        (408, AnswerLost), (429, Throttled), (500, AnswerLost), (503, AnswerLost),
    ],
)  # fmt: skip
def test_a_status_means_what_may_be_done_about_it(status: int, kind: type[Exception]) -> None:
    assert type(error_for(Response(status=status), "no", "", NOW)) is kind


@pytest.mark.parametrize(
    ("value", "so"),
    [
        ("2026-03-01T15:00:00Z", True),
        ("2026-03-01T14:58:30", True),  # clocks differ
        ("2026-03-01T14:57:00Z", False),
        ("", False),
    ],
)
def test_a_post_is_new_from_the_moment_it_was_sent(value: str, so: bool) -> None:  # noqa: FBT001
    assert is_since(value, NOW.isoformat()) is so
