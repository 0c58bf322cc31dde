"""What a person may do with a post, whatever state it is in, and what is said."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from schedulerx.compose.posts import local_posts
from schedulerx.errors import ExitCode
from schedulerx.posts.model import State
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.opening import open_database
from tests.commands.post_commands import Command, added, with_account

LATER = ("--at", "2031-01-01 10:00", "--zone", "Europe/Berlin")


@pytest.fixture(autouse=True)
def account(command: Command) -> None:
    with_account(command)


@pytest.fixture
def database(posts_folder: Path) -> Iterator[Database]:
    with open_database({}, posts_folder / "database") as found:
        yield found


@pytest.fixture
def placed(command: Command, database: Database) -> Callable[[State], str]:
    """A post whose one target stands so; the request of what is unknown was sent long ago."""

    def place(state: State) -> str:
        post = added(command, "--text", "a post", *LATER)
        with database.transaction() as connection:
            connection.execute(
                "UPDATE post_targets SET state = %s, claim = CASE WHEN %s THEN 'x' END,"
                " attempt = 1, sending_at = '2026-01-01' WHERE post_id = %s",
                (state, state in (State.ARMED, State.SENDING), post),
            )
            connection.execute(
                "UPDATE scheduled_posts SET state = %s WHERE post_id = %s", (state, post)
            )
        return post[:8]

    return place


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.ARMED, "not changed: armed on coast; `schedulerx posts cancel "),
        (State.SENDING, "not changed: sending on coast; see `schedulerx posts show "),
        (State.POSTED, "not changed: posted on coast; see"),
        (State.UNKNOWN, "not changed: unknown on coast; see"),
    ],
)
def test_what_is_sent_or_about_to_be_is_not_changed_and_the_reason_is_told(
    state: State, words: str, command: Command, placed: Callable[[State], str]
) -> None:
    post = placed(state)
    for change in (("edit", post, "--text", "new"), ("move", post, "--at", "2032-01-01 10:00")):
        code, out, err = command("posts", *change)
        assert (code, out, words in err) == (ExitCode.USAGE, "", True), err


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED])
def test_what_does_not_go_out_says_so_when_it_is_changed_and_goes_out_at_its_time_when_retried(
    state: State, command: Command, placed: Callable[[State], str]
) -> None:
    post = placed(state)
    _, out, _ = command("posts", "move", post, "--at", "2032-01-01 10:00")
    assert out == (
        f"changed, and does not go out: {state} on coast; `schedulerx posts retry {post}` lets it\n"
    )
    _, out, _ = command("posts", "retry", post)
    assert out == (
        "1 of 1 accounts wait to be sent at 2032-01-01 10:00 Europe/Berlin (2032-01-01 09:00 UTC)\n"
    )
    assert command("posts", "run_due")[1] == "nothing is due\n"
    assert "cancelled on 1 of 1" in command("posts", "cancel", post)[1]


@pytest.mark.parametrize("state", [each for each in State if each is not State.UNKNOWN])
def test_only_what_is_unknown_is_resolved(
    state: State, command: Command, placed: Callable[[State], str]
) -> None:
    post = placed(state)
    code, _, err = command("posts", "resolve", post, "--posted", "https://example.org/1")
    assert (code, err) == (
        ExitCode.USAGE,
        f"error: {post} is {state} on coast: only what is unknown can be resolved\n",
    )


def test_what_is_unknown_is_resolved_once_and_was_posted_when_it_was_sent(
    command: Command, placed: Callable[[State], str]
) -> None:
    post = placed(State.UNKNOWN)
    _, _, err = command("posts", "retry", post)
    assert f"schedulerx posts resolve {post}" in err
    resolve = ("posts", "resolve", post, "--posted", "https://example.org/1")
    assert "no address of a post" in command(*resolve[:-1], "example.org/1")[2]
    assert "is not for 'shore', but for coast" in command(*resolve, "--account", "shore")[2]
    assert command(*resolve)[:2] == (ExitCode.BALANCED, "resolved\n")
    assert "is posted on coast: only" in command(*resolve)[2]
    assert "posted 2026-01-01 00:00:00 UTC" in command("posts", "show", post)[1]


def test_of_two_who_change_a_post_at_once_the_second_is_told(
    command: Command, posts_folder: Path
) -> None:
    post = added(command, "--text", "old", *LATER)
    with local_posts(posts_folder, os.environ) as house:
        shown = house.posts.show(UUID(post))
        assert shown is not None
        assert command("posts", "edit", post, "--text", "theirs")[0] == ExitCode.BALANCED
        assert not house.posts.change(shown.post)
    assert "text: theirs" in command("posts", "show", post)[1]


@pytest.mark.parametrize("start", ["", "a", "abc"])
def test_an_id_that_is_too_short_touches_no_post(start: str, command: Command) -> None:
    post = added(command, "--text", "the only one", *LATER)
    code, _, err = command("posts", "cancel", start)
    assert (code, "too short for an id" in err) == (ExitCode.USAGE, True)
    assert "pending" in command("posts", "show", post)[1]


def test_an_edit_of_nothing_changes_nothing(command: Command) -> None:
    post = added(command, "--text", "as it is", *LATER)
    code, _, err = command("posts", "edit", post)
    assert (code, "nothing is changed: give --text" in err) == (ExitCode.USAGE, True)
    assert "revision 1" in command("posts", "show", post)[1]
