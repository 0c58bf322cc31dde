"""The events API of a stack: one route, a limited rate, a token only its function reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infra.conftest import Synthesized, synthesize


@pytest.fixture(scope="module")
def feeding(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Synthesized:
    return synthesize(tmp_path_factory.mktemp("events_api"), root, events_api="true")


def test_nothing_is_found_in_it(feeding: Synthesized) -> None:
    assert feeding.findings == []


def test_there_is_one_route_and_its_rate_is_limited(feeding: Synthesized) -> None:
    [route] = feeding.resources("AWS::ApiGatewayV2::Route").values()
    assert route["RouteKey"] == "POST /v1/events"
    [stage] = feeding.resources("AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 20
    assert "authorization" not in stage["AccessLogSettings"]["Format"].lower()


def test_its_function_reads_the_token_and_no_bucket(feeding: Synthesized) -> None:
    actions = {
        action
        for statement in feeding.statements("EventsApi")
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    assert "secretsmanager:GetSecretValue" in actions
    assert not any(action.startswith("s3:") for action in actions)


def test_a_stack_has_none_unless_asked(aurora: Synthesized) -> None:
    assert aurora.resources("AWS::ApiGatewayV2::Api") == {}


def test_its_function_takes_as_many_batches_at_once_as_the_operator_says(
    feeding: Synthesized, tmp_path: Path, root: Path
) -> None:
    function = feeding.named("AWS::Lambda::Function", "FunctionsEventsApi")
    assert function["ReservedConcurrentExecutions"] == 5
    none = synthesize(tmp_path, root, events_api="true", events_api_concurrency="0")
    unlimited = none.named("AWS::Lambda::Function", "FunctionsEventsApi")
    assert "ReservedConcurrentExecutions" not in unlimited
