"""Texts, counted twice: by the client before a post is stored, and by the stand-in after the
platform's own words. What a client lets pass is never refused for its length.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace as with_

from schedulerx.cloud.platforms import counting, mastodon, x
from schedulerx.posts.model import Content
from schedulerx.posts.outcomes import PlatformError, Refused
from schedulerx.posts.platforms import threads
from schedulerx.posts.platforms.mastodon import counted
from schedulerx.posts.platforms.tiktok_post import units
from schedulerx.posts.platforms.weighted import weighted_length
from tests.posts.platforms.harness import Case
from tests.posts.platforms.offline import stage
from tests.posts.platforms.test_hostile_answers import CASES

PIECES = ("a", " ", "é", "e\u0301", "日", "한", "€", "😀", "👨‍👩‍👧‍👦", "👍🏽", "🇫🇷", "🇫",
          "1\ufe0f\u20e3", "❤️", "©",
          "#tag", "@me@example.org", "https://example.org/a?b=c", "https://example.org.", "\n",
          "\u200d", "\ufe0f", "ﬁ", "\U0001d4b3", "ß", "—", "क्षि", "\U0001f3fd")  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join) | st.text(max_size=60)


@given(TEXTS)
def test_utf16_units_are_counted_alike(text: str) -> None:
    assert units(text) == counting.utf16(text)


@given(st.lists(st.sampled_from(PIECES[:19]), max_size=30).map(" ".join))
@example("👨‍👩‍👧‍👦 👍🏽 🇫🇷 1\ufe0f\u20e3 ❤️ ©")
def test_x_counts_no_more_than_the_client(text: str) -> None:
    assert x.weight(text) == weighted_length(text)


@given(TEXTS)
def test_a_text_of_any_signs_is_never_shorter_to_the_client_than_to_x(text: str) -> None:
    assert x.weight(text) <= weighted_length(text)


@given(st.lists(st.sampled_from(PIECES[:19]), max_size=30).map(" ".join))
def test_a_mastodon_server_counts_as_the_client(text: str) -> None:
    assert mastodon.length(text) == counted(text)


@given(st.lists(st.sampled_from(PIECES[:19]), max_size=30).map(" ".join))
def test_threads_counts_as_the_client(text: str) -> None:
    each = counting.clusters(text)
    theirs = sum(len(one.encode()) if counting.is_emoji(one) else len(one) for one in each)
    assert threads.counted(text) == theirs


LIMITS = (
    ("x", "text", "a" * 280), ("x", "text", "日" * 140), ("x", "text", "👨‍👩‍👧‍👦" * 140),
    ("mastodon", "text", "a" * 500), ("mastodon", "text", "e\u0301" * 500),
    ("telegram", "text", "a" * 1024), ("telegram", "text", "😀" * 512),
    ("bluesky", "text", "a" * 300), ("bluesky", "text", "👍🏽" * 300),
    ("instagram", "text", "a" * 2200), ("threads", "text", "😀" * 125),
    ("tiktok", "text", "😀" * 1100), ("tiktok photos", "text", "a" * 4000),
    ("tiktok photos", "title", "😀" * 45), ("pinterest", "text", "a" * 800),
    ("pinterest", "title", "a" * 100), ("youtube", "text", "é" * 2500),
    ("youtube", "title", "a" * 100), ("linkedin", "text", "a" * 3000),
)  # fmt: skip


def of(name: str, field: str, text: str) -> Case:
    """The post with just this text: no link takes a part of it."""
    case = CASES[name]
    return replace(case, content=with_(case.content, **{"link": "", field: text}))


def judged(case: Case) -> tuple[list[str], PlatformError | None]:
    """The rules the client finds broken, and what the stand-in says of it all the same."""
    tried = stage(case)
    rules = [each.rule for each in case.platform.check(tried.session.draft)]
    try:
        tried.settle()
    except PlatformError as error:
        return rules, error
    return rules, None


@pytest.mark.parametrize(("name", "field", "text"), LIMITS)
def test_the_longest_text_passes_and_one_more_is_refused_by_both(
    name: str, field: str, text: str
) -> None:
    assert judged(of(name, field, text)) == ([], None)
    rules, error = judged(of(name, field, text + "a"))
    assert rules == [f"{field}_length"]
    assert isinstance(error, Refused), error


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("youtube", Content(title="a < b", text="")),
        ("youtube", Content(title="a", text="b > c")),
        ("youtube", Content(title="a", options={"tags": "b" * 501})),
        ("youtube", Content(title="a", options={"privacy": "open"})),
        ("instagram", Content(text="#a " * 31)),
        ("instagram", Content(text="@a " * 21)),
    ],
)
def test_what_else_a_platform_refuses_its_stand_in_refuses(name: str, content: Content) -> None:
    _, error = judged(replace(CASES[name], content=content))
    assert isinstance(error, Refused)


def test_a_stand_in_takes_no_more_media_than_its_platform() -> None:
    told: dict[str, Any] = {"mastodon": 5, "bluesky": 5, "x": 5}
    for name, count in told.items():
        case = CASES[name]
        _, error = judged(replace(case, media=case.media[:1] * count))
        assert isinstance(error, PlatformError), name
