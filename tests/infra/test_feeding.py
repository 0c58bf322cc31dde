"""A stack that may feed another deployment: what sends reaches no database, and the reverse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.states import FEED, MAP
from tests.infra.conftest import Synthesized, synthesize


@pytest.fixture(scope="module")
def feeding(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Synthesized:
    """Over Aurora, in a network without a way out."""
    return synthesize(tmp_path_factory.mktemp("feeding"), root, feeds="true")


def _function(stack: Synthesized) -> dict[str, Any]:
    return stack.named("AWS::Lambda::Function", "FeedingFeedGroup")


def _secret(stack: Synthesized) -> str:
    secrets = stack.resources("AWS::SecretsManager::Secret")
    (tokens,) = [name for name in secrets if name.startswith("Feeding")]
    return tokens


def test_nothing_is_found_in_it(feeding: Synthesized) -> None:
    assert feeding.findings == []


def test_the_function_stands_where_the_internet_is_reached_without_a_nat_gateway(
    feeding: Synthesized,
) -> None:
    assert "VpcConfig" not in _function(feeding)
    assert "VpcConfig" in feeding.named("AWS::Lambda::Function", "FunctionsGroupStep")
    assert feeding.resources("AWS::EC2::NatGateway") == {}


def test_the_function_reads_the_one_secret_of_tokens(feeding: Synthesized) -> None:
    secrets = [
        statement["Resource"]
        for statement in feeding.statements("FeedingFeedGroupRole")
        if "secretsmanager:GetSecretValue" in statement["Action"]
    ]
    (tokens,) = [
        name for name in feeding.resources("AWS::SecretsManager::Secret") if "Feed" in name
    ]
    assert secrets == [{"Ref": tokens}]
    assert "SCHEDULERX_DATABASE_SECRET" not in _function(feeding)["Environment"]["Variables"]


def test_no_other_function_reads_it(feeding: Synthesized) -> None:
    (tokens,) = [
        name for name in feeding.resources("AWS::SecretsManager::Secret") if "Feed" in name
    ]
    readers = [
        name
        for name, policy in feeding.resources("AWS::IAM::Policy").items()
        if tokens in str(policy["PolicyDocument"])
    ]
    assert len(readers) == 1


def test_no_token_is_in_the_template(feeding: Synthesized) -> None:
    secret = feeding.named("AWS::SecretsManager::Secret", "Feeding")
    assert secret["SecretString"] == "{}"


def test_a_group_is_sent_after_it_is_uploaded(feeding: Synthesized) -> None:
    children = feeding.definition["States"][MAP]["ItemProcessor"]["States"]
    assert list(children)[-2:] == ["upload", FEED]
    assert children["upload"]["Next"] == FEED
    assert (children[FEED]["End"], children[FEED]["OutputPath"]) == (True, None)


def test_what_is_sent_names_the_run_and_the_group_alone(feeding: Synthesized) -> None:
    state = feeding.definition["States"][MAP]["ItemProcessor"]["States"][FEED]
    assert state["Parameters"]["Payload"] == {"run_id.$": "$.run_id", "group.$": "$.group"}


def test_a_function_that_was_cut_goes_on(feeding: Synthesized) -> None:
    state = feeding.definition["States"][MAP]["ItemProcessor"]["States"][FEED]
    retried = [error for each in state["Retry"] for error in each["ErrorEquals"]]
    assert {"RetryableError", "Sandbox.Timedout", "Runtime.ExitError", "Lambda.Unknown"} <= {
        *retried
    }
    assert "ConfigurationError" not in retried


def test_a_stack_feeds_none_unless_asked(aurora: Synthesized) -> None:
    children = aurora.definition["States"][MAP]["ItemProcessor"]["States"]
    assert FEED not in children
    assert not [name for name in aurora.resources("AWS::Lambda::Function") if "Feed" in name]
