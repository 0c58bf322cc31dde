from __future__ import annotations

from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.model.event import Actor
from schedulerx.stores.postgres.values import clean, json_text, sort_time


@given(st.text())
def test_clean_text_can_be_stored_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert cleaned is not None
    assert "\0" not in cleaned
    assert cleaned.encode().decode() == cleaned
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_text_without_nul_stays_as_it_is(text: str) -> None:
    assert clean(text) == text
    assert msgspec.json.decode(json_text(Actor(role="owner", name=text)))["name"] == text


def test_the_six_characters_that_look_like_nul_stay() -> None:
    assert msgspec.json.decode(json_text((Actor(role="owner", name="a\\u0000\0"),))) == [
        {"role": "owner", "name": "a\\u0000"}
    ]


@pytest.mark.parametrize(
    ("iso", "expected"),
    [
        ("2024-05-01T12:00:00+02:00", datetime(2024, 5, 1, 10)),  # noqa: DTZ001  (naive on purpose)
        ("2024-05-01T12:00:00", datetime(2024, 5, 1, 12)),  # noqa: DTZ001  (naive on purpose)
        ("2024-05-01", datetime(2024, 5, 1)),  # noqa: DTZ001  (naive on purpose)
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        (None, None),
    ],
)
def test_times_lie_on_one_axis(iso: str | None, expected: datetime | None) -> None:
    assert sort_time(iso) == expected
