"""The pool loses no task, whatever happens to its workers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from schedulerx.pipeline.pool import Finished, Lost, Pool
from schedulerx.pipeline.services import WorkerSpec


@pytest.fixture
def spec(tmp_path: Path) -> WorkerSpec:
    return WorkerSpec("tests.pipeline.pool_tasks:factory", {"folder": str(tmp_path)})


def pool(spec: WorkerSpec, processes: int = 2, limit_s: float = 60.0) -> Pool[str, str]:
    return Pool(spec, "run", processes, limit_s)


def test_every_task_has_one_outcome(spec: WorkerSpec) -> None:
    tasks = [f"echo {number}" for number in range(50)]
    with pool(spec) as workers:
        outcomes = list(workers.run(tasks))
    assert sorted(outcome.task for outcome in outcomes) == sorted(tasks)
    assert all(isinstance(outcome, Finished) for outcome in outcomes)


def test_work_is_spread_over_the_processes(spec: WorkerSpec) -> None:
    with pool(spec) as workers:
        results = [o.result for o in workers.run(["a", "b", "c", "d"]) if isinstance(o, Finished)]
    assert len({result.rsplit(":", 1)[1] for result in results}) == 2


def test_a_task_whose_worker_is_killed_once_is_done_by_another(spec: WorkerSpec) -> None:
    with pool(spec) as workers:
        outcomes = list(workers.run(["a", "die-once x", "b"]))
    assert {outcome.task for outcome in outcomes if isinstance(outcome, Finished)} == {
        "a",
        "die-once x",
        "b",
    }


def test_a_task_that_kills_every_worker_is_lost_and_told_why(spec: WorkerSpec) -> None:
    with pool(spec) as workers:
        outcomes = list(workers.run(["a", "die x", "b", "c", "d"]))
    lost = [outcome for outcome in outcomes if isinstance(outcome, Lost)]
    assert [(outcome.task, outcome.overran) for outcome in lost] == [("die x", False)]
    assert "SIGKILL" in lost[0].reason
    assert len(outcomes) == 5


def test_a_task_over_its_time_is_given_up_and_the_waiting_ones_go_on(spec: WorkerSpec) -> None:
    with pool(spec, processes=1, limit_s=2.0) as workers:
        outcomes = list(workers.run(["hang", "b"]))
    assert [(type(outcome), outcome.task) for outcome in outcomes] == [
        (Lost, "hang"),
        (Finished, "b"),
    ]
    assert isinstance(outcomes[0], Lost)
    assert outcomes[0].overran


def test_an_idle_worker_killed_between_runs_is_replaced(spec: WorkerSpec) -> None:
    with pool(spec, processes=1) as workers:
        list(workers.run(["a"]))
        os.kill(workers.pids[0], signal.SIGKILL)
        outcomes = list(workers.run(["b", "c"]))
    assert {outcome.task for outcome in outcomes if isinstance(outcome, Finished)} == {"b", "c"}


def test_a_stop_finishes_what_is_begun_and_begins_nothing_more(spec: WorkerSpec) -> None:
    seen: list[str] = []
    with pool(spec, processes=1) as workers:
        outcomes = workers.run([f"t{n}" for n in range(100)], stop=lambda: bool(seen))
        seen.extend(outcome.task for outcome in outcomes)
    assert 1 <= len(seen) <= 3


def test_the_workers_end_with_the_pool(spec: WorkerSpec) -> None:
    with pool(spec) as workers:
        list(workers.run(["a", "b"]))
        pids = workers.pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
