"""What the deployed stack says of itself: the outputs of its CloudFormation template."""

from __future__ import annotations

from typing import Any

import msgspec
from botocore.exceptions import ClientError

from schedulerx.errors import ConfigurationError
from schedulerx.stores.aws_errors import aws_call


class StackOutputs(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """Names of what was deployed, and the size of a worker. Empty where the stack has none."""

    source_bucket: str = ""
    inventory_bucket: str = ""
    artifact_bucket: str = ""
    report_bucket: str = ""
    state_machine_arn: str = ""
    database_secret_arn: str = ""
    password_secret_arn: str = ""
    upload_secret_arn: str = ""
    media_bucket: str = ""
    media_endpoint_url: str = ""
    media_public_url: str = ""
    media_secret: str = ""
    publish_machine_arn: str = ""
    schedule_role_arn: str = ""
    schedule_dead_letters_arn: str = ""
    worker_cpu: str = "2048"  # 1024 is one vCPU
    worker_memory_mib: str = "8192"


def stack_outputs(stack: str, client: Any) -> StackOutputs:
    """The outputs of a stack, by a client of CloudFormation.

    Raises:
        ConfigurationError: there is no such stack, or it may not be described.
    """
    with aws_call(f"the stack {stack}"):
        try:
            (found,) = client.describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            raise ConfigurationError(
                f"There is no stack {stack} in {client.meta.region_name}: deploy it "
                "(Deploying.md), name yours with --stack, or name the buckets"
            ) from error
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}
    return msgspec.convert(outputs, StackOutputs)
