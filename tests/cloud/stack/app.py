"""A small stack with what the rehearsal corrects: synthesized and deployed by the real CDK."""

from __future__ import annotations

import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, CustomResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs

app = App(outdir=sys.argv[1])
stack = Stack(app, "Small")
queue = sqs.Queue(stack, "Arrivals")
bucket = s3.Bucket(stack, "Source", removal_policy=RemovalPolicy.DESTROY, auto_delete_objects=True)
bucket.add_event_notification(s3.EventType.OBJECT_CREATED, notifications.SqsDestination(queue))
function = lambda_.Function(
    stack,
    "Probe",
    runtime=lambda_.Runtime.PYTHON_3_12,
    handler="handlers/probe.handler",
    code=lambda_.Code.from_asset(str(Path(__file__).parent.parent / "repository" / "handlers")),
    environment={"SCHEDULERX_HANDLER": "handlers.probe"},
    timeout=Duration.seconds(20),
)
resource = CustomResource(
    stack,
    "Greeting",
    service_token=function.function_arn,
    properties={"Name": app.node.try_get_context("name")},
)
group = scheduler.CfnScheduleGroup(stack, "Posts", name="small-posts")
CfnOutput(stack, "Bucket", value=bucket.bucket_name)
CfnOutput(stack, "Queue", value=queue.queue_url)
CfnOutput(stack, "Text", value=resource.get_att_string("Greeting"))
CfnOutput(stack, "Group", value=group.attr_arn)
app.synth()
