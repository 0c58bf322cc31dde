"""The state machine: STEPS, compiled, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.acknowledge import logical_id
from infra.alarms import alarm_above_zero
from infra.compiled_machine import MachineProps, define_machine, define_role
from infra.functions import Functions
from infra.permissions import Buckets
from infra.python_function import PythonFunction
from infra.states import MAP_LABEL, Targets, compile_steps
from infra.task_permissions import REGION, acknowledge_ids, allow_tasks
from infra.worker_task import CONTAINER
from infra.workers import Workers
from schedulerx.pipeline.definition import STEPS


@dataclass(frozen=True, kw_only=True)
class StateMachineProps:
    """What the states call."""

    buckets: Buckets
    workers: Workers
    functions: Functions
    feed_group: PythonFunction | None  # where runs may feed another deployment
    spot: bool
    log_retention: logs.RetentionDays


class StateMachine(Construct):
    """One execution a run: groups side by side in tasks, then the run's steps in order."""

    def __init__(self, scope: Construct, construct_id: str, props: StateMachineProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self._role = define_role(self)
        self.machine = self._define_machine()
        allow_tasks(self._role, props.workers.cluster, props.workers.task)
        self._allow_functions()
        self._allow_groups()
        self._allow_children()
        self.alarms = (self._define_failed_alarm(), self._define_timeout_alarm())

    def _define_machine(self) -> sfn.StateMachine:
        props = MachineProps(
            definition=compile_steps(STEPS, self._targets()),
            role=self._role,
            log="",
            log_retention=self._props.log_retention,
        )
        return define_machine(self, "Pipeline", props)

    def _targets(self) -> Targets:
        workers, functions = self._props.workers, self._props.functions
        return Targets(
            cluster_arn=workers.cluster.cluster_arn,
            task_definition_arn=workers.task.task_definition_arn,
            container=CONTAINER,
            subnets=workers.subnets(),
            security_groups=[workers.network.workers.security_group_id],
            spot=self._props.spot,
            group_step_arn=functions.group_step.arn,
            run_step_arn=functions.run_step.arn,
            record_failure_arn=functions.record_failure.arn,
            feed_group_arn=self._props.feed_group.arn if self._props.feed_group else None,
        )

    def _allow_functions(self) -> None:
        functions, feed_group = self._props.functions, self._props.feed_group
        called = [functions.group_step, functions.run_step, functions.record_failure]
        for function in (*called, feed_group) if feed_group else called:
            self._allow("lambda:InvokeFunction", function.arn)

    def _allow_groups(self) -> None:
        self._props.buckets.allow_reading_groups(self._role)

    def _allow_children(self) -> None:
        """A Distributed Map starts its children as executions of this very machine."""
        policy = iam.Policy(
            self,
            "Children",  # not in the role's own policy, on which the machine depends
            roles=[self._role],
            statements=[
                iam.PolicyStatement(
                    actions=["states:StartExecution"], resources=[self.machine.state_machine_arn]
                ),
                iam.PolicyStatement(
                    actions=["states:DescribeExecution", "states:StopExecution"],
                    resources=[self._executions(":*")],
                ),
                iam.PolicyStatement(
                    actions=["states:RedriveExecution"],
                    resources=[self._executions(f"/{MAP_LABEL}:*")],
                ),
            ],
        )
        for suffix in (":*", f"/{MAP_LABEL}:*"):
            acknowledge_ids(
                policy, f"states:{REGION}:execution:<{logical_id(self.machine)}.Name>{suffix}"
            )

    def _executions(self, suffix: str) -> str:
        return Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{self.machine.state_machine_name}{suffix}",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

    def _allow(self, action: str, resource: str) -> None:
        self._role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[resource]))

    def _define_failed_alarm(self) -> cloudwatch.Alarm:
        return alarm_above_zero(
            self,
            "ExecutionsFailed",
            "A run failed: its reason lies in the report bucket as <run_id>/failure.json.",
            self.machine.metric_failed(),
        )

    def _define_timeout_alarm(self) -> cloudwatch.Alarm:
        return alarm_above_zero(
            self,
            "ExecutionsTimedOut",
            "A run took longer than allowed: start it again, it resumes.",
            self.machine.metric_timed_out(),
        )
