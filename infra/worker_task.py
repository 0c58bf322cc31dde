"""A task of the worker's image: what it runs in, and where it may write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import CfnDeletionPolicy, Duration, RemovalPolicy, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.config import Config
from infra.packages import ROOT
from infra.principals import only_of_this_account

CONTAINER = "worker"
SCRATCH = "/scratch"
STOP_S = 120  # the longest Fargate waits between SIGTERM and SIGKILL
_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[\w-]+)\.amazonaws\.com(\.cn)?"
    r"/(?P<name>[^:@]+)[:@](?P<tag>.+)"
)


@dataclass(frozen=True, kw_only=True)
class WorkerTaskProps:
    """`stream` begins the names of its log streams."""

    config: Config
    environment: Mapping[str, str]
    stream: str
    log_retention: logs.RetentionDays


def define_worker_task(scope: Construct, props: WorkerTaskProps) -> ecs.FargateTaskDefinition:
    """The definition, with a role of its own that may do nothing yet."""
    task = _define_task(scope, props.config)
    container = task.add_container(
        CONTAINER,
        container_name=CONTAINER,
        image=_image(scope, props.config.worker_image),
        command=["python", "-m", "containers.worker.worker"],
        environment={**props.environment, "TMPDIR": SCRATCH},
        logging=ecs.LogDrivers.aws_logs(
            stream_prefix=props.stream, log_group=_define_log(scope, props)
        ),
        readonly_root_filesystem=True,
        stop_timeout=Duration.seconds(STOP_S),
    )
    container.add_mount_points(
        ecs.MountPoint(container_path=SCRATCH, source_volume="scratch", read_only=False)
    )
    # The role of the execution stays as it is: that ECS names the account there is not documented.
    only_of_this_account(task.task_role)
    acknowledge(task, "The variables are names: of buckets, addresses and secrets.", "ECS2")
    acknowledge(
        task.obtain_execution_role(),
        "Pulling an image begins with ecr:GetAuthorizationToken, which knows no resource.",
        "IAM5[Resource::*]",
    )
    return task


def _define_task(scope: Construct, config: Config) -> ecs.FargateTaskDefinition:
    task = ecs.FargateTaskDefinition(
        scope,
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


def _define_log(scope: Construct, props: WorkerTaskProps) -> logs.LogGroup:
    return logs.LogGroup(
        scope, "Log", retention=props.log_retention, removal_policy=RemovalPolicy.DESTROY
    )


def _image(scope: Construct, given: str) -> ecs.ContainerImage:
    """The one given, else one built from the repository."""
    if not given:
        return ecs.ContainerImage.from_asset(
            str(ROOT), file="containers/worker/Dockerfile", platform=assets.Platform.LINUX_AMD64
        )
    match = _ECR_IMAGE.fullmatch(given)
    return _ecr_image(scope, match) if match else ecs.ContainerImage.from_registry(given)


def _ecr_image(scope: Construct, match: re.Match[str]) -> ecs.ContainerImage:
    partition = Stack.of(scope).partition
    repository = ecr.Repository.from_repository_attributes(
        scope,
        "Image",
        repository_name=match["name"],
        repository_arn=f"arn:{partition}:ecr:{match['region']}:{match['account']}"
        f":repository/{match['name']}",
    )
    return ecs.ContainerImage.from_ecr_repository(repository, match["tag"])
