"""The function behind the events API, over a real database."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from lambdas.events_api import handler as module
from schedulerx.evidence.feed_batches import batches, body
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.stores.test_events_api import ids, rows, upload

CONTEXT = SimpleNamespace(
    function_name="events_api", memory_limit_in_mb=1, aws_request_id="r",
    invoked_function_arn="arn:aws:lambda:eu-west-1:1:function:events_api",
)  # fmt: skip


@pytest.fixture
def store(postgres: Profile, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresEvidence]:
    @contextmanager
    def connected(_: object) -> Iterator[Any]:
        yield lambda: evidence

    with PostgresEvidence(postgres) as evidence:
        monkeypatch.setattr(module, "connected_evidence", connected)
        monkeypatch.setattr(module, "_token", lambda _: "secret")
        monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
        yield evidence


def called(data: bytes, token: str) -> dict[str, Any]:
    event = {
        "headers": {"authorization": f"Bearer {token}"},
        "body": base64.b64encode(data).decode(),
        "isBase64Encoded": True,
    }
    answer: dict[str, Any] = module.handler(event, CONTEXT)
    return answer


def test_a_batch_is_stored_and_answered(store: PostgresEvidence) -> None:
    [batch] = batches("there", [upload(1, 3)])
    answer = called(gzip.compress(body(batch)), "secret")
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["lines"] == 4
    assert rows(store) == ids(upload(1, 3))


def test_a_wrong_token_is_refused(store: PostgresEvidence) -> None:
    assert called(b"", "wrong")["statusCode"] == 401
    assert rows(store) == []


@pytest.mark.parametrize("token", ["", " "])
def test_an_empty_secret_lets_nobody_in(
    store: PostgresEvidence, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setattr(module, "_token", lambda _: token)
    assert called(b"", token)["statusCode"] == 401
    assert rows(store) == []


def test_a_request_without_a_token_or_a_body_is_refused(store: PostgresEvidence) -> None:
    assert module.handler({}, CONTEXT)["statusCode"] == 401
    assert rows(store) == []
