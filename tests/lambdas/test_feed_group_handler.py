"""The function that feeds: what it refuses, and what it leaves alone."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from containers.worker.worker import work
from lambdas.feed_group.handler import handler
from schedulerx.errors import ConfigurationError, RetryableError
from tests.lambdas.conftest import CONTEXT, NOWHERE, Cloud, Fed


def request(cloud: Cloud, photo: bytes, fed: Fed = NOWHERE) -> dict[str, Any]:
    cloud.put("photo.jpg", photo)
    run, group = cloud.plan(fed=fed)
    assert work(cloud.services(), run.run_id, group, 1, lambda: False) == 0
    return {"run_id": run.run_id, "group": msgspec.to_builtins(group)}


@pytest.fixture
def tokens(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> str:
    """The secret, without a token."""
    name = f"tokens-{cloud.suffix}"
    cloud.client("secretsmanager").create_secret(Name=name, SecretString="{}")
    monkeypatch.setenv("SCHEDULERX_UPLOAD_SECRET", name)
    return name


def test_a_run_that_feeds_nothing_needs_no_token(cloud: Cloud, photo: bytes) -> None:
    assert handler(request(cloud, photo), CONTEXT) is None


def test_a_token_is_shown_to_the_address_it_was_given_for_alone(
    cloud: Cloud, photo: bytes, tokens: str
) -> None:
    other = json.dumps({"https://other.example/v1/events": "hush"})
    cloud.client("secretsmanager").put_secret_value(SecretId=tokens, SecretString=other)
    asked = request(cloud, photo, fed=("http://127.0.0.1:9/v1/events", "f"))
    with pytest.raises(ConfigurationError, match="needs a token") as caught:
        handler(asked, CONTEXT)
    assert "hush" not in str(caught.value)


def test_a_secret_that_was_written_by_hand_is_told(cloud: Cloud, photo: bytes, tokens: str) -> None:
    cloud.client("secretsmanager").put_secret_value(SecretId=tokens, SecretString="hush")
    asked = request(cloud, photo, fed=("http://127.0.0.1:9/v1/events", "f"))
    with pytest.raises(ConfigurationError, match="JSON object of tokens") as caught:
        handler(asked, CONTEXT)
    assert "hush" not in str(caught.value)


def test_a_function_whose_time_is_up_is_called_again(
    cloud: Cloud, photo: bytes, tokens: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "http://127.0.0.1:9/v1/events"
    cloud.client("secretsmanager").put_secret_value(
        SecretId=tokens, SecretString=json.dumps({url: "t"})
    )
    monkeypatch.setattr(CONTEXT, "get_remaining_time_in_millis", lambda: 1000)
    with pytest.raises(RetryableError, match="is up"):
        handler(request(cloud, photo, fed=(url, "f")), CONTEXT)
