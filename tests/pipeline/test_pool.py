"""The pool loses no task, whatever happens to its workers."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from schedulerx.pipeline import memory
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


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hold less than Linux does")
def test_a_worker_gets_no_more_than_its_share_of_memory(
    spec: WorkerSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "share", lambda _processes: memory.LEAST)
    with pool(spec, processes=1) as workers:
        assert told(workers, "hoard 1000") == ["has 1000"]
        assert told(workers, f"hoard {memory.LEAST}") == ["refused"]


def test_a_worker_that_dies_leaves_no_image_of_what_it_held(spec: WorkerSpec) -> None:
    with pool(spec, processes=1) as workers:
        assert told(workers, "core") == ["0"]


def told(workers: Pool[str, str], task: str) -> list[str]:
    """What came of a task with parts, in order; a lost task last."""
    return [
        outcome.result if isinstance(outcome, Finished) else f"LOST {outcome.reason}"
        for outcome in workers.run([task])
    ]


def test_parts_are_told_as_they_come_and_marks_are_passed_over(spec: WorkerSpec) -> None:
    with pool(spec) as workers:
        assert told(workers, "parts mark a b") == ["a", "b", "end of 3"]


def test_no_part_is_told_twice_when_a_worker_dies_between(spec: WorkerSpec) -> None:
    with pool(spec) as workers:
        assert told(workers, "parts a b die-once c") == ["a", "b", "die-once", "c", "end of 4"]


def test_the_part_that_kills_every_worker_is_lost_and_the_others_are_not(spec: WorkerSpec) -> None:
    with pool(spec) as workers:
        first, lost, *rest = told(workers, "parts a die b die c")
    assert first == "a"
    assert lost.startswith("lost die: its worker process was killed by SIGKILL")
    assert rest[1].startswith("lost die")
    assert [rest[0], *rest[2:]] == ["b", "c", "end of 3"]


def test_a_part_over_its_time_is_given_up_alone(spec: WorkerSpec) -> None:
    with pool(spec, limit_s=2.0) as workers:
        outcomes = told(workers, "parts a hang b")
    assert outcomes == [
        "a",
        "lost hang: it was not finished after 2 seconds",
        "b",
        "end of 2",
    ]


def test_a_stop_ends_a_task_with_the_part_that_is_begun(spec: WorkerSpec) -> None:
    seen: list[str] = []
    with pool(spec, processes=1) as workers:
        outcomes = workers.run(["parts a b c d", "e"], stop=lambda: bool(seen))
        seen.extend(o.result for o in outcomes if isinstance(o, Finished))
    assert "end of 4" not in seen


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
