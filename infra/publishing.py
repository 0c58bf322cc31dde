"""Posts: the state machine that publishes them, and the clock that starts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.alarms import alarm_above_zero
from infra.compiled_machine import MachineProps, define_machine, define_role
from infra.config import Config
from infra.conversion import Conversion
from infra.post_dashboard import post_rows
from infra.post_media import PostMedia
from infra.post_sweep import PostSweep, PostSweepProps, define_schedule_role
from infra.publishing_functions import PublishingFunctions
from infra.publishing_states import PublishingTargets, compile_phases
from infra.queues import define_dead_letters
from infra.task_permissions import allow_tasks
from infra.worker_task import CONTAINER
from schedulerx.posts.definition import PHASES
from schedulerx.settings import ENV_PREFIX, POST_SCHEDULES


@dataclass(frozen=True, kw_only=True)
class PublishingProps:
    """What the states call."""

    config: Config
    functions: PublishingFunctions
    conversion: Conversion
    media: PostMedia
    log_retention: logs.RetentionDays


class Publishing(Construct):
    """One schedule a post starts the machine at its time; the sweep starts what nobody did."""

    def __init__(self, scope: Construct, construct_id: str, props: PublishingProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self.group = scheduler.CfnScheduleGroup(self, "Posts", name=POST_SCHEDULES)
        self.dead_letters = self._define_dead_letters()
        self._role = define_role(self)
        self.machine = self._define_machine()
        self._allow_machine()
        self.schedule_role = self._define_schedule_role()
        self._define_topic()
        self.sweep = self._define_sweep()
        self._alarms = (self._define_left_alarm(), *self.sweep.alarms)

    @property
    def all_alarms(self) -> tuple[cloudwatch.Alarm, ...]:
        """Of the machine, of its schedules and of its functions."""
        return (*self._alarms, *(each.alarm for each in self._props.functions.all))

    def dashboard(self) -> list[Sequence[cloudwatch.IWidget]]:
        """What is shown of it, by rows."""
        functions = self._props.functions
        return post_rows(
            (functions.publish_phase, functions.sweep_posts), self.sweep, self.dead_letters
        )

    def outputs(self) -> dict[str, str]:
        """What an operator's machine schedules with."""
        return {
            "PublishMachineArn": self.machine.state_machine_arn,
            "ScheduleRoleArn": self.schedule_role.role_arn,
            "ScheduleDeadLettersArn": self.dead_letters.queue_arn,
            **self._props.media.outputs(),
        }

    def _define_dead_letters(self) -> sqs.Queue:
        queue = define_dead_letters(self)
        acknowledge(queue, "It is the dead-letter queue, of schedules.", "SQS3")
        return queue

    def _define_machine(self) -> sfn.StateMachine:
        props = MachineProps(
            definition=compile_phases(PHASES, self._targets()),
            role=self._role,
            log="-posts",
            log_retention=self._props.log_retention,
        )
        return define_machine(self, "Publish", props)

    def _targets(self) -> PublishingTargets:
        functions, conversion = self._props.functions, self._props.conversion
        return PublishingTargets(
            publish_post_arn=functions.publish_post.arn,
            publish_phase_arn=functions.publish_phase.arn,
            cluster_arn=conversion.cluster.cluster_arn,
            task_definition_arn=conversion.task.task_definition_arn,
            container=CONTAINER,
            subnets=conversion.subnets(),
            security_groups=conversion.security_groups(),
            address=conversion.has_address,
            spot=self._props.config.worker_spot,
        )

    def _allow_machine(self) -> None:
        functions, conversion = self._props.functions, self._props.conversion
        allow_tasks(self._role, conversion.cluster, conversion.task)
        self._role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"],
                resources=[functions.publish_post.arn, functions.publish_phase.arn],
            )
        )
        # Not in the role's own policy, on which the machine depends.
        policy = iam.Policy(self, "Targets", roles=[self._role])
        policy.add_statements(self._starting())

    def _starting(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            actions=["states:StartExecution"], resources=[self.machine.state_machine_arn]
        )

    def _define_schedule_role(self) -> iam.Role:
        """What a schedule acts as: it starts this machine."""
        role = define_schedule_role(self, "ScheduleRole", self.dead_letters)
        role.add_to_policy(self._starting())
        return role

    def _define_topic(self) -> None:
        """Where people hear of posts that failed, or whose outcome nobody knows."""
        topic = sns.Topic(self, "Told", enforce_ssl=True)
        if self._props.config.alarm_email:
            topic.add_subscription(subscriptions.EmailSubscription(self._props.config.alarm_email))
        phase = self._props.functions.publish_phase
        phase.function.add_environment(f"{ENV_PREFIX}POST_TOPIC_ARN", topic.topic_arn)
        phase.role.add_to_policy(
            iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn])
        )

    def _define_sweep(self) -> PostSweep:
        return PostSweep(
            self,
            "Sweep",
            PostSweepProps(
                function=self._props.functions.sweep_posts,
                machine=self.machine,
                schedule_role=self.schedule_role,
                dead_letters=self.dead_letters,
                minutes=self._props.config.sweep_minutes,
            ),
        )

    def _define_left_alarm(self) -> cloudwatch.Alarm:
        return alarm_above_zero(
            self,
            "ExecutionsFailed",
            "Publishing stopped midway: read the log of publish_phase. The sweep goes on with it.",
            self.machine.metric_failed(),
        )
