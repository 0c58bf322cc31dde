from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from containers.worker.worker import STOPPED, assignment, work
from schedulerx.errors import ConfigurationError, ExitCode
from schedulerx.model.keys import outcome_key
from schedulerx.model.run import Group
from tests.lambdas.conftest import Cloud, cloud, moto_server, photo

__all__ = ["cloud", "moto_server", "photo"]  # fixtures that both entry points need

FILE_STEPS = ("validate", "describe")


def _start(root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "containers.worker.worker"],
        cwd=root,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_task_processes_its_group_and_ends_with_zero_once_the_outcome_is_written(
    cloud: Cloud, photo: bytes, root: Path
) -> None:
    cloud.put("photo.jpg", photo)
    cloud.put("empty.jpg", b"")
    run, group = cloud.plan(*FILE_STEPS)
    line = msgspec.json.encode(group).decode()

    ended = _start(root, SCHEDULERX_RUN_ID=run.run_id, SCHEDULERX_GROUP=line)

    assert ended.returncode == ExitCode.BALANCED, ended.stderr
    assert "1 done, 0 failed, 1 quarantined" in ended.stderr
    outcome = cloud.read("artifact", outcome_key(run.run_id, group.group_id))
    assert outcome["done"]["count"] == 1


def test_a_stopped_task_writes_no_outcome_and_says_so_by_its_status(
    cloud: Cloud, photo: bytes
) -> None:
    cloud.put("photo.jpg", photo)
    run, group = cloud.plan(*FILE_STEPS)

    status = work(cloud.services(), run.run_id, group, 1, lambda: True)

    assert status == STOPPED == 128 + signal.SIGTERM
    assert outcome_key(run.run_id, group.group_id) not in cloud.keys("artifact")


def test_a_task_for_an_unknown_run_ends_with_one_sentence(cloud: Cloud, root: Path) -> None:
    line = msgspec.json.encode(Group(group_id="g", count=1, bytes=1, offset=0, length=1)).decode()

    ended = _start(root, SCHEDULERX_RUN_ID="absent", SCHEDULERX_GROUP=line)

    assert ended.returncode == ExitCode.USAGE
    assert ended.stderr.startswith("No run absent in s3://")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({}, "SCHEDULERX_GROUP is not set"),
        ({"SCHEDULERX_GROUP": "{"}, "SCHEDULERX_GROUP is no group's line"),
    ],
)
def test_a_task_without_its_assignment_names_the_variable(env: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        assignment(env)
