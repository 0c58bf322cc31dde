"""What the functions and the worker really call in S3 is what their roles in the template allow."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
import pytest
from botocore.endpoint import Endpoint

from containers.worker.worker import work
from lambdas.feed_group.handler import handler as feed_group
from lambdas.group_step.handler import handler as group_step
from lambdas.record_failure.handler import handler as record_failure
from lambdas.run_step.handler import handler as run_step
from lambdas.validate.handler import handler as validate
from schedulerx.compose import upload_url
from schedulerx.compose.cloud_worker import cloud_worker
from schedulerx.compose.migrate import migrate
from schedulerx.model import keys
from schedulerx.model.feed import Answer, Rejection
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.inventory import read_members
from schedulerx.pipeline.step import Scope
from schedulerx.posts.http import Request, Response
from schedulerx.stores.postgres.profiles import Profile
from tests.infra.conftest import EXTERNAL, Synthesized, external, synthesize
from tests.lambdas.conftest import CONTEXT, NOWHERE, Cloud, Fed

__all__ = ["external"]  # the fixture

ROLES = {"source": "Source", "inventory": "Inventory", "artifact": "Artifacts", "report": "Reports"}
ACTIONS = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "ListObjectsV2": "s3:ListBucket",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
}


URL = "https://events.example/v1/events"
TARGET = blake2b(f"{URL} i".encode(), digest_size=8).hexdigest()


@pytest.fixture(scope="module")
def feeding(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Synthesized:
    """The stack that may feed another."""
    return synthesize(tmp_path_factory.mktemp("feeding"), root, **EXTERNAL, feeds="true")


@dataclass
class Calls:
    """S3 calls as (action, bucket of the template, key)."""

    made: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, operation: str, named: dict[str, str]) -> None:
        bucket = ROLES[named["Bucket"].partition("-")[0]]
        self.made.add((ACTIONS[operation], bucket, named.get("Key", "")))


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """Every S3 call of this process while the context lasts."""
    calls, original = Calls(), Endpoint.make_request

    def make_request(self: Any, operation: Any, request: dict[str, Any]) -> Any:
        if operation.service_model.service_name == "s3":
            calls.add(operation.name, request["context"]["input_params"])
        return original(self, operation, request)

    with monkeypatch.context() as patched:
        patched.setattr(Endpoint, "make_request", make_request)
        yield calls


def _refused(calls: Calls, statements: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """The calls no statement allows."""
    return sorted(call for call in calls.made if not any(_allows(s, *call) for s in statements))


def _allows(statement: dict[str, Any], action: str, bucket: str, key: str) -> bool:
    actions, resources = statement["Action"], statement["Resource"]
    actions = [actions] if isinstance(actions, str) else actions
    resources = resources if isinstance(resources, list) else [resources]
    return action in actions and any(_covers(resource, bucket, key) for resource in resources)


def _covers(resource: Any, bucket: str, key: str) -> bool:
    if f'"Storage{bucket}' not in json.dumps(resource):
        return False
    if "Fn::GetAtt" in resource:
        return key == ""
    pattern = resource["Fn::Join"][1][1].removeprefix("/")
    return bool(key) and fnmatchcase(key, pattern)


class RefusingFirst:
    """An events API that takes all lines but the first."""

    def send(self, request: Request) -> Response:
        assert isinstance(request.body, bytes)
        lines = len(gzip.decompress(request.body).splitlines())
        refused = [Rejection(line=1, reason="no")] if lines else []
        answer = Answer(instance_id="i", lines=lines, rejected=tuple(refused))
        return Response(status=207 if refused else 200, body=msgspec.json.encode(answer))


def _processed(
    cloud: Cloud, photo: bytes, run_id: str = "r1", fed: Fed = NOWHERE
) -> dict[str, Any]:
    cloud.put("photo.jpg", photo)
    cloud.put("empty.jpg", b"")
    run, group = cloud.plan(run_id=run_id, fed=fed)
    assert work(cloud.services(), run.run_id, group, 1, lambda: False) == 0
    return {"run_id": run.run_id, "group": msgspec.to_builtins(group)}


def test_validate_does_what_its_role_allows(
    cloud: Cloud, photo: bytes, external: Synthesized, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrivals = [cloud.put("photo.jpg", photo), cloud.put("empty.jpg", b"")]
    message = {
        "messageId": "1",
        "eventSource": "aws:sqs",
        "body": json.dumps({"Records": arrivals}),
    }

    with recorded(monkeypatch) as calls:
        assert validate({"Records": [message]}, CONTEXT) == {"batchItemFailures": []}

    assert calls.made
    assert _refused(calls, external.statements("FunctionsValidateRole")) == []


def test_the_worker_does_what_its_role_allows(
    cloud: Cloud, photo: bytes, external: Synthesized, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.put("photo.jpg", photo)
    run, group = cloud.plan()

    with recorded(monkeypatch) as calls:
        (member,) = read_members(cloud.services().inventory, run.run_id, group)
        cloud_worker({}, run.run_id)(member)
        assert work(cloud.services(), run.run_id, group, 1, lambda: False) == 0

    assert {bucket for _, bucket, _ in calls.made} == {"Source", "Inventory", "Artifacts"}
    assert _refused(calls, external.statements("WorkersTaskTaskRole")) == []


def test_group_steps_do_what_their_role_allows_when_a_file_was_replaced_too(
    cloud: Cloud,
    database: Profile,
    photo: bytes,
    external: Synthesized,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = _processed(cloud, photo)
    second = _processed(cloud, photo + b" changed", run_id="r2")

    with recorded(monkeypatch) as calls:
        for request in (first, second):
            for step in steps_of(Scope.GROUP):
                group_step({"step": step.name, **request}, CONTEXT)

    deleted = [key for action, _, key in calls.made if action == "s3:DeleteObject"]
    assert any(key.startswith("records/") for key in deleted)
    assert _refused(calls, external.statements("FunctionsGroupStepRole")) == []


def test_what_feeds_does_what_its_role_allows_with_dead_letters_too(
    cloud: Cloud,
    photo: bytes,
    feeding: Synthesized,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = _processed(cloud, photo, fed=(URL, TARGET))
    tokens = json.dumps({URL: "t"})
    name = f"tokens-{cloud.suffix}"
    cloud.client("secretsmanager").create_secret(Name=name, SecretString=tokens)
    monkeypatch.setenv("SCHEDULERX_UPLOAD_SECRET", name)
    monkeypatch.setattr(upload_url, "HttpxClient", lambda: nullcontext(RefusingFirst()))

    with recorded(monkeypatch) as calls:
        sent = feed_group(request, CONTEXT)

    assert sent["counts"]["lines_rejected"] == 1
    written = {key.split("/")[0] for action, _, key in calls.made if action == "s3:PutObject"}
    assert written == {"feed", "runs", "uploaded"}
    assert _refused(calls, feeding.statements("FeedingFeedGroupRole")) == []


@pytest.mark.parametrize(
    ("key", "is_read"),
    [
        (keys.events_key("ab" * 16, "f"), True),  # of an object with more than its record holds
        (keys.content_key("renditions", "ab" * 32, "thumbnail.f.jpg"), False),
        (keys.content_key("text", "ab" * 32, "f.txt"), False),
    ],
)
def test_what_feeds_reads_no_more_than_it_sends(
    feeding: Synthesized, key: str, *, is_read: bool
) -> None:
    wanted = Calls({("s3:GetObject", "Artifacts", key)})
    refused = _refused(wanted, feeding.statements("FeedingFeedGroupRole"))
    assert (refused == []) == is_read


def test_run_steps_do_what_their_role_allows_the_second_time_too(
    cloud: Cloud,
    database: Profile,
    photo: bytes,
    external: Synthesized,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = _processed(cloud, photo)
    for step in steps_of(Scope.GROUP):
        group_step({"step": step.name, **request}, CONTEXT)

    with recorded(monkeypatch) as calls:
        for step in (*steps_of(Scope.RUN), *steps_of(Scope.RUN)):
            run_step({"step": step.name, "run_id": request["run_id"]}, CONTEXT)

    assert {bucket for _, bucket, _ in calls.made} == {"Inventory", "Artifacts", "Reports"}
    assert _refused(calls, external.statements("FunctionsRunStepRole")) == []


@pytest.mark.parametrize(
    ("role", "call"),
    [
        ("RecordFailure", lambda _: record_failure({"run_id": "r", "error": "e"}, CONTEXT)),
        ("Migrate", lambda cloud: migrate(cloud.services())),
    ],
)
def test_the_smaller_functions_do_what_their_roles_allow(
    cloud: Cloud,
    database: Profile,
    external: Synthesized,
    monkeypatch: pytest.MonkeyPatch,
    role: str,
    call: Callable[[Cloud], object],
) -> None:
    with recorded(monkeypatch) as calls:
        call(cloud)

    assert len(calls.made) == 1
    assert _refused(calls, external.statements(f"Functions{role}Role")) == []


def test_a_call_that_no_statement_covers_is_noticed(external: Synthesized) -> None:
    calls = Calls({("s3:PutObject", "Reports", "r/report.html"), ("s3:GetObject", "Source", "a")})

    refused = _refused(calls, external.statements("FunctionsRecordFailureRole"))

    assert refused == sorted(calls.made)
