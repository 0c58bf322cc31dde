"""The buckets: what comes in, what is planned, what is made, what is told, what is posted."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

PARTIAL_UPLOAD_DAYS = 7
INVENTORY_DAYS = 180
OLD_VERSION_DAYS = 90
ACCESS_LOG_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class StorageProps:
    """`ephemeral`: the buckets and what is in them go with the stack. `posts`: theirs too."""

    ephemeral: bool
    posts: bool
    arrivals: s3.CfnBucket.NotificationConfigurationProperty


class Storage(Construct):
    """Private buckets, encrypted with S3's own keys, reachable over TLS only.

    SSE-S3 and not KMS: under KMS an ETag is no longer the MD5 of the content, and the ETag is part
    of every object's identity (docs/decisions/0002).
    """

    def __init__(self, scope: Construct, construct_id: str, props: StorageProps) -> None:
        super().__init__(scope, construct_id)
        self._props = props
        self.access_logs = self._define_access_logs()
        self.source = self._define_source()
        self.inventory = self._define_inventory()
        self.artifacts = self._define_bucket("Artifacts", versioned=False)
        self.media = self._define_bucket("Media", versioned=False) if props.posts else None
        self.reports = self._define_bucket("Reports", versioned=True)

    def _define_source(self) -> s3.Bucket:
        bucket = self._define_bucket("Source", versioned=True)
        resource = bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)
        # Set here and not by add_event_notification, which deploys a function of its own for it.
        resource.notification_configuration = self._props.arrivals
        return bucket

    def _define_inventory(self) -> s3.Bucket:
        return self._define_bucket(
            "Inventory",
            s3.LifecycleRule(id="old-plans", expiration=Duration.days(INVENTORY_DAYS)),
            versioned=False,
        )

    def _define_access_logs(self) -> s3.Bucket:
        return s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[
                s3.LifecycleRule(id="old-logs", expiration=Duration.days(ACCESS_LOG_DAYS))
            ],
            removal_policy=self._removal_policy,
            auto_delete_objects=self._props.ephemeral,
        )

    def _define_bucket(self, name: str, *rules: s3.LifecycleRule, versioned: bool) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            versioned=versioned,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=f"{name.lower()}/",
            lifecycle_rules=[*_housekeeping(versioned=versioned), *rules],
            removal_policy=self._removal_policy,
            auto_delete_objects=self._props.ephemeral,
        )

    @property
    def _removal_policy(self) -> RemovalPolicy:
        return RemovalPolicy.DESTROY if self._props.ephemeral else RemovalPolicy.RETAIN


def _housekeeping(*, versioned: bool) -> list[s3.LifecycleRule]:
    """Parts of uploads nobody finished, and versions nobody asked for, are not paid for."""
    rules = [
        s3.LifecycleRule(
            id="unfinished-uploads",
            abort_incomplete_multipart_upload_after=Duration.days(PARTIAL_UPLOAD_DAYS),
        )
    ]
    if versioned:
        rules.append(
            s3.LifecycleRule(
                id="replaced-versions",
                noncurrent_version_expiration=Duration.days(OLD_VERSION_DAYS),
            )
        )
    return rules
