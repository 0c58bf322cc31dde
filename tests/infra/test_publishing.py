from __future__ import annotations

from typing import Any

import pytest

from infra.publishing_states import (
    AFTER_TASK,
    END,
    FIND,
    GO_ON,
    LEFT,
    START,
    START_EACH,
    TASK,
    WAIT,
    WHICH,
)
from schedulerx.posts.definition import CONVERSION_S, NAMES, PUT_OFF, SWEEP_INPUT
from tests.infra.conftest import Synthesized


@pytest.fixture(params=["external", "ephemeral"])
def publishing(request: pytest.FixtureRequest) -> Synthesized:
    """The stacks that publish."""
    stack: Synthesized = request.getfixturevalue(request.param)
    return stack


def _states(stack: Synthesized) -> dict[str, Any]:
    states: dict[str, Any] = stack.publishing["States"]
    return states


def test_the_phases_are_states_in_their_order(publishing: Synthesized) -> None:
    states = _states(publishing)

    assert tuple(name for name in states if name in NAMES) == NAMES
    assert states[WHICH]["Choices"][0]["Next"] == NAMES[0]


def test_after_each_phase_comes_a_wait_and_then_what_it_answered(publishing: Synthesized) -> None:
    states = _states(publishing)
    by_answer = {c["StringEquals"]: c["Next"] for c in states[GO_ON]["Choices"][1:]}

    assert {states[name]["Next"] for name in NAMES} == {WAIT}
    assert (states[WAIT]["SecondsPath"], states[WAIT]["Next"]) == ("$.next.wait_s", GO_ON)
    assert by_answer == {name: name for name in NAMES}
    assert states[GO_ON]["Default"] == END


def test_a_phase_holds_its_target_by_the_executions_name(publishing: Synthesized) -> None:
    for name in NAMES:
        payload = _states(publishing)[name]["Parameters"]["Payload"]
        assert payload["phase"] == name
        assert payload["claim.$"] == "$$.Execution.Name"


def test_only_what_may_pass_is_retried_and_all_else_is_left_to_the_sweep(
    publishing: Synthesized,
) -> None:
    states = _states(publishing)

    for name in (*NAMES, FIND):
        retried = {error for retry in states[name]["Retry"] for error in retry["ErrorEquals"]}
        assert {"RetryableError", "Lambda.TooManyRequestsException"} <= retried
        assert "States.ALL" not in retried
    for name in (*NAMES, FIND, START_EACH):
        (caught,) = states[name]["Catch"]
        assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], LEFT)


def test_targets_are_started_apart_each_under_its_own_name(publishing: Synthesized) -> None:
    start = _states(publishing)[START_EACH]["ItemProcessor"]["States"][START]

    assert start["Resource"] == "arn:aws:states:::states:startExecution"
    assert start["Parameters"]["StateMachineArn.$"] == "$$.StateMachine.Id"
    assert start["Parameters"]["Name.$"] == "$.name"


def test_a_schedule_may_start_the_machine_and_tell_where_it_could_not(
    publishing: Synthesized,
) -> None:
    statements = publishing.statements("PublishingScheduleRole")

    assert [s["Action"] for s in statements] == ["sqs:SendMessage", "states:StartExecution"]
    assert all("*" not in str(s["Resource"]) for s in statements)


def test_only_what_talks_to_platforms_reads_credentials(publishing: Synthesized) -> None:
    def secrets(part: str) -> str:
        return str([s for s in publishing.statements(part) if "GetSecretValue" in str(s["Action"])])

    for name in ("PublishPhase", "SweepPosts"):
        assert "secret:schedulerx/accounts/*" in secrets(f"PublishingFunctions{name}Role")
    assert "accounts" not in secrets("PublishingFunctionsPublishPostRole")
    assert "accounts" not in secrets("WorkersTaskTaskRole")


def test_the_sweep_comes_by_a_schedule_of_its_own(external: Synthesized) -> None:
    sweep = external.named("AWS::Scheduler::Schedule", "Sweep")

    assert sweep["ScheduleExpression"] == "rate(5 minutes)"
    assert "SweepPosts" in str(sweep["Target"]["Arn"])
    assert "DeadLetterConfig" in sweep["Target"]
    assert sweep["Target"]["Input"] == SWEEP_INPUT


def test_a_conversion_that_ends_badly_is_tried_again_later(publishing: Synthesized) -> None:
    states = _states(publishing)
    (caught,) = states[TASK]["Catch"]

    assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], AFTER_TASK)
    assert states[AFTER_TASK]["Parameters"]["Payload"]["phase"] == PUT_OFF
    assert states[AFTER_TASK]["Parameters"]["Payload"]["claim.$"] == "$$.Execution.Name"
    assert (states[AFTER_TASK]["Next"], states[TASK]["TimeoutSeconds"]) == (WAIT, CONVERSION_S)


def test_what_the_sweep_counts_rings_and_so_does_its_silence(external: Synthesized) -> None:
    alarms = {
        alarm["MetricName"]: alarm
        for name, alarm in external.resources("AWS::CloudWatch::Alarm").items()
        if "PublishingSweep" in name and "Silent" not in name
    }
    silent = external.named("AWS::CloudWatch::Alarm", "PublishingSweepSilent")

    assert set(alarms) == {
        "PostsLate", "PostsOfUnknownOutcome", "PostsNotStarted", "AccountsExpiring",
    }  # fmt: skip
    assert {alarm["Threshold"] for alarm in alarms.values()} == {0}
    assert (silent["TreatMissingData"], silent["Statistic"]) == ("breaching", "SampleCount")


def test_posts_have_a_schedule_group_and_a_command_line_finds_what_it_needs(
    publishing: Synthesized,
) -> None:
    assert publishing.named("AWS::Scheduler::ScheduleGroup", "Posts") == {"Name": "posts"}
    assert set(publishing.template["Outputs"]) >= {
        "MediaBucket",
        "PublishMachineArn",
        "ScheduleRoleArn",
        "ScheduleDeadLettersArn",
    }


def test_neither_starts_nor_phases_take_more_connections_than_there_are(
    external: Synthesized,
) -> None:
    functions = {
        part: external.named("AWS::Lambda::Function", part)
        for part in ("FunctionsPublishPost", "FunctionsPublishPhase")
    }

    assert [each["ReservedConcurrentExecutions"] for each in functions.values()] == [10, 50]
