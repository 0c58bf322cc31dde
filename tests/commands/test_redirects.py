from __future__ import annotations

import queue
import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from schedulerx.commands.redirects import Answers, redirected_to
from schedulerx.errors import ConfigurationError
from schedulerx.posts.connecting import Authorisation

ATTEMPT = Authorisation(url="https://platform.example/", redirect="http://x/", state="our-state")


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def answers(port: int) -> Iterator[Answers]:
    with redirected_to(port, ATTEMPT) as found:
        yield found


def asked(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize(
    "path",
    [
        "/favicon.ico",
        "/?code=stolen",
        "/?code=stolen&state=another",
        "/?error=access_denied",
        "/?error=x&error_description=call+this+number",
        "/our-state?code=stolen",
        "/?state=our-state" + "x" * 5000,
        "//[",
    ],
)
def test_what_does_not_bear_the_state_is_nothing(port: int, answers: Answers, path: str) -> None:
    assert asked(port, path) == 404
    with pytest.raises(queue.Empty):
        answers.get_nowait()


@pytest.mark.parametrize("path", ["/?code=c&state=our-state", "/?error=no&state=our-state"])
def test_the_answer_is_taken_though_a_silent_connection_came_first(
    port: int, answers: Answers, path: str
) -> None:
    with socket.create_connection(("127.0.0.1", port)):
        assert asked(port, path) == 200
    assert answers.get(timeout=120) == path


def test_only_this_machine_is_listened_to(port: int, answers: Answers) -> None:
    assert answers.empty()
    with pytest.raises(OSError, match=r"refused|unreachable"):
        socket.create_connection((_own_address(), port), timeout=5).close()


def _own_address() -> str:
    """Another address of this machine: all of 127/8 is loopback, the listener is at .1 alone."""
    return "127.0.0.2"


def test_a_port_in_use_says_what_to_do(port: int, answers: Answers) -> None:
    with (
        pytest.raises(ConfigurationError, match=r"in use; name another with --port"),
        redirected_to(port, ATTEMPT),
    ):
        raise AssertionError("two listen")
