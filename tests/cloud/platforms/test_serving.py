from __future__ import annotations

from collections.abc import Iterator

import pytest

from schedulerx.cloud.platforms.serving import Answer, Asked, Fault, StandIn, serving
from schedulerx.posts.http import Request
from schedulerx.posts.outcomes import AnswerLost
from schedulerx.stores.http import HttpxClient


class Echo(StandIn):
    def __init__(self) -> None:
        super().__init__(now=lambda: 0.0)
        self.acted = 0
        self.routes = {r"POST /things/(\w+)": self._thing, r"POST /form": self._form}

    def _thing(self, asked: Asked) -> Answer:
        self.acted += 1
        return Answer(json={"id": asked.parts[0], "said": asked.json(), "query": asked.query})

    def _form(self, asked: Asked) -> Answer:
        files = {name: [file, len(data)] for name, (file, data) in asked.fields().items() if file}
        return Answer(json={"text": asked.form(), "files": files, "token": asked.bearer()})


@pytest.fixture
def echo() -> Iterator[tuple[Echo, str, HttpxClient]]:
    stand_in = Echo()
    with serving({"echo": stand_in}) as base, HttpxClient() as http:
        yield stand_in, f"{base}/echo", http


Served = tuple[Echo, str, HttpxClient]


def test_a_route_gets_its_parts_the_query_and_the_body(echo: Served) -> None:
    _, base, http = echo
    request = Request(method="POST", url=f"{base}/things/seven", query={"a": "1"}, json=[1])
    assert http.send(request).json() == {"id": "seven", "said": [1], "query": {"a": "1"}}


def test_a_form_with_a_file_is_taken_apart(echo: Served) -> None:
    _, base, http = echo
    request = Request(
        method="POST", url=f"{base}/form", form={"name": "ü"},
        headers={"authorization": "Bearer t"},
        files={"file": ("a.jpg", b"1234\r\n56", "image/jpeg")},
    )  # fmt: skip
    assert http.send(request).json() == {
        "text": {"name": "ü"}, "files": {"file": ["a.jpg", 8]}, "token": "t",
    }  # fmt: skip


@pytest.mark.parametrize(("fault", "acted"), [(Fault.LOST, 0), (Fault.UNANSWERED, 1)])
def test_a_wire_may_fail_before_or_after_the_server_acts(
    echo: Served, fault: Fault, acted: int
) -> None:
    stand_in, base, http = echo
    stand_in.faults.append(fault)
    with pytest.raises(AnswerLost):
        http.send(Request(method="POST", url=f"{base}/things/x", json={}))
    assert stand_in.acted == acted


@pytest.mark.parametrize(
    ("fault", "status", "acted"), [(Fault.THROTTLED, 429, 0), (Fault.BROKEN, 503, 1)]
)
def test_a_server_may_answer_with_an_error(
    echo: Served, fault: Fault, status: int, acted: int
) -> None:
    stand_in, base, http = echo
    stand_in.faults.append(fault)
    assert http.send(Request(method="POST", url=f"{base}/things/x", json={})).status == status
    assert stand_in.acted == acted


def test_what_is_no_route_says_so(echo: Served) -> None:
    _, base, http = echo
    assert http.send(Request(method="GET", url=f"{base}/nowhere")).status == 404
