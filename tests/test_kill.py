"""Killed at any moment and run again, a run ends as if it had never been disturbed."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from schedulerx.pipeline.pool import TRIES
from tests.folder_runs import NO_OCR, everything, folder_run, start

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "files"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    artifacts = tmp_path_factory.mktemp("undisturbed") / "artifacts"
    code, _ = folder_run(SAMPLES, artifacts, extra=NO_OCR)
    assert code == 0
    return everything(artifacts)


@pytest.mark.parametrize("seed", range(4))
def test_a_run_killed_again_and_again_ends_as_if_undisturbed(
    seed: int, tmp_path: Path, undisturbed: dict[str, list[Any]]
) -> None:
    moments = random.Random(seed)
    artifacts = tmp_path / "artifacts"
    for _ in range(3):
        process = start("run.py", SAMPLES, artifacts, extra=NO_OCR)
        time.sleep(moments.uniform(0.3, 3.5))
        if moments.random() < 0.5:
            os.kill(process.pid, signal.SIGKILL)  # the parent alone: its workers must end too
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    code, summary = folder_run(SAMPLES, artifacts, extra=NO_OCR)
    assert (code, summary["balanced"]) == (0, True)
    assert everything(artifacts) == undisturbed


def test_workers_killed_one_after_the_other_cost_nothing(
    tmp_path: Path, undisturbed: dict[str, list[Any]]
) -> None:
    artifacts = tmp_path / "artifacts"
    process = start("run.py", SAMPLES, artifacts, extra=NO_OCR)
    killed: set[int] = set()
    while process.poll() is None and len(killed) < TRIES - 1:
        for worker in set(_workers(process.pid)) - killed:
            if any((artifacts / "artifacts" / "records").rglob("*.json")):
                os.kill(worker, signal.SIGKILL)
                killed.add(worker)
                break
        time.sleep(0.05)
    assert process.wait() == 0
    assert killed
    assert everything(artifacts) == undisturbed


def _workers(parent: int) -> list[int]:
    """The parent's worker processes, told by the command line of spawned Python."""
    children = Path(f"/proc/{parent}/task/{parent}/children")
    try:
        return [pid for pid in map(int, children.read_text().split()) if _is_worker(pid)]
    except FileNotFoundError:
        return []


def _is_worker(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
