"""Clients of AWS services, as every entry point builds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import msgspec
from botocore.config import Config

from schedulerx.stores.aws_errors import aws_call

CONNECTIONS = 32  # listings and uploads in parallel; botocore keeps 10, and drops the others


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """A store that speaks S3 and is not AWS's. Without keys of its own, those of AWS are used;
    `region` as Cloudflare R2 wants it.
    """

    endpoint: str
    region: str | None = "auto"
    access_key_id: str | None = None
    secret_access_key: str | None = None

    def __repr__(self) -> str:
        """Without its keys."""
        return f"Elsewhere({self.endpoint})"


def aws_client(service: str, env: Mapping[str, str], elsewhere: Elsewhere | None = None) -> Any:
    """A client with retries and enough connections; `env` may set AWS_REGION.

    With an endpoint of one's own (the rehearsal cloud, a store that speaks S3) buckets are
    addressed by path: `bucket.localhost` has no address.

    Raises:
        ConfigurationError: no region, an unknown profile.
    """
    custom = bool(elsewhere or env.get("AWS_ENDPOINT_URL") or env.get("AWS_ENDPOINT_URL_S3"))
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 6},
        max_pool_connections=CONNECTIONS,
        connect_timeout=10,
        s3={"addressing_style": "path" if custom else "auto"},
        # Of URLs too: botocore signs them the older way in some regions, and new buckets, and
        # other stores, know the newer one alone.
        signature_version="s3v4" if service == "s3" else None,
    )
    region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION")
    more = _place(elsewhere) if elsewhere else {"region_name": region}
    with aws_call(f"the service {service}"):
        session = boto3.session.Session()
        return session.client(service, config=config, **more)


@dataclass(frozen=True)
class Clients:
    """Clients that a warm process keeps: making one takes a tenth of a second of a processor."""

    env: Mapping[str, str]
    _made: dict[str | Elsewhere, Any] = field(default_factory=dict)

    def of(self, service: str) -> Any:
        """The client of a service."""
        if service not in self._made:
            self._made[service] = aws_client(service, self.env)
        return self._made[service]

    def store(self, elsewhere: Elsewhere) -> Any:
        """The client of a store that speaks S3."""
        if elsewhere not in self._made:
            self._made[elsewhere] = aws_client("s3", self.env, elsewhere)
        return self._made[elsewhere]


def _place(elsewhere: Elsewhere) -> dict[str, str | None]:
    return {
        "endpoint_url": elsewhere.endpoint,
        "region_name": elsewhere.region,
        "aws_access_key_id": elsewhere.access_key_id,
        "aws_secret_access_key": elsewhere.secret_access_key,
    }
