from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import os
from pathlib import Path

from schedulerx.locks import exclusive, open_lock, release, share, try_exclusive


def _hold_until_killed(path: Path, held: multiprocessing.synchronize.Event) -> None:
    with exclusive(path):
        held.set()
        multiprocessing.Event().wait()


def test_a_lock_is_taken_by_one_alone(tmp_path: Path) -> None:
    first, second = open_lock(tmp_path / "lock"), open_lock(tmp_path / "lock")

    assert try_exclusive(first)
    assert not try_exclusive(second)

    release(first)
    assert try_exclusive(second)
    release(second)


def test_those_who_share_keep_out_one_who_wants_it_alone(tmp_path: Path) -> None:
    first, second, alone = (open_lock(tmp_path / "lock") for _ in range(3))
    share(first)
    share(second)
    release(first)

    assert not try_exclusive(alone)

    release(second)
    assert try_exclusive(alone)
    release(alone)


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    spawned = multiprocessing.get_context("spawn")
    held = spawned.Event()
    holder = spawned.Process(target=_hold_until_killed, args=(tmp_path / "lock", held))
    holder.start()
    held.wait()
    waiting = open_lock(tmp_path / "lock")
    assert not try_exclusive(waiting)

    holder.kill()
    holder.join()

    assert try_exclusive(waiting)
    os.close(waiting)
