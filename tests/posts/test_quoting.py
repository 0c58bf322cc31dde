from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.posts.outcomes import AccountRefused, NotAccepted
from schedulerx.posts.quoting import quoted

SIGNED = "https://b.s3.amazonaws.com/posts/a.jpg?X-Amz-Credential=AKIA&X-Amz-Signature=feed"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"could not fetch {SIGNED}.", "could not fetch https://b.s3.amazonaws.com/posts/a.jpg?…"),
        (f'{{"url":"{SIGNED}"}}', '{"url":"https://b.s3.amazonaws.com/posts/a.jpg?…"}'),
        ("POST https://api.telegram.org/bot12:Ab-c_9/sendPhoto", "POST https://api.telegram.org/bot…/sendPhoto"),
        ("Bearer abcdefgh.ijkl is no token", "Bearer … is no token"),
        ("wrong access_token=EAAB12&x", "wrong access_token=…&x"),
        ('{"refresh_token": "r-1", "a": 1}', '{"refresh_token": "…", "a": 1}'),
        ("see https://ann:hush@example.org/a", "see https://…@example.org/a"),
        ('{"accessJwt":"e.y.J","did":"a"}', '{"accessJwt":"…","did":"a"}'),
        ("session eyJhbGciOiJFUzI1NksifQ.eyJzY29w.c2ln is over", "session … is over"),
        ("sent Authorization: Basic dXNlcjpwYXNz", "sent Authorization: Basic …"),
        ('oauth_token="a1", oauth_signature="b"', 'oauth_token="…", oauth_signature="…"'),
        ('{"refreshToken":"r-1"} x-api-key: k-1', '{"refreshToken":"…"} x-api-key: …'),
        ("Basic information is missing", "Basic information is missing"),
        ("Text is too long: 301 of 300", "Text is too long: 301 of 300"),
        ("see https://example.org/rules", "see https://example.org/rules"),
        ("The access token has ended", "The access token has ended"),
    ],
)  # fmt: skip
def test_what_opens_a_door_is_left_out_and_the_rest_is_kept(said: str, kept: str) -> None:
    assert quoted(said) == kept


def test_no_error_of_a_platform_holds_it() -> None:
    assert "feed" not in str(AccountRefused(f"Meta: {SIGNED}"))
    assert "feed" not in str(NotAccepted(f"Meta: {SIGNED}", after_s=1))


def test_a_page_in_place_of_an_error_is_cut() -> None:
    page = "<p>sorry</p> https://" * 100_000
    assert len(quoted(page)) < 3000
    assert quoted(quoted(page)) == quoted(page)


@given(st.text(alphabet="abc@ ?&=:/.\"'\n"))
def test_what_was_quoted_once_stays(words: str) -> None:
    assert quoted(quoted(words)) == quoted(words)
