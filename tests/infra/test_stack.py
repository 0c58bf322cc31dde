from __future__ import annotations

from tests.infra.conftest import Synthesized

OUTPUTS = {
    "SourceBucket",
    "InventoryBucket",
    "ArtifactBucket",
    "ReportBucket",
    "StateMachineArn",
    "DatabaseSecretArn",
    "WorkerTaskDefinitionArn",
    "ClusterName",
    "WorkerCpu",
    "WorkerMemoryMib",
}


def test_cdk_nag_finds_nothing_that_is_not_acknowledged(any_stack: Synthesized) -> None:
    assert any_stack.findings == []


def test_the_outputs_are_those_the_command_line_reads(any_stack: Synthesized) -> None:
    assert set(any_stack.template["Outputs"]) >= OUTPUTS


def test_no_function_comes_with_the_default_stack_that_is_not_ours(
    aurora: Synthesized, external: Synthesized
) -> None:
    for stack in (aurora, external):
        assert all(
            function["Environment"]["Variables"]["SCHEDULERX_HANDLER"].startswith("lambdas.")
            for function in stack.resources("AWS::Lambda::Function").values()
        )


def test_every_log_group_forgets(any_stack: Synthesized) -> None:
    groups = any_stack.resources("AWS::Logs::LogGroup").values()

    assert groups
    assert all(group["RetentionInDays"] == 90 for group in groups)


def test_every_alarm_tells_somebody(aurora: Synthesized, external: Synthesized) -> None:
    for stack in (aurora, external):
        assert all(a["AlarmActions"] for a in stack.resources("AWS::CloudWatch::Alarm").values())
    # Two on the queue, one a function, two on the executions.
    assert len(aurora.resources("AWS::CloudWatch::Alarm")) == 9


def test_the_topic_of_the_alarms_lets_them_in(any_stack: Synthesized) -> None:
    policy = any_stack.named("AWS::SNS::TopicPolicy", "ObservabilityAlarms")["PolicyDocument"]
    [allowed] = [each for each in policy["Statement"] if each["Effect"] == "Allow"]
    assert (allowed["Action"], allowed["Principal"], allowed["Condition"]) == (
        "sns:Publish",
        {"Service": "cloudwatch.amazonaws.com"},
        {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    )


def test_services_act_for_this_account_alone(any_stack: Synthesized) -> None:
    told = {"scheduler.amazonaws.com", "states.amazonaws.com", "ecs-tasks.amazonaws.com"}
    for name, role in any_stack.resources("AWS::IAM::Role").items():
        [statement] = role["AssumeRolePolicyDocument"]["Statement"]
        if statement["Principal"].get("Service") in told and "ExecutionRole" not in name:
            assert "aws:SourceAccount" in str(statement.get("Condition")), name


def test_no_role_may_do_everything_of_a_service(any_stack: Synthesized) -> None:
    for statement in any_stack.statements(""):
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert "*" not in action, statement


def test_nothing_is_there_for_posts_where_none_go_out(aurora: Synthesized) -> None:
    assert aurora.resources("AWS::Scheduler::ScheduleGroup") == {}
    assert "MediaBucket" not in aurora.template["Outputs"]
