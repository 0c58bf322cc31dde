from __future__ import annotations

import importlib

import pytest

from tests.infra.conftest import Synthesized

NAMES = {
    "Validate": "validate",
    "GroupStep": "group_step",
    "RunStep": "run_step",
    "RecordFailure": "record_failure",
    "Migrate": "migrate",
}
BUCKETS = {f"SCHEDULERX_{name}_BUCKET" for name in ("SOURCE", "INVENTORY", "ARTIFACT", "REPORT")}
WITH_DATABASE = {"GroupStep", "RunStep", "Migrate"}


@pytest.mark.parametrize("name", NAMES)
def test_a_function_runs_the_module_of_its_name(any_stack: Synthesized, name: str) -> None:
    function = any_stack.named("AWS::Lambda::Function", f"Functions{name}")
    module = f"lambdas.{NAMES[name]}.handler"

    assert function["Handler"] == f"{module}.handler"
    assert function["Environment"]["Variables"]["SCHEDULERX_HANDLER"] == module
    assert callable(importlib.import_module(module).handler)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_knows_the_buckets_and_the_secret_only_if_it_needs_it(
    aurora: Synthesized, name: str
) -> None:
    function = aurora.named("AWS::Lambda::Function", f"Functions{name}")
    variables = set(function["Environment"]["Variables"])

    assert variables >= BUCKETS
    assert ("SCHEDULERX_DATABASE_SECRET" in variables) == (name in WITH_DATABASE)


@pytest.mark.parametrize("name", NAMES)
def test_a_functions_role_is_its_own_and_names_every_action(
    any_stack: Synthesized, name: str
) -> None:
    function = any_stack.named("AWS::Lambda::Function", f"Functions{name}")
    role = function["Role"]["Fn::GetAtt"][0]
    roles = [
        f["Role"]["Fn::GetAtt"][0] for f in any_stack.resources("AWS::Lambda::Function").values()
    ]

    assert roles.count(role) == 1
    for statement in any_stack.statements(f"Functions{name}Role"):
        actions = statement["Action"]
        assert "*" not in "".join([actions] if isinstance(actions, str) else actions)


@pytest.mark.parametrize("name", NAMES)
def test_only_functions_with_a_database_may_read_its_secret(aurora: Synthesized, name: str) -> None:
    actions = [str(s["Action"]) for s in aurora.statements(f"Functions{name}Role")]

    assert any("secretsmanager:GetSecretValue" in a for a in actions) == (name in WITH_DATABASE)


def test_arrivals_are_validated_in_batches_that_may_fail_in_part(aurora: Synthesized) -> None:
    (mapping,) = aurora.resources("AWS::Lambda::EventSourceMapping").values()

    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 50}


def test_group_steps_are_limited_to_what_a_database_can_take(aurora: Synthesized) -> None:
    group_step = aurora.named("AWS::Lambda::Function", "FunctionsGroupStep")

    assert group_step["ReservedConcurrentExecutions"] == 20


def test_functions_are_traced(any_stack: Synthesized) -> None:
    for name in NAMES:
        function = any_stack.named("AWS::Lambda::Function", f"Functions{name}")
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_an_error_that_a_retry_mends_raises_no_alarm(any_stack: Synthesized) -> None:
    alarms = any_stack.resources("AWS::CloudWatch::Alarm").values()
    errors = [alarm for alarm in alarms if alarm.get("MetricName") == "Errors"]

    ours = [name for name in any_stack.resources("AWS::Lambda::Function") if "Functions" in name]
    assert len(errors) == len(ours)
    assert all(alarm["DatapointsToAlarm"] == alarm["EvaluationPeriods"] == 3 for alarm in errors)


def test_a_slow_object_takes_no_time_from_other_messages(any_stack: Synthesized) -> None:
    mapping = any_stack.named("AWS::Lambda::EventSourceMapping", "Validate")

    assert mapping["BatchSize"] == 1
