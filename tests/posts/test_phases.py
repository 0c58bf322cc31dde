from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.posts.definition import DONE, NAMES
from schedulerx.posts.means import Next
from schedulerx.posts.model import State
from schedulerx.posts.phases import following, paced


@pytest.mark.parametrize(
    ("phase", "found", "name", "wait"),
    [
        ("validate", Next(state=State.ARMED, again_s=0), "prepare", 0),
        ("validate", Next(state=State.PENDING, again_s=90.2), "validate", 91),
        ("validate", Next(state=State.PENDING), DONE, 0),
        ("prepare", Next(state=State.ARMED, again_s=5), "prepare", 5),
        ("prepare", Next(state=State.ARMED, again_s=0, ready=True), "publish", 0),
        ("publish", Next(state=State.POSTED), "record", 0),
        ("publish", Next(state=State.SENDING, again_s=3), "poll", 3),
        ("publish", Next(state=State.UNKNOWN, again_s=5), "record", 5),
        ("record", Next(state=State.UNKNOWN), "notify", 0),
        ("record", Next(state=State.PENDING, again_s=0), "validate", 0),
        ("record", Next(state=State.POSTED), "notify", 0),
        ("notify", Next(state=State.FAILED), DONE, 0),
    ],
)
def test_what_comes_next_follows_from_where_the_target_stands(
    phase: str, found: Next, name: str, wait: int
) -> None:
    after = following(phase, found, 0)

    assert (after.phase, after.wait_s) == (name, wait)


@given(st.sampled_from(NAMES), st.sampled_from(State))
def test_what_another_execution_holds_is_left_to_it(phase: str, state: State) -> None:
    after = following(phase, Next(state=state), 0)

    assert after.phase in (DONE, "record", "notify")


def test_a_day_of_polling_fits_into_an_executions_history() -> None:
    waited, looks = 0.0, 0
    while waited < 24 * 3600:
        waited += paced(2, waited)
        looks += 1

    assert looks * 10 < 25_000  # events a look leaves, and how many there may be
