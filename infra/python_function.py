"""One function of `lambdas`: its code, role, log group and alarm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.database import Placement
from schedulerx.settings import ENV_PREFIX

RUNTIME = lambda_.Runtime.PYTHON_3_14
ARCHITECTURE = lambda_.Architecture.ARM_64
LONGEST = Duration.minutes(15)  # Lambda's own limit
# One error is tried again by whoever called, as while a database wakes. What fails for good raises
# an alarm of its own: on failed executions, on dead letters. This one tells of errors that stay.
ERROR_PERIODS = 3  # of five minutes, one after the other


@dataclass(frozen=True, kw_only=True)
class PythonFunctionProps:
    """`module` is the function's folder in `lambdas`; `placement` is None outside of a network."""

    module: str
    code: lambda_.Code
    log_retention: logs.RetentionDays
    variables: Mapping[str, str]
    layers: tuple[lambda_.LayerVersion, ...] = ()
    memory_mib: int = 1024
    timeout: Duration = field(default_factory=lambda: LONGEST)
    concurrency: int | None = None
    scratch: Size | None = None
    placement: Placement | None = None


class PythonFunction(Construct):
    """A function with a role of its own: it may write its log and traces, and nothing else yet."""

    def __init__(self, scope: Construct, construct_id: str, props: PythonFunctionProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self.log = self._define_log()
        self.role = self._define_role()
        self.function = self._define_function()
        self.alarm = self._define_alarm()

    @property
    def arn(self) -> str:
        """What the state machine calls."""
        return self.function.function_arn

    def _define_log(self) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Log",
            retention=self._props.log_retention,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _define_role(self) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What the function {self._props.module} may do",
        )
        self.log.grant_write(role)
        _allow_traces(role)
        if self._props.placement:
            _allow_network_interfaces(role)
        return role

    def _define_function(self) -> lambda_.Function:
        props, placement = self._props, self._props.placement
        return lambda_.Function(
            self,
            "Function",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler=f"lambdas.{props.module}.handler.handler",
            code=props.code,
            layers=list(props.layers),
            memory_size=props.memory_mib,
            timeout=props.timeout,
            ephemeral_storage_size=props.scratch,
            reserved_concurrent_executions=props.concurrency,
            environment=self._environment(),
            role=self.role,
            log_group=self.log,
            tracing=lambda_.Tracing.ACTIVE,
            vpc=placement.vpc if placement else None,
            vpc_subnets=_subnets(placement) if placement else None,
            security_groups=[placement.security_group] if placement else None,
        )

    def _environment(self) -> dict[str, str]:
        return {
            **self._props.variables,
            # The rehearsal cloud runs this module from the checkout.
            f"{ENV_PREFIX}HANDLER": f"lambdas.{self._props.module}.handler",
            "POWERTOOLS_SERVICE_NAME": self._props.module,
        }

    def _define_alarm(self) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "Errors",
            alarm_description="The function goes on ending in errors: read its log group.",
            metric=self.function.metric_errors(),
            threshold=0,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=ERROR_PERIODS,
            datapoints_to_alarm=ERROR_PERIODS,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )


def _subnets(placement: Placement) -> ec2.SubnetSelection:
    return ec2.SubnetSelection(subnet_type=placement.subnets)


def _allow_traces(role: iam.Role) -> None:
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"]
        )
    )
    acknowledge(
        role, "Traces and network interfaces are made without a resource.", "IAM5[Resource::*]"
    )


def _allow_network_interfaces(role: iam.Role) -> None:
    """What Lambda needs to place a function in subnets; the interfaces exist only later."""
    role.add_to_policy(
        iam.PolicyStatement(
            actions=[
                "ec2:AssignPrivateIpAddresses",
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:UnassignPrivateIpAddresses",
            ],
            resources=["*"],
        )
    )
