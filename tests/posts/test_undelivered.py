from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.posts.definition import SWEEP_INPUT
from schedulerx.posts.undelivered import Verdict, verdict_on

POST = UUID("11111111-2222-4333-8444-555555555555")


def call(post: object = POST, name: str = "a-r1") -> str:
    given = json.dumps({"post_id": str(post)})
    return json.dumps({"StateMachineArn": "arn", "Name": name, "Input": given})


@pytest.mark.parametrize(
    ("waiting", "started", "verdict"),
    [
        (set(), True, Verdict.OVER),
        ({uuid4()}, True, Verdict.OVER),
        ({POST}, True, Verdict.LATER),
        (set(), False, Verdict.MISSED),
        ({POST}, False, Verdict.MISSED),
    ],
)
def test_a_second_delivery_is_told_from_a_first_that_failed(
    waiting: set[UUID], *, started: bool, verdict: Verdict
) -> None:
    assert verdict_on(call(), waiting, lambda _: started) is verdict


def test_the_execution_asked_for_is_the_one_the_call_names() -> None:
    asked: list[str] = []

    def was_started(name: str) -> bool:
        asked.append(name)
        return True

    verdict_on(call(name="p-r7"), set(), was_started)

    assert asked == ["p-r7"]


def test_a_sweep_that_came_too_late_is_done_by_the_next() -> None:
    assert verdict_on(SWEEP_INPUT, set(), lambda _: False) is Verdict.OVER


@given(st.text() | st.builds(call, st.text()) | st.sampled_from(["{}", "null", "[]"]))
def test_what_cannot_be_read_is_for_a_person_to_read(body: str) -> None:
    if body != SWEEP_INPUT:
        assert verdict_on(body, set(), lambda _: True) is Verdict.MISSED
