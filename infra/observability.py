"""Where alarms go, and one dashboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.principals import of_this_account


@dataclass(frozen=True, kw_only=True)
class ObservabilityProps:
    """`email` may be empty: alarms are then seen in CloudWatch only. `rows` of the dashboard come
    below its first.
    """

    alarms: Iterable[cloudwatch.Alarm]
    machine: sfn.StateMachine
    arrivals: sqs.Queue
    email: str
    rows: Sequence[Sequence[cloudwatch.IWidget]] = ()


class Observability(Construct):
    """A topic that every alarm is sent to, and a page that shows runs and arrivals."""

    def __init__(self, scope: Construct, construct_id: str, props: ObservabilityProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self.topic = self._define_topic()
        self._connect_alarms()
        self._define_dashboard()

    def _define_topic(self) -> sns.Topic:
        topic = sns.Topic(self, "Alarms", enforce_ssl=True)
        # A policy of its own takes the place of the one that lets the account's alarms in.
        topic.grant_publish(of_this_account("cloudwatch.amazonaws.com"))
        if self._props.email:
            topic.add_subscription(subscriptions.EmailSubscription(self._props.email))
        return topic

    def _connect_alarms(self) -> None:
        action = actions.SnsAction(self.topic)
        for alarm in self._props.alarms:
            alarm.add_alarm_action(action)

    def _define_dashboard(self) -> None:
        machine, arrivals = self._props.machine, self._props.arrivals
        dashboard = cloudwatch.Dashboard(self, "Dashboard")
        dashboard.add_widgets(
            cloudwatch.GraphWidget(
                title="Runs",
                left=[
                    machine.metric_started(),
                    machine.metric_succeeded(),
                    machine.metric_failed(),
                ],
            ),
            cloudwatch.GraphWidget(
                title="Arrivals waiting",
                left=[arrivals.metric_approximate_number_of_messages_visible()],
                right=[arrivals.metric_approximate_age_of_oldest_message()],
            ),
        )
        for row in self._props.rows:
            dashboard.add_widgets(*row)
