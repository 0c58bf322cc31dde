"""What a state machine may do to run the worker's task to its end."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from infra.acknowledge import acknowledge, logical_id

REGION = "<AWS::Region>:<AWS::AccountId>"  # as findings spell it


def allow_tasks(role: iam.Role, cluster: ecs.Cluster, task: ecs.FargateTaskDefinition) -> None:
    """Running this task. Of every revision: an execution asks for the one it began with."""
    stack = Stack.of(cluster)
    revisions = stack.format_arn(
        service="ecs", resource="task-definition", resource_name=f"{task.family}:*"
    )
    tasks = stack.format_arn(
        service="ecs", resource="task", resource_name=f"{cluster.cluster_name}/*"
    )
    _allow(role, ["ecs:RunTask"], revisions)
    _allow(role, ["ecs:StopTask", "ecs:DescribeTasks"], tasks)
    _allow_roles(role, task)
    _allow_completion_events(role, stack)
    acknowledge_ids(role, f"ecs:{REGION}:task/<{logical_id(cluster)}>/*")
    acknowledge_ids(role, f"ecs:{REGION}:task-definition/{task.family}:*")


def acknowledge_ids(construct: IConstruct, resource: str) -> None:
    """A wildcard where ids are."""
    acknowledge(
        construct,
        "Tasks, revisions and executions get ids when they are made; the actions are exact.",
        f"IAM5[Resource::arn:<AWS::Partition>:{resource}]",
    )


def _allow_roles(role: iam.Role, task: ecs.FargateTaskDefinition) -> None:
    execution_role = task.execution_role
    assert execution_role is not None
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[task.task_role.role_arn, execution_role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        )
    )


def _allow_completion_events(role: iam.Role, stack: Stack) -> None:
    """`.sync` learns of a task's end by a rule that Step Functions keeps in the account."""
    rule = stack.format_arn(
        service="events", resource="rule", resource_name="StepFunctionsGetEventsForECSTaskRule"
    )
    _allow(role, ["events:PutTargets", "events:PutRule", "events:DescribeRule"], rule)


def _allow(role: iam.Role, actions: list[str], resource: str) -> None:
    role.add_to_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
