"""A stack works with its own buckets: others are refused before anything is started."""

from __future__ import annotations

import pytest

from schedulerx.compose import deployment
from schedulerx.compose.deployment import find_places
from schedulerx.errors import ConfigurationError
from schedulerx.stores.stack import StackOutputs

OWN = StackOutputs(
    source_bucket="own-source",
    inventory_bucket="own-inventory",
    artifact_bucket="own-artifacts",
    report_bucket="own-reports",
    state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:Pipeline",
)
REGION = {"AWS_REGION": "us-east-1"}


@pytest.fixture(autouse=True)
def deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "stack_outputs", lambda *_: OWN)


def test_the_stacks_own_buckets_may_be_typed() -> None:
    given = {"source_bucket": "own-source", "report_bucket": "own-reports"}
    assert find_places(given, "SchedulerX", REGION, executes=True) == OWN


@pytest.mark.parametrize("role", ["source", "inventory", "artifact", "report"])
def test_another_bucket_is_refused_where_the_stack_is_to_run(role: str) -> None:
    with pytest.raises(ConfigurationError, match=f"--{role}_bucket other is not the stack's"):
        find_places({f"{role}_bucket": "other"}, "SchedulerX", REGION, executes=True)


def test_another_bucket_may_be_planned() -> None:
    places = find_places({"source_bucket": "other"}, "SchedulerX", REGION, executes=False)
    assert places.source_bucket == "other"
