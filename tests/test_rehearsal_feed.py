"""Deployments that feed each other, as users type it: a folder feeds the stack, the stack feeds an
API on this machine.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from schedulerx.compose.events_api import Reply
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.folder_runs import NO_OCR, exported, folder_run
from tests.rehearsals import NEEDS, Cloud, kill_processes
from tests.stores.test_events_api import TOKEN, Server

pytestmark = NEEDS

SCHEDULE = ("schedule_pipeline.py", "--mode", "aws", "--execute_step_functions", "--watch")
CALLS = "start,caller,callee,duration\n"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The cloud with a stack that takes events and may feed others."""
    running = Cloud(tmp_path_factory.mktemp("feeding") / "state")
    try:
        running.deploy("-c", "events_api=true", "-c", "feeds=true")
        yield running
    finally:
        running.end()


@pytest.fixture
def server(postgres: Profile) -> Iterator[Server]:
    """Another deployment's API on this machine, with a database of its own."""
    with PostgresEvidence(postgres) as evidence:
        made = Server(evidence)
        threading.Thread(target=made.server.serve_forever, daemon=True).start()
        yield made
        made.server.shutdown()
        made.server.server_close()


def calls(folder: Path, files: int, rows: int, year: int) -> Path:
    """Call logs, each with calls of its own."""
    folder.mkdir()
    for number in range(files):
        lines = [
            f"{year}-03-{number + 1:02d} 10:{row:02d}:00,+4930901820{row:02d},+49301234567,60\n"
            for row in range(rows)
        ]
        (folder / f"calls{year}-{number}.csv").write_text(CALLS + "".join(lines))
    return folder


class Killing:
    """Takes small batches alone, and kills the stack's sender after it has taken the second."""

    def __init__(self, cloud: Cloud, most_lines: int) -> None:
        self._cloud, self._most, self._taken = cloud.process.pid, most_lines, 0
        self.killed = 0

    def __call__(self, data: bytes) -> Reply | None:
        """None takes the batch."""
        lines = len(gzip.decompress(data).splitlines())
        if lines > self._most:
            return Reply(status=413, body=b"{}")
        self._taken += bool(lines)
        if self._taken == 2 and not self.killed:
            self.killed += kill_processes(self._cloud, "lambdas.feed_group.handler")
        return None


def token(cloud: Cloud) -> str:
    secret = cloud.outputs()["EventsApiSecretArn"]
    found = cloud.client("secretsmanager").get_secret_value(SecretId=secret)
    return str(found["SecretString"])


def sent(cloud: Cloud, body: bytes, shown: str | None = None) -> httpx.Response:
    """One request to the stack's API."""
    url = cloud.outputs()["EventsApiUrl"]
    shown = token(cloud) if shown is None else shown
    headers = {"Authorization": f"Bearer {shown}"}
    return httpx.post(url, content=body, headers=headers, timeout=240)


def events_of(cloud: Cloud, files: str) -> list[str]:
    """Ids of the stack's events from files whose names begin so."""
    rows = cloud.export("events")
    return sorted(row["event_id"] for row in rows if row["path"].startswith(files))


def of_events(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def test_a_folder_run_feeds_the_stack_and_its_rows_come_out_equal(
    cloud: Cloud, tmp_path: Path
) -> None:
    source, artifacts = calls(tmp_path / "source", 3, 20, 2021), tmp_path / "results"
    sender = {**NO_OCR, "SCHEDULERX_UPLOAD_TOKEN": token(cloud)}
    url = cloud.outputs()["EventsApiUrl"]
    code, told = folder_run(source, artifacts, "--upload_url", url, extra=sender)
    assert (code, told["balanced"]) == (0, True)
    here = of_events(exported("events", artifacts))
    assert len(here) == 60
    assert of_events(cloud.export("events")) == here


def test_the_stacks_api_refuses_what_its_handler_refuses(cloud: Cloud) -> None:
    assert sent(cloud, b"", shown="wrong").status_code == 401
    assert sent(cloud, b"").status_code == 200
    malformed = sent(cloud, b"{\n")
    assert (malformed.status_code, malformed.json()["rejected"][0]["line"]) == (207, 1)
    assert sent(cloud, b" \n" * 2_150_000).status_code == 413
    assert httpx.get(cloud.outputs()["EventsApiUrl"], timeout=240).status_code == 404


def test_two_senders_at_once_leave_each_event_once(cloud: Cloud, tmp_path: Path) -> None:
    source = calls(tmp_path / "source", 2, 30, 2022)
    sender = {**NO_OCR, "SCHEDULERX_UPLOAD_TOKEN": token(cloud)}
    url = cloud.outputs()["EventsApiUrl"]

    def feed(name: str) -> int:
        return folder_run(source, tmp_path / name, "--upload_url", url, extra=sender)[0]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(feed, "ab")) == [0, 0]
    here = {row["event_id"] for row in exported("events", tmp_path / "a")}
    there = [
        row["event_id"] for row in cloud.export("events") if row["path"].startswith("calls2022")
    ]
    assert sorted(there) == sorted(here)
    assert len(here) == 60


def test_the_stack_feeds_an_api_though_its_function_is_killed_between_batches(
    cloud: Cloud, server: Server, tmp_path: Path
) -> None:
    copied = cloud.python(
        "-m", "schedulerx.cli", "copy", str(calls(tmp_path / "source", 4, 50, 2023))
    )
    assert copied.returncode == 0, copied.stderr
    server.always = killing = Killing(cloud, most_lines=60)  # so there are several batches
    cloud.variables["SCHEDULERX_UPLOAD_TOKEN"] = TOKEN
    arguments = (*SCHEDULE, "--upload_url", server.url)
    done = cloud.python(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert killing.killed == 1
    there = sorted(row["event_id"] for row in server.evidence.export("events"))
    here = [
        row["event_id"] for row in cloud.export("events") if row["path"].startswith("calls2023")
    ]
    assert len(here) == 200
    assert there == sorted(here)
    again = cloud.python(*arguments)
    assert "Nothing to do" in again.stderr


def test_the_token_is_in_one_secret_alone(cloud: Cloud, server: Server) -> None:
    outputs, s3 = cloud.outputs(), cloud.client("s3")
    for bucket in ("InventoryBucket", "ArtifactBucket", "ReportBucket"):
        for entry in s3.list_objects_v2(Bucket=outputs[bucket])["Contents"]:
            data = s3.get_object(Bucket=outputs[bucket], Key=entry["Key"])["Body"].read()
            assert TOKEN.encode() not in data, entry["Key"]
    for log in (cloud.state / "logs").rglob("*.log"):
        assert TOKEN.encode() not in log.read_bytes(), log
    states = cloud.client("stepfunctions")
    for run in states.list_executions(stateMachineArn=outputs["StateMachineArn"])["executions"]:
        assert TOKEN not in states.describe_execution(executionArn=run["executionArn"])["input"]
