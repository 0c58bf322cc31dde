"""Clients of AWS services, as every entry point builds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

from schedulerx.stores.aws_errors import aws_call

CONNECTIONS = 32  # listings and uploads in parallel; botocore keeps 10, and drops the others


def aws_client(service: str, env: Mapping[str, str], endpoint: str | None = None) -> Any:
    """A client with retries and enough connections; `env` may set AWS_REGION, and `endpoint` be
    the address of a store that is not AWS's.

    With an endpoint of one's own (the rehearsal cloud, a store that speaks S3) buckets are
    addressed by path: `bucket.localhost` has no address.

    Raises:
        ConfigurationError: no region, an unknown profile.
    """
    custom = bool(endpoint or env.get("AWS_ENDPOINT_URL") or env.get("AWS_ENDPOINT_URL_S3"))
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 6},
        max_pool_connections=CONNECTIONS,
        connect_timeout=10,
        s3={"addressing_style": "path" if custom else "auto"},
    )
    region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION")
    with aws_call(f"the service {service}"):
        session = boto3.session.Session()
        return session.client(service, region_name=region, config=config, endpoint_url=endpoint)
