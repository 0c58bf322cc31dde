"""Who may read and write what in the buckets: exact actions, exact prefixes."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from infra.acknowledge import acknowledge
from infra.storage import Storage
from schedulerx.model import keys
from schedulerx.settings import ENV_PREFIX

READ = ("s3:GetObject",)
WRITE = ("s3:PutObject", "s3:AbortMultipartUpload")
DELETE = ("s3:DeleteObject",)
EVERY = "*"
# Key names with a wildcard where an id stands.
RUNS = keys.run_key(EVERY).removesuffix("run.json") + EVERY
RECORDS = keys.RECORDS + EVERY
UPLOADED = keys.uploaded_prefix(EVERY) + EVERY
RESOLVED = keys.resolved_prefix(EVERY) + EVERY
EVENTS = keys.events_key(EVERY, EVERY).partition("/")[0] + f"/{EVERY}"
FED = f"{keys.FEED}/{EVERY}"
FAILURES = keys.failure_key(EVERY)
GROUPS = keys.groups_key(EVERY)


@dataclass(frozen=True)
class Buckets:
    """The storage as its readers and writers see it."""

    storage: Storage

    def environment(self) -> dict[str, str]:
        """The names, as `schedulerx.compose` expects them."""
        named = {
            "SOURCE_BUCKET": self.storage.source,
            "INVENTORY_BUCKET": self.storage.inventory,
            "ARTIFACT_BUCKET": self.storage.artifacts,
            "REPORT_BUCKET": self.storage.reports,
        }
        return {f"{ENV_PREFIX}{name}": bucket.bucket_name for name, bucket in named.items()}

    def allow_groups(self, role: iam.IRole) -> None:
        """A worker: reads sources and plans, writes whatever files turn into."""
        self._allow(role, self.storage.source, READ, EVERY)
        self._allow(role, self.storage.inventory, READ, RUNS)
        self._allow(role, self.storage.artifacts, READ + WRITE + DELETE, EVERY)
        self._allow_listing(role, self.storage.source)
        self._allow_listing(role, self.storage.inventory)
        self._allow_listing(role, self.storage.artifacts)

    def allow_arrivals(self, role: iam.IRole) -> None:
        """Validation on arrival: reads sources, writes records."""
        self._allow(role, self.storage.source, READ, EVERY)
        self._allow(role, self.storage.artifacts, READ + WRITE + DELETE, RECORDS)
        self._allow_listing(role, self.storage.source)
        self._allow_listing(role, self.storage.artifacts)

    def allow_group_steps(self, role: iam.IRole) -> None:
        """A GROUP step: reads plans and artifacts, writes its counts and markers, and takes away
        the records of versions that were replaced.
        """
        self._allow(role, self.storage.inventory, READ, RUNS)
        self._allow(role, self.storage.artifacts, READ, EVERY)
        self._allow(role, self.storage.artifacts, WRITE, RUNS, UPLOADED, RESOLVED)
        self._allow(role, self.storage.artifacts, DELETE, RECORDS, UPLOADED, RESOLVED)
        self._allow_listing(role, self.storage.inventory)
        self._allow_listing(role, self.storage.artifacts)

    def allow_feeding(self, role: iam.IRole) -> None:
        """What feeds an events API: reads plans, records and events, and no text or picture; writes
        its counts, its markers, what was answered, and the lines that were not taken.
        """
        self._allow(role, self.storage.inventory, READ, RUNS)
        self._allow(role, self.storage.artifacts, READ, RUNS, RECORDS, EVENTS, FED)
        self._allow(role, self.storage.artifacts, WRITE, RUNS, UPLOADED, FED)
        self._allow(role, self.storage.artifacts, DELETE, UPLOADED)
        self._allow_listing(role, self.storage.inventory)
        self._allow_listing(role, self.storage.artifacts)

    def allow_run_steps(self, role: iam.IRole) -> None:
        """A RUN step: reads plans and artifacts, writes its counts, markers and the reports."""
        self._allow(role, self.storage.inventory, READ, RUNS)
        self._allow(role, self.storage.artifacts, READ, EVERY)
        self._allow(role, self.storage.artifacts, WRITE, RUNS, RESOLVED)
        self._allow(role, self.storage.artifacts, DELETE, RESOLVED)
        self._allow(role, self.storage.reports, READ + WRITE + DELETE, EVERY)
        self._allow_listing(role, self.storage.inventory)
        self._allow_listing(role, self.storage.artifacts)
        self._allow_listing(role, self.storage.reports)

    def allow_failures(self, role: iam.IRole) -> None:
        """Writes what ended an execution."""
        self._allow(role, self.storage.reports, WRITE, FAILURES)

    def allow_migration(self, role: iam.IRole) -> None:
        """Writes which database the stack uses."""
        self._allow(role, self.storage.artifacts, WRITE, keys.INSTANCE_KEY)

    def allow_reading_groups(self, role: iam.IRole) -> None:
        """The state machine: reads the groups of a run."""
        self._allow(role, self.storage.inventory, READ, GROUPS)

    def _allow(
        self, role: iam.IRole, bucket: s3.Bucket, actions: tuple[str, ...], *prefixes: str
    ) -> None:
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=list(actions),
                resources=[bucket.arn_for_objects(prefix) for prefix in prefixes],
            )
        )
        for prefix in prefixes:
            acknowledge_objects(role, bucket, prefix)

    def _allow_listing(self, role: iam.IRole, bucket: s3.Bucket) -> None:
        # Without it S3 answers 403 for a key that is not there, and nobody could tell why.
        role.add_to_principal_policy(
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn])
        )


def acknowledge_objects(construct: IConstruct, bucket: s3.Bucket, prefix: str) -> None:
    """Keys are made of ids: a permission on them ends in a wildcard."""
    resource = bucket.node.default_child
    assert isinstance(resource, s3.CfnBucket)
    logical_id = Stack.of(bucket).get_logical_id(resource)
    acknowledge(
        construct,
        "Object keys are made of ids; the actions are exact and the prefix is the narrowest.",
        f"IAM5[Resource::<{logical_id}.Arn>/{prefix}]",
    )
