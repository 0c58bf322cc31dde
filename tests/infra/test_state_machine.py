from __future__ import annotations

from typing import Any

from infra.states import ANY_GROUPS, MAP, SEPARATOR
from schedulerx.pipeline.definition import NAMES
from tests.infra.conftest import Synthesized


def _sequence(states: dict[str, Any], start: str) -> list[str]:
    """The states from the first on, as `Next` leads."""
    names = [start]
    while following := states[names[-1]].get("Next"):
        names.append(following)
    return names


def _children(definition: dict[str, Any]) -> dict[str, Any]:
    processor: dict[str, Any] = definition["States"][MAP]["ItemProcessor"]
    return processor


def _tasks(definition: dict[str, Any]) -> list[dict[str, Any]]:
    states = [*definition["States"].values(), *_children(definition)["States"].values()]
    return [state for state in states if state["Type"] == "Task"]


def test_the_states_come_in_the_order_of_the_steps(any_stack: Synthesized) -> None:
    definition = any_stack.definition
    children = _children(definition)
    first, *group_steps = _sequence(children["States"], children["StartAt"])
    _, *run_steps = _sequence(definition["States"], MAP)

    assert (*first.split(SEPARATOR), *group_steps, *run_steps) == NAMES


def test_the_groups_are_read_line_by_line_from_where_the_input_says(aurora: Synthesized) -> None:
    processing = aurora.definition["States"][MAP]

    assert processing["ItemReader"] == {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSONL"},
        "Parameters": {"Bucket.$": "$.groups.bucket", "Key.$": "$.groups.key"},
    }
    assert processing["MaxConcurrencyPath"] == "$.max_concurrency"
    assert processing["ItemProcessor"]["ProcessorConfig"] == {
        "Mode": "DISTRIBUTED",
        "ExecutionType": "STANDARD",
    }


def test_no_failed_group_is_tolerated(any_stack: Synthesized) -> None:
    processing = any_stack.definition["States"][MAP]

    assert not [key for key in processing if key.startswith("Tolerated")]


def test_every_task_is_retried_with_full_jitter_up_to_a_longest_wait(
    any_stack: Synthesized,
) -> None:
    retries = [retry for task in _tasks(any_stack.definition) for retry in task["Retry"]]

    assert {retry["JitterStrategy"] for retry in retries} == {"FULL"}
    assert all(retry["MaxDelaySeconds"] > retry["IntervalSeconds"] for retry in retries)


def test_launches_that_are_throttled_wait_longer_than_tasks_that_stopped(
    aurora: Synthesized,
) -> None:
    children = _children(aurora.definition)
    launch, stopped = children["States"][children["StartAt"]]["Retry"]

    assert "ECS.AmazonECSException" in launch["ErrorEquals"]
    assert "ThrottlingException" in launch["ErrorEquals"]
    assert stopped["ErrorEquals"] == ["States.TaskFailed"]
    assert launch["MaxAttempts"] > stopped["MaxAttempts"]


def test_groups_wait_for_the_database_for_hours_before_they_give_up(aurora: Synthesized) -> None:
    busy = next(
        retry
        for retry in _children(aurora.definition)["States"]["upload"]["Retry"]
        if "Lambda.TooManyRequestsException" in retry["ErrorEquals"]
    )
    waits = [
        min(busy["IntervalSeconds"] * busy["BackoffRate"] ** tried, busy["MaxDelaySeconds"])
        for tried in range(busy["MaxAttempts"])
    ]

    assert sum(waits) / 2 > 10 * 3600  # full jitter halves them


def test_errors_that_may_pass_are_retried_by_their_name(aurora: Synthesized) -> None:
    states = aurora.definition["States"]

    for name in ("dedupe", "verify", "report"):
        named = [error for retry in states[name]["Retry"] for error in retry["ErrorEquals"]]
        assert "RetryableError" in named
        assert "UnbalancedRun" not in named


def test_a_run_without_groups_passes_the_map_by(any_stack: Synthesized) -> None:
    states = any_stack.definition["States"]

    assert any_stack.definition["StartAt"] == ANY_GROUPS
    (choice,) = states[ANY_GROUPS]["Choices"]
    assert (choice["Variable"], choice["NumericGreaterThan"]) == ("$.groups.count", 0)
    assert choice["Next"] == MAP
    assert states[ANY_GROUPS]["Default"] == states[MAP]["Next"]


def test_whatever_fails_a_run_is_recorded_before_it_fails(any_stack: Synthesized) -> None:
    states = any_stack.definition["States"]
    sequence = _sequence(states, MAP)

    for name in sequence:
        (caught,) = states[name]["Catch"]
        assert caught["ErrorEquals"] == ["States.ALL"]
        recording = states[caught["Next"]]
        assert "RecordFailure" in recording["Parameters"]["FunctionName"]
        assert states[recording["Next"]]["Type"] == "Fail"


def test_a_failed_run_says_what_failed_under_a_name_that_a_state_may_give(
    any_stack: Synthesized,
) -> None:
    (failed,) = [s for s in any_stack.definition["States"].values() if s["Type"] == "Fail"]

    assert not failed["Error"].startswith("States.")
    assert "$.failure.Error" in failed["CausePath"]
    assert "$.failure.Cause" in failed["CausePath"]


def test_a_task_is_told_its_run_and_its_group(aurora: Synthesized) -> None:
    children = _children(aurora.definition)
    parameters = children["States"][children["StartAt"]]["Parameters"]

    (override,) = parameters["Overrides"]["ContainerOverrides"]
    assert override["Name"] == "worker"
    assert {"Name": "SCHEDULERX_RUN_ID", "Value.$": "$.run_id"} in override["Environment"]
    assert {
        "Name": "SCHEDULERX_GROUP",
        "Value.$": "States.JsonToString($.group)",
    } in override["Environment"]


def test_tasks_run_on_spot_where_asked(aurora: Synthesized, ephemeral: Synthesized) -> None:
    def parameters(stack: Synthesized) -> dict[str, Any]:
        children = _children(stack.definition)
        found: dict[str, Any] = children["States"][children["StartAt"]]["Parameters"]
        return found

    assert parameters(aurora)["LaunchType"] == "FARGATE"
    assert "LaunchType" not in parameters(ephemeral)
    assert "FARGATE_SPOT" in str(parameters(ephemeral)["CapacityProviderStrategy"])


def test_children_leave_nothing_that_adds_up_to_the_limit_of_a_map(aurora: Synthesized) -> None:
    last = list(_children(aurora.definition)["States"].values())[-1]

    assert last["OutputPath"] is None
    assert last["End"] is True


def test_executions_are_logged_without_data_traced_and_end_one_day(aurora: Synthesized) -> None:
    (machine,) = aurora.resources("AWS::StepFunctions::StateMachine").values()

    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert aurora.definition["TimeoutSeconds"] > 0


def test_the_machine_starts_this_task_only_and_passes_its_roles_to_tasks_only(
    aurora: Synthesized,
) -> None:
    statements = aurora.statements("StateMachineRole")
    (task,) = aurora.resources("AWS::ECS::TaskDefinition").values()

    (run,) = [s for s in statements if s["Action"] == "ecs:RunTask"]
    (passes,) = [s for s in statements if s["Action"] == "iam:PassRole"]
    # Every revision of this one: runs under way go on with theirs after a deploy.
    assert f":task-definition/{task['Family']}:*" in str(run["Resource"])
    assert len(passes["Resource"]) == 2
    assert passes["Condition"] == {
        "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    }


def test_state_names_fit(any_stack: Synthesized) -> None:
    children = _children(any_stack.definition)["States"]

    assert all(len(name) <= 80 for name in [*children, *any_stack.definition["States"]])
