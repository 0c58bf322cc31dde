"""The task that converts media of posts: the worker's image, with the media's rights alone."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.config import Config
from infra.post_media import PostMedia
from infra.worker_task import WorkerTaskProps, define_worker_task
from infra.workers import Workers


@dataclass(frozen=True, kw_only=True)
class ConversionProps:
    """`workers` gives the cluster and the network."""

    config: Config
    workers: Workers
    media: PostMedia
    log_retention: logs.RetentionDays


class Conversion(Construct):
    """A definition of its own: who opens media of posts reads no evidence, and the other way."""

    def __init__(self, scope: Construct, construct_id: str, props: ConversionProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self.cluster = props.workers.cluster
        self.task = define_worker_task(
            self,
            WorkerTaskProps(
                config=props.config,
                environment=props.media.environment(),
                stream="conversion",
                log_retention=props.log_retention,
            ),
        )
        role = self.task.task_role
        assert isinstance(role, iam.Role)
        props.media.allow(role)

    @property
    def has_address(self) -> bool:
        """Whether the task reaches the internet by a public address of its own."""
        return self._subnets is ec2.SubnetType.PUBLIC

    @property
    def _subnets(self) -> ec2.SubnetType:
        """Where the store is reached: S3 by the endpoint, others over the internet."""
        outward = self._props.workers.network.outward
        if not self._props.media.is_elsewhere or outward is None:
            return ec2.SubnetType.PRIVATE_ISOLATED
        return outward

    def subnets(self) -> list[str]:
        """Where tasks start."""
        vpc = self._props.workers.network.vpc
        return list(vpc.select_subnets(subnet_type=self._subnets).subnet_ids)

    def security_groups(self) -> list[str]:
        """As the workers': outbound HTTPS, nothing inbound."""
        return [self._props.workers.network.workers.security_group_id]
