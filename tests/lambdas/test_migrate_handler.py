from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import psycopg
import pytest

from lambdas.migrate import handler as module
from lambdas.migrate.handler import handler
from schedulerx.errors import RetryableError
from schedulerx.pipeline.services import Services
from schedulerx.stores.postgres.profiles import Profile
from tests.lambdas.conftest import CONTEXT, Cloud


class Answers(HTTPServer):
    """Stands where CloudFormation waits."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.received: list[dict[str, Any]] = []
        self.types: list[str | None] = []

    def request(self, kind: str) -> dict[str, Any]:
        return {
            "RequestType": kind,
            "ResponseURL": f"http://127.0.0.1:{self.server_port}/answer",
            "StackId": "stack",
            "RequestId": "request",
            "LogicalResourceId": "Migration",
            "ResourceProperties": {"Migrations": "abc"},
        }


class _Receiver(BaseHTTPRequestHandler):
    server: Answers

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(json.loads(body))
        self.server.types.append(self.headers["Content-Type"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Silent."""


@pytest.fixture
def answers() -> Iterator[Answers]:
    with Answers() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def test_a_deploy_migrates_and_tells_the_planner_which_database_it_is(
    cloud: Cloud, database: Profile, answers: Answers
) -> None:
    handler(answers.request("Create"), CONTEXT)

    with psycopg.connect(database.conninfo()) as connection:
        row = connection.execute("SELECT id::text FROM schedulerx.instance").fetchone()
    assert row is not None
    assert cloud.read("artifact", "database/instance.json") == {"instance_id": row[0]}
    (answer,) = answers.received
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "Migration")
    assert answers.types == [""]  # another type breaks the signature of the URL


def test_a_deleted_stack_leaves_the_database_as_it_is(cloud: Cloud, answers: Answers) -> None:
    handler(answers.request("Delete"), CONTEXT)

    assert [answer["Status"] for answer in answers.received] == ["SUCCESS"]
    assert cloud.keys("artifact") == []


def test_a_migration_that_fails_is_told_with_its_reason(
    cloud: Cloud, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCHEDULERX_DATABASE_SECRET", raising=False)

    handler(answers.request("Update"), CONTEXT)

    (answer,) = answers.received
    assert answer["Status"] == "FAILED"
    assert "SCHEDULERX_DATABASE_SECRET is not set" in answer["Reason"]


def test_a_database_that_wakes_is_waited_for(
    cloud: Cloud, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = iter([RetryableError("starting up"), RetryableError("starting up"), None])

    def migrate(_services: Services) -> str:
        error = next(tries)
        if error is not None:
            raise error
        return "the id"

    pauses: list[float] = []
    monkeypatch.setattr(module, "migrate", migrate)
    monkeypatch.setattr("time.sleep", pauses.append)

    handler(answers.request("Create"), CONTEXT)

    assert [answer["Status"] for answer in answers.received] == ["SUCCESS"]
    assert len(pauses) == 2


def test_a_database_that_never_answers_fails_the_deploy(
    cloud: Cloud, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def migrate(_services: Services) -> str:
        raise RetryableError("nobody answers")

    monkeypatch.setattr(module, "migrate", migrate)
    monkeypatch.setattr(module, "PATIENCE_S", 0)

    handler(answers.request("Create"), CONTEXT)

    (answer,) = answers.received
    assert answer["Status"] == "FAILED"
    assert "nobody answers" in answer["Reason"]
