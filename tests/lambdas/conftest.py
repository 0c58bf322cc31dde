"""What the functions and the worker meet in the stack: buckets, a secret, PostgreSQL, all real."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from lambdas import services as warm
from schedulerx.compose.cloud import cloud_services
from schedulerx.model.keys import groups_key
from schedulerx.model.run import Group, Run
from schedulerx.pipeline.completed import CompletedIndex
from schedulerx.pipeline.definition import NAMES
from schedulerx.pipeline.inventory import read_groups
from schedulerx.pipeline.plan import PlanRequest, plan
from schedulerx.pipeline.services import Services
from schedulerx.settings import environment
from schedulerx.stores.postgres.profiles import Profile
from schedulerx.stores.s3 import S3Source

CONTEXT = SimpleNamespace(
    function_name="function",
    function_version="$LATEST",
    memory_limit_in_mb=1024,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:function",
    aws_request_id="request",
    get_remaining_time_in_millis=lambda: 900_000,
)
Fed = tuple[str, str]  # the address of an events API, and what names it
NOWHERE: Fed = ("", "")
BUCKETS = ("source", "inventory", "artifact", "report")


@dataclass(frozen=True)
class Cloud:
    """The buckets of a stack, named by their role."""

    endpoint: str
    suffix: str = field(default_factory=lambda: uuid4().hex[:8])

    def client(self, service: str) -> Any:
        return boto3.client(service, endpoint_url=self.endpoint)

    def bucket(self, role: str) -> str:
        return f"{role}-{self.suffix}"

    def put(self, key: str, body: bytes) -> dict[str, Any]:
        """An object in the source, and the record of S3's notification of it."""
        bucket = self.bucket("source")
        made = self.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        named = {
            "key": quote_plus(key),
            "size": len(body),
            "eTag": made["ETag"].strip('"'),
        }
        return {"s3": {"bucket": {"name": bucket}, "object": named}}

    def keys(self, role: str) -> list[str]:
        listing = self.client("s3").list_objects_v2(Bucket=self.bucket(role))
        return [entry["Key"] for entry in listing.get("Contents", [])]

    def read(self, role: str, key: str) -> Any:
        found = self.client("s3").get_object(Bucket=self.bucket(role), Key=key)
        return json.loads(found["Body"].read())

    def services(self) -> Services:
        return cloud_services(environment(None))

    def plan(self, *steps: str, run_id: str = "r1", fed: Fed = NOWHERE) -> tuple[Run, Group]:
        """A run over what lies in the source, in one group."""
        services = self.services()
        location = f"s3://{self.bucket('source')}/"
        source = S3Source.of(location, self.client("s3"))
        url, to = fed
        request = PlanRequest(source=location, steps=steps or NAMES, upload_url=url, fed_to=to)
        run = plan(
            source.members(),
            CompletedIndex(),
            services.inventory,
            request,
            run_id=run_id,
            started_at="2026-01-01T00:00:00+00:00",
        )
        (group,) = read_groups(services.inventory, run.run_id)
        assert groups_key(run.run_id) in self.keys("inventory")
        return run, group


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def cloud(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Empty buckets, and the environment the stack gives."""
    cloud = Cloud(moto_server)
    given = {
        "AWS_ENDPOINT_URL": moto_server,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "SCHEDULERX_VALIDATE_MAX_BYTES": "100000",
        "NO_PROXY": "127.0.0.1",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    for role in BUCKETS:
        monkeypatch.setenv(f"SCHEDULERX_{role.upper()}_BUCKET", cloud.bucket(role))
        cloud.client("s3").create_bucket(Bucket=cloud.bucket(role))
    warm.services.cache_clear()
    warm.clients.cache_clear()
    yield cloud
    warm.services.cache_clear()
    warm.clients.cache_clear()


@pytest.fixture
def database(cloud: Cloud, postgres: Profile, monkeypatch: pytest.MonkeyPatch) -> Profile:
    """A migrated PostgreSQL, known by a secret."""
    secret = {
        "host": postgres.host,
        "port": postgres.port,
        "username": postgres.user,
        "password": postgres.password,
        "dbname": postgres.dbname,
    }
    name = f"schedulerx/{cloud.suffix}"
    cloud.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(secret))
    monkeypatch.setenv("SCHEDULERX_DATABASE_SECRET", name)
    return postgres


@pytest.fixture
def photo(root: Path) -> bytes:
    """A small photo of the samples."""
    photos = sorted(
        (root / "samples" / "files" / "photos").rglob("*.jpg"), key=lambda p: p.stat().st_size
    )
    return photos[0].read_bytes()
