"""Tokens between the operator and the stack."""

from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from schedulerx.compose.stack_feed import hand_over_token, operators_token

URL, OTHER = "https://a.example/v1/events", "https://b.example/v1/events"
ENV = {"AWS_REGION": "us-east-1", "SCHEDULERX_UPLOAD_TOKEN": "new"}


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The stack's secret with a token for another address."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="us-east-1")
        yield client.create_secret(Name="t", SecretString=json.dumps({OTHER: "old"}))["ARN"]


def held(secret: str) -> dict[str, str]:
    client = boto3.client("secretsmanager", region_name="us-east-1")
    found: dict[str, str] = json.loads(client.get_secret_value(SecretId=secret)["SecretString"])
    return found


def test_a_token_is_handed_over_beside_those_for_other_addresses(secret: str) -> None:
    hand_over_token(URL, "new", secret, ENV)
    assert held(secret) == {OTHER: "old", URL: "new"}


def test_the_same_token_is_not_written_again(secret: str) -> None:
    hand_over_token(OTHER, "old", secret, ENV)
    client = boto3.client("secretsmanager", region_name="us-east-1")
    assert len(client.list_secret_version_ids(SecretId=secret)["Versions"]) == 1


def test_the_operators_token_is_that_of_the_environment(secret: str) -> None:
    assert operators_token(OTHER, secret, ENV) == "new"


def test_a_token_given_once_need_not_be_given_again(secret: str) -> None:
    without = {"AWS_REGION": "us-east-1"}
    assert operators_token(OTHER, secret, without) == "old"
    assert operators_token(URL, secret, without) == ""
    assert operators_token(URL, "", without) == ""
