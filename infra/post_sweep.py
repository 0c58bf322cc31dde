"""The sweep of posts: when it comes, what it may do, and what it rings for."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.acknowledge import logical_id
from infra.alarms import alarm_above_zero
from infra.principals import of_this_account
from infra.python_function import PythonFunction
from infra.task_permissions import REGION, acknowledge_ids
from schedulerx.posts.definition import SWEEP_INPUT
from schedulerx.settings import ENV_PREFIX, POST_SCHEDULES

_SILENT_SWEEPS = 3  # in a row, that nobody heard of
ALARMS = {
    "PostsLate": "Posts are due for minutes and not settled: schedulerx health.",
    "PostsOfUnknownOutcome": "Look whether they are there, then: schedulerx posts resolve.",
    "PostsNotStarted": "A schedule could not start its post, which the sweep did: the message in "
    "the queue ScheduleDeadLettersArn says why. Mend it, then purge the queue.",
    "AccountsExpiring": "An authorisation ends within 7 days: schedulerx accounts connect.",
}


@dataclass(frozen=True, kw_only=True)
class PostSweepProps:
    """`schedule_role` is what schedules of posts act as."""

    function: PythonFunction
    machine: sfn.StateMachine
    schedule_role: iam.Role
    dead_letters: sqs.Queue
    minutes: int


class PostSweep(Construct):
    """Comes by a schedule as well: rules of the event bus are another service for the same."""

    def __init__(self, scope: Construct, construct_id: str, props: PostSweepProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self._name_places()
        self._allow_executions()
        self._allow_schedules()
        self._allow_dead_letters()
        self._define_schedule()
        self.alarms = (*self._define_alarms(), self._define_silence_alarm())

    def metric(self, name: str, statistic: str = "Maximum") -> cloudwatch.Metric:
        """What the sweep counts under this name."""
        return cloudwatch.Metric(
            namespace="SchedulerX",
            metric_name=name,
            dimensions_map={"service": "sweep_posts"},
            statistic=statistic,
            period=Duration.minutes(max(5, self._props.minutes)),
        )

    def _name_places(self) -> None:
        props = self._props
        for name, value in {
            "PUBLISH_MACHINE_ARN": props.machine.state_machine_arn,
            "SCHEDULE_ROLE_ARN": props.schedule_role.role_arn,
            "DEAD_LETTERS_ARN": props.dead_letters.queue_arn,
            "DEAD_LETTERS_URL": props.dead_letters.queue_url,
        }.items():
            props.function.function.add_environment(f"{ENV_PREFIX}{name}", value)

    def _allow_executions(self) -> None:
        """It starts what is late, unless an execution is at it."""
        machine = self._props.machine
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        self._allow(["states:StartExecution"], machine.state_machine_arn)
        self._allow(["states:DescribeExecution"], executions)
        named = f"execution:<{logical_id(machine)}.Name>:*"
        acknowledge_ids(self._props.function.role, f"states:{REGION}:{named}")

    def _allow_schedules(self) -> None:
        """It sets those of posts that follow others."""
        group = f"schedule/{POST_SCHEDULES}/*"
        schedules = Stack.of(self).format_arn(service="scheduler", resource=group)
        self._allow(
            [f"scheduler:{verb}Schedule" for verb in ("Create", "Update", "Delete")], schedules
        )
        acknowledge_ids(self._props.function.role, f"scheduler:{REGION}:{group}")
        self._props.function.role.add_to_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[self._props.schedule_role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
            )
        )

    def _allow_dead_letters(self) -> None:
        queue = self._props.dead_letters.queue_arn
        self._allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"], queue)

    def _allow(self, actions: list[str], resource: str) -> None:
        role = self._props.function.role
        role.add_to_policy(iam.PolicyStatement(actions=actions, resources=[resource]))

    def _define_schedule(self) -> None:
        minutes = self._props.minutes
        scheduler.CfnSchedule(
            self,
            "Schedule",
            schedule_expression=f"rate({minutes} minute{'s' if minutes > 1 else ''})",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self._props.function.arn,
                role_arn=self._define_role().role_arn,
                input=SWEEP_INPUT,
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=self._props.dead_letters.queue_arn
                ),
                # The next sweep does what this one could not.
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=60 * minutes, maximum_retry_attempts=2
                ),
            ),
        )

    def _define_role(self) -> iam.Role:
        """What the schedule acts as."""
        role = define_schedule_role(self, "Role", self._props.dead_letters)
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"], resources=[self._props.function.arn]
            )
        )
        return role

    def _define_alarms(self) -> list[cloudwatch.Alarm]:
        """On what the sweep sees."""
        return [
            alarm_above_zero(self, name, words, self.metric(name)) for name, words in ALARMS.items()
        ]

    def _define_silence_alarm(self) -> cloudwatch.Alarm:
        """On what it does not say: an alarm on what it sees would be silent as well."""
        return cloudwatch.Alarm(
            self,
            "Silent",
            alarm_description="Posts are not looked after: read the log of sweep_posts, and see "
            "whether its schedule is enabled.",
            metric=self.metric("PostsLate", "SampleCount"),
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            evaluation_periods=_SILENT_SWEEPS,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )


def define_schedule_role(scope: Construct, name: str, dead_letters: sqs.Queue) -> iam.Role:
    """What a schedule of this account acts as; it may tell where it could not deliver."""
    role = iam.Role(
        scope,
        name,
        assumed_by=of_this_account("scheduler.amazonaws.com"),
    )
    role.add_to_policy(
        iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead_letters.queue_arn])
    )
    return role
