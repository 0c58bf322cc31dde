"""Queues that are watched: a dead-letter queue and two alarms beside each."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.alarms import alarm_above_zero
from infra.principals import of_this_account

DEAD_LETTER_DAYS = 14  # the longest SQS keeps a message
ATTEMPTS = 3


def define_dead_letters(scope: Construct) -> sqs.Queue:
    """Where messages end that nobody could deliver."""
    return sqs.Queue(
        scope,
        "DeadLetters",
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(DEAD_LETTER_DAYS),
    )


@dataclass(frozen=True, kw_only=True)
class WatchedQueueProps:
    """`consumer_timeout` is that of the function that empties the queue; a message waiting longer
    than `late` raises an alarm.
    """

    consumer_timeout: Duration
    late: Duration


class WatchedQueue(Construct):
    """A queue, its dead-letter queue, and alarms on both."""

    def __init__(self, scope: Construct, construct_id: str, props: WatchedQueueProps) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = define_dead_letters(self)
        self.queue = self._define_queue(props.consumer_timeout)
        self.alarms = (self._define_age_alarm(props.late), self._define_dead_letter_alarm())

    def notified_by_buckets(self) -> s3.CfnBucket.NotificationConfigurationProperty:
        """Allows this account's buckets to send; returns what the bucket is to be told."""
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                # By account, not by bucket: the bucket needs this policy before it exists.
                principals=[of_this_account("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
            )
        )
        return s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*", queue=self.queue.queue_arn
                )
            ]
        )

    def _define_queue(self, consumer_timeout: Duration) -> sqs.Queue:
        return sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            # Six times the consumer's timeout, as Lambda's documentation asks for.
            visibility_timeout=Duration.seconds(6 * int(consumer_timeout.to_seconds())),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=ATTEMPTS
            ),
        )

    def _define_age_alarm(self, late: Duration) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            "OldestIsLate",
            alarm_description="The oldest message waits too long: its consumer fails or is slow.",
            metric=self.queue.metric_approximate_age_of_oldest_message(),
            threshold=late.to_seconds(),
            evaluation_periods=3,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _define_dead_letter_alarm(self) -> cloudwatch.Alarm:
        return alarm_above_zero(
            self,
            "HasDeadLetters",
            "Messages failed for good: read the consumer's log, then redrive.",
            self.dead_letters.metric_approximate_number_of_messages_visible(),
        )
