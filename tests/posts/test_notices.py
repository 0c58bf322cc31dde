from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from schedulerx.posts.model import State
from schedulerx.posts.notices import SHOWN, TELLABLE, Event, message_of

POST = UUID("1f2e3d4c-0000-4000-8000-000000000000")


def event(state: State = State.FAILED, **told: str) -> Event:
    usual = {"account": "coast", "platform": "bluesky", "text": "Low tide at nine", "why": ""}
    return Event(change_id=1, post_id=POST, state=state, **{**usual, **told})


def test_a_failure_says_which_post_why_and_what_to_do() -> None:
    assert message_of([event(why="the text has 310 characters, Bluesky takes 300")]) == (
        "Failed on coast (bluesky): “Low tide at nine”\n"
        "the text has 310 characters, Bluesky takes 300\n"
        "Mend it, then: schedulerx posts retry 1f2e3d4c"
    )


def test_an_unknown_outcome_says_how_it_is_resolved() -> None:
    words = message_of([event(State.UNKNOWN, text="")])
    assert words.startswith("Unknown on coast (bluesky)\nLook, then: schedulerx posts resolve 1f2e")


def test_a_post_that_is_there_has_its_address() -> None:
    words = message_of([event(State.POSTED, why="https://example.org/1", text="a\n b " + "c" * 80)])
    assert words == f"Posted on coast (bluesky): “a b {'c' * 56}…”\nhttps://example.org/1"


def test_of_many_the_first_are_told_and_the_others_counted() -> None:
    events = [event() for _ in range(SHOWN)] + [event()] * 300 + [event(State.UNKNOWN)] * 2
    words = message_of(events)
    assert words.count("Mend it") == SHOWN
    assert words.endswith(
        "And 302 more: 300 failed on coast, 2 unknown on coast. See: schedulerx posts list"
    )


@given(
    st.lists(
        st.builds(
            event,
            state=st.sampled_from(TELLABLE),
            text=st.text(max_size=400),
            why=st.text(max_size=5000),
            account=st.text(min_size=1, max_size=300),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_no_message_is_longer_than_telegram_takes(events: list[Event]) -> None:
    assert len(message_of(events).encode("utf-16-le")) // 2 <= 4096
