"""The deployed stack, as the operator's machine reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from schedulerx.errors import ConfigurationError
from schedulerx.model.ports import ArtifactStore
from schedulerx.pipeline.instance import remembered_instance
from schedulerx.stores.aws_clients import aws_client
from schedulerx.stores.executions import Executions
from schedulerx.stores.s3 import S3Artifacts, S3Source
from schedulerx.stores.stack import StackOutputs, stack_outputs

_FLAGS = {
    "source_bucket": "--source_bucket",
    "inventory_bucket": "--inventory_bucket",
    "artifact_bucket": "--artifact_bucket",
    "report_bucket": "--report_bucket",
}


@dataclass(frozen=True)
class Deployment:
    """Stores, and the state machine where it is needed."""

    places: StackOutputs
    source: S3Source
    inventory: ArtifactStore
    artifacts: ArtifactStore
    reports: ArtifactStore
    executions: Executions

    def instance_id(self) -> str:
        """Which database the stack uploads to; empty before its first migration."""
        return remembered_instance(self.artifacts)


def find_places(
    given: Mapping[str, str], stack: str, env: Mapping[str, str], *, executes: bool
) -> StackOutputs:
    """The buckets that were given, and what else is needed from the stack's outputs.

    Raises:
        ConfigurationError: there is no such stack, it has no such output, or it is to execute over
            buckets that are not its own.
    """
    named = {name: value for name, value in given.items() if value}
    needed = list(_FLAGS) if executes else ["source_bucket", "inventory_bucket", "artifact_bucket"]
    if not executes and set(needed) <= set(named):
        return msgspec.structs.replace(StackOutputs(), **named)
    deployed = stack_outputs(stack, aws_client("cloudformation", env))
    if executes:
        _must_be_the_stacks(named, deployed, stack)
    places = msgspec.structs.replace(deployed, **named)
    for name in needed:
        if not getattr(places, name):
            raise ConfigurationError(f"The stack {stack} names no {name}: give {_FLAGS[name]}")
    if executes and not places.state_machine_arn:
        raise ConfigurationError(
            f"The stack {stack} has no output StateMachineArn: deploy it again"
        )
    return places


def _must_be_the_stacks(named: Mapping[str, str], deployed: StackOutputs, stack: str) -> None:
    """The functions and workers of a stack know its own buckets, and may use no others."""
    for name, bucket in named.items():
        own = getattr(deployed, name)
        if own and bucket != own:
            raise ConfigurationError(
                f"{_FLAGS[name]} {bucket} is not the stack's: {stack} works with {own} alone. "
                "Leave the flag out, or name another stack with --stack"
            )


def open_deployment(
    places: StackOutputs, prefixes: tuple[str, ...], env: Mapping[str, str]
) -> Deployment:
    """Clients for these places; nothing is called yet."""
    s3 = aws_client("s3", env)
    return Deployment(
        places=places,
        source=S3Source(places.source_bucket, prefixes, s3),
        inventory=S3Artifacts(places.inventory_bucket, s3),
        artifacts=S3Artifacts(places.artifact_bucket, s3),
        reports=S3Artifacts(places.report_bucket, s3),
        executions=Executions(places.state_machine_arn, aws_client("stepfunctions", env)),
    )
