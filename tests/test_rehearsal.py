"""The rehearsal from end to end, as a user types it: deploy, schedule, watch, export."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from schedulerx.stores.postgres.export import FIELDS
from tests.folder_runs import ROOT, exported, folder_run
from tests.rehearsals import NEEDS, Cloud, kill_processes

SAMPLES = ROOT / "samples" / "files"
PASSWORD = b"tidewater"  # a letter among the samples tells it
NO_PASSWORD = b"barnacle-7319"
SCHEDULE = ("schedule_pipeline.py", "--mode", "aws", "--stack", "SchedulerX",
            "--execute_step_functions", "--watch")  # fmt: skip

pytestmark = NEEDS


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The cloud with the stack deployed and the samples in its source bucket."""
    running = Cloud(tmp_path_factory.mktemp("rehearsal") / "state")
    try:
        running.deploy("-c", "passwords=true")
        put(running, SAMPLES)
        await_validation(running)
        yield running
    finally:
        running.end()


def put(cloud: Cloud, folder: Path) -> None:
    """Copies a folder into the source bucket."""
    copied = cloud.python("-m", "schedulerx.cli", "copy", str(folder))
    assert copied.returncode == 0, copied.stderr


def await_validation(cloud: Cloud) -> None:
    """Until each object has the record of its arrival: a run that begins earlier validates the rest
    itself. The test's own time limit ends a wait in vain.
    """
    outputs, s3 = cloud.outputs(), cloud.client("s3")

    def count(bucket: str, prefix: str = "") -> int:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=outputs[bucket], Prefix=prefix)
        return sum(page["KeyCount"] for page in pages)

    while count("ArtifactBucket", "records/") < count("SourceBucket"):
        time.sleep(0.2)


@pytest.fixture(scope="module")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The password of the samples that are locked, and one of nothing."""
    file = tmp_path_factory.mktemp("secret") / "passwords.txt"
    file.write_bytes(NO_PASSWORD + b"\n" + PASSWORD + b"\n")
    return file


@pytest.fixture(scope="module")
def watched(cloud: Cloud, passwords: Path) -> subprocess.CompletedProcess[str]:
    """The run over the samples, watched to its certificate."""
    return cloud.python(*SCHEDULE, "--password_file", str(passwords))


def test_the_run_is_watched_to_a_balanced_certificate(
    watched: subprocess.CompletedProcess[str],
) -> None:
    assert watched.returncode == 0, watched.stdout + watched.stderr
    assert "is balanced" in watched.stdout


def test_exports_equal_those_of_the_folder_run(
    cloud: Cloud, watched: subprocess.CompletedProcess[str], passwords: Path, tmp_path: Path
) -> None:
    code, _ = folder_run(SAMPLES, tmp_path / "artifacts", "--password_file", str(passwords))
    assert code == 0
    for kind in FIELDS:
        assert cloud.export(kind) == exported(kind, tmp_path / "artifacts"), kind


def test_objects_were_validated_as_they_arrived(
    cloud: Cloud, watched: subprocess.CompletedProcess[str]
) -> None:
    outputs, s3 = cloud.outputs(), cloud.client("s3")
    listed = s3.list_objects_v2(Bucket=outputs["ReportBucket"])["Contents"]
    (key,) = [entry["Key"] for entry in listed if entry["Key"].endswith("certificate.json")]
    certificate = json.loads(s3.get_object(Bucket=outputs["ReportBucket"], Key=key)["Body"].read())
    validate = certificate["steps"][0]
    listed = certificate["inputs"]["count"] - certificate["members"]["count"]
    locked = 2  # they were tried again, with passwords
    assert (validate["name"], validate["reused"]) == ("validate", listed - locked)
    assert certificate["members"]["count"] >= 5  # what lies in archives is not opened on arrival


def test_passwords_open_archives_and_are_written_nowhere(
    cloud: Cloud, watched: subprocess.CompletedProcess[str]
) -> None:
    rows = {row["path"]: row["status"] for row in cloud.export("records")}
    assert rows["broken/locked_backup.zip"] == "done"
    assert [path for path in rows if path.startswith("broken/locked_backup.zip!/")]
    outputs, s3 = cloud.outputs(), cloud.client("s3")
    for bucket in ("InventoryBucket", "ArtifactBucket", "ReportBucket"):
        for entry in s3.list_objects_v2(Bucket=outputs[bucket])["Contents"]:
            data = s3.get_object(Bucket=outputs[bucket], Key=entry["Key"])["Body"].read()
            assert NO_PASSWORD not in data, entry["Key"]


def test_starting_again_starts_nothing(
    cloud: Cloud, watched: subprocess.CompletedProcess[str]
) -> None:
    states, machine = cloud.client("stepfunctions"), cloud.outputs()["StateMachineArn"]
    before = len(states.list_executions(stateMachineArn=machine)["executions"])
    again = cloud.python(*SCHEDULE)
    assert again.returncode == 0, again.stderr
    assert len(states.list_executions(stateMachineArn=machine)["executions"]) == before


def test_a_task_killed_every_time_fails_the_run_and_the_next_one_finishes_it(
    cloud: Cloud, watched: subprocess.CompletedProcess[str], tmp_path: Path
) -> None:
    shutil.copytree(SAMPLES / "documents", tmp_path / "more" / "documents again")
    put(cloud, tmp_path / "more")
    retry_at_once(cloud)
    with killing_workers(cloud.process.pid):
        failed = cloud.python(*SCHEDULE)
    assert failed.returncode == 1, failed.stdout + failed.stderr
    finished = cloud.python(*SCHEDULE)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    paths = {row["path"] for row in cloud.export("records")}
    assert "documents again/notes.md" in paths


def retry_at_once(cloud: Cloud) -> None:
    """The state machine as it is deployed, but for the minutes that it waits between attempts."""
    states, machine = cloud.client("stepfunctions"), cloud.outputs()["StateMachineArn"]
    deployed = states.describe_state_machine(stateMachineArn=machine)["definition"]
    hurried, count = re.subn(r'"IntervalSeconds": ?\d+', '"IntervalSeconds":1', deployed)
    hurried, most = re.subn(r'"MaxDelaySeconds": ?\d+', '"MaxDelaySeconds":1', hurried)
    assert count == most > 0
    states.update_state_machine(stateMachineArn=machine, definition=hurried)


class killing_workers:  # noqa: N801  (reads as the statement it stands in)
    """Kills every worker task of a cloud for as long as the context lasts."""

    def __init__(self, cloud: int) -> None:
        self._cloud = cloud
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._kill)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _kill(self) -> None:
        while not self._over.wait(0.05):
            kill_processes(self._cloud, "containers.worker.worker")
