"""A state machine from a compiled definition, with the role it acts as and the log it writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.principals import of_this_account


@dataclass(frozen=True, kw_only=True)
class MachineProps:
    """`log` ends the log group's name, which begins with the stack's."""

    definition: Mapping[str, object]
    role: iam.Role
    log: str
    log_retention: logs.RetentionDays


def define_role(scope: Construct) -> iam.Role:
    """What a machine acts as; it may write logs and traces, and nothing else yet."""
    role = iam.Role(scope, "Role", assumed_by=of_this_account("states.amazonaws.com"))
    acknowledge(
        role,
        "Delivering logs and traces knows no resource; both are AWS's documented statements.",
        "IAM5[Resource::*]",
    )
    return role


def define_machine(scope: Construct, name: str, props: MachineProps) -> sfn.StateMachine:
    """Every transition is logged and traced; what is worked on is not."""
    return sfn.StateMachine(
        scope,
        name,
        # By Python's encoder: the CDK's own drops nulls, which mean "discard" here.
        definition_body=sfn.DefinitionBody.from_string(json.dumps(props.definition)),
        role=props.role,
        tracing_enabled=True,
        logs=sfn.LogOptions(
            destination=_define_log(scope, props),
            level=sfn.LogLevel.ALL,
            include_execution_data=False,
        ),
    )


def _define_log(scope: Construct, props: MachineProps) -> logs.LogGroup:
    return logs.LogGroup(
        scope,
        "Log",
        # The policy that lets services write logs is kept short by this prefix.
        log_group_name=f"/aws/vendedlogs/states/{Aws.STACK_NAME}{props.log}",
        retention=props.log_retention,
        removal_policy=RemovalPolicy.DESTROY,
    )
