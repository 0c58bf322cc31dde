"""The workers: Fargate tasks that take one group of files each through the FILE steps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aws_cdk import CfnDeletionPolicy, Duration, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.config import Config
from infra.network import Network
from infra.packages import ROOT
from infra.passwords import PasswordSecret
from infra.permissions import Buckets
from schedulerx.settings import ENV_PREFIX

CONTAINER = "worker"
SCRATCH = "/scratch"
TEXTRACT = (
    "textract:DetectDocumentText",
    "textract:GetDocumentTextDetection",
    "textract:StartDocumentTextDetection",
)
STOP_S = 120  # the longest Fargate waits between SIGTERM and SIGKILL
_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[\w-]+)\.amazonaws\.com(\.cn)?"
    r"/(?P<name>[^:@]+)[:@](?P<tag>.+)"
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
        self._define_container()
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
        config = self._props.config
        task = ecs.FargateTaskDefinition(
            self,
            "Task",
            cpu=config.worker_cpu,
            memory_limit_mib=config.worker_memory_mib,
            ephemeral_storage_gib=config.worker_storage_gib,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.X86_64,
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
            volumes=[ecs.Volume(name="scratch")],
        )
        # A deploy leaves older revisions as they are: runs under way go on with theirs.
        resource = task.node.default_child
        assert isinstance(resource, ecs.CfnTaskDefinition)
        resource.cfn_options.update_replace_policy = CfnDeletionPolicy.RETAIN
        resource.cfn_options.deletion_policy = CfnDeletionPolicy.DELETE
        return task

    def _define_container(self) -> None:
        container = self.task.add_container(
            CONTAINER,
            container_name=CONTAINER,
            image=self._image(),
            command=["python", "-m", "containers.worker.worker"],
            environment=self._environment(),
            logging=ecs.LogDrivers.aws_logs(stream_prefix="group", log_group=self._define_logs()),
            readonly_root_filesystem=True,
            stop_timeout=Duration.seconds(STOP_S),
        )
        container.add_mount_points(
            ecs.MountPoint(container_path=SCRATCH, source_volume="scratch", read_only=False)
        )
        acknowledge(
            self.task,
            "The variables are names: of buckets, and of the secret that holds passwords to try.",
            "ECS2",
        )
        acknowledge(
            self.task.obtain_execution_role(),
            "Pulling an image begins with ecr:GetAuthorizationToken, which knows no resource.",
            "IAM5[Resource::*]",
        )

    def _environment(self) -> dict[str, str]:
        named = {**self._props.buckets.environment(), "TMPDIR": SCRATCH}
        if self._props.passwords is not None:
            named[f"{ENV_PREFIX}PASSWORD_SECRET"] = self._props.passwords.arn
        return named

    def _define_logs(self) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Log",
            retention=self._props.log_retention,
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _image(self) -> ecs.ContainerImage:
        given = self._props.config.worker_image
        if not given:
            return self._built_image()
        match = _ECR_IMAGE.fullmatch(given)
        return self._ecr_image(match) if match else ecs.ContainerImage.from_registry(given)

    def _built_image(self) -> ecs.ContainerImage:
        return ecs.ContainerImage.from_asset(
            str(ROOT),
            file="containers/worker/Dockerfile",
            platform=assets.Platform.LINUX_AMD64,
        )

    def _ecr_image(self, match: re.Match[str]) -> ecs.ContainerImage:
        partition = Stack.of(self).partition
        repository = ecr.Repository.from_repository_attributes(
            self,
            "Image",
            repository_name=match["name"],
            repository_arn=f"arn:{partition}:ecr:{match['region']}:{match['account']}"
            f":repository/{match['name']}",
        )
        return ecs.ContainerImage.from_ecr_repository(repository, match["tag"])

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
