"""The workers: Fargate tasks that take one group of files each through the FILE steps."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.config import Config
from infra.network import Network
from infra.passwords import PasswordSecret
from infra.permissions import Buckets
from infra.worker_task import WorkerTaskProps, define_worker_task
from schedulerx.settings import ENV_PREFIX

TEXTRACT = (
    "textract:DetectDocumentText",
    "textract:GetDocumentTextDetection",
    "textract:StartDocumentTextDetection",
)


@dataclass(frozen=True, kw_only=True)
class WorkersProps:
    """`buckets` gives the environment and the permissions; `passwords` is where they lie."""

    config: Config
    network: Network
    buckets: Buckets
    log_retention: logs.RetentionDays
    passwords: PasswordSecret | None = None


class Workers(Construct):
    """A cluster and the worker's task definition. Nothing runs, or costs, between runs."""

    def __init__(self, scope: Construct, construct_id: str, props: WorkersProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self.network = props.network
        self.cluster = self._define_cluster()
        self.task = self._define_task()
        self._allow_files()

    def _define_cluster(self) -> ecs.Cluster:
        return ecs.Cluster(
            self,
            "Cluster",
            vpc=self._props.network.vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
            enable_fargate_capacity_providers=self._props.config.worker_spot,
        )

    def _define_task(self) -> ecs.FargateTaskDefinition:
        props = WorkerTaskProps(
            config=self._props.config,
            environment=self._environment(),
            stream="group",
            log_retention=self._props.log_retention,
        )
        return define_worker_task(self, props)

    def _environment(self) -> dict[str, str]:
        named = self._props.buckets.environment()
        if self._props.passwords is not None:
            named[f"{ENV_PREFIX}PASSWORD_SECRET"] = self._props.passwords.arn
        return named

    def _allow_files(self) -> None:
        role = self.task.task_role
        assert isinstance(role, iam.Role)
        self._props.buckets.allow_groups(role)
        if self._props.passwords is not None:
            self._props.passwords.allow(role)
        if self._props.config.textract:
            self._allow_textract(role)

    def _allow_textract(self, role: iam.Role) -> None:
        """To read images and PDFs by Amazon Textract, which takes PDFs from the artifact bucket
        with the worker's own permission.
        """
        role.add_to_policy(iam.PolicyStatement(actions=list(TEXTRACT), resources=["*"]))
        acknowledge(
            role,
            "Amazon Textract's detection of text knows no resources.",
            "IAM5[Resource::*]",
        )

    def subnets(self) -> list[str]:
        """Where tasks start."""
        selected = self._props.network.vpc.select_subnets(
            subnet_type=ec2.SubnetType.PRIVATE_ISOLATED
        )
        return list(selected.subnet_ids)
