"""The schedule group of posts."""

from __future__ import annotations

from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

POSTS = "posts"  # one schedule a post lives in it


class Schedules(Construct):
    """Where EventBridge Scheduler keeps one schedule a post."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.posts = scheduler.CfnScheduleGroup(self, "Posts", name=POSTS)
