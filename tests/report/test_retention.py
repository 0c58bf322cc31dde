"""The last ten reports are kept."""

from __future__ import annotations

import msgspec

from schedulerx.model import keys
from schedulerx.report.retention import KEPT, retire
from tests.pipeline.memory import MemoryArtifacts
from tests.report.made_up import certificate


def finished(store: MemoryArtifacts, run_id: str, day: int) -> None:
    stated = certificate(run_id=run_id, finished_at=f"2024-06-{day:02}T10:00:00+00:00")
    store.put(keys.certificate_key(run_id), msgspec.json.encode(stated))
    store.put(keys.report_key(run_id), b"<html>")


def runs(store: MemoryArtifacts) -> set[str]:
    return {key.partition("/")[0] for key in store.objects}


def test_the_ten_latest_stay_whatever_their_names() -> None:
    store = MemoryArtifacts()
    for day in range(1, 15):
        finished(store, f"run-{99 - day}", day)
    assert retire(store, "run-85") == 4
    assert runs(store) == {f"run-{99 - day}" for day in range(5, 15)}


def test_the_current_run_stays_even_if_a_clock_says_it_is_old() -> None:
    store = MemoryArtifacts()
    for day in range(2, 14):
        finished(store, f"run-{day:02}", day)
    finished(store, "current", 1)
    retire(store, "current")
    assert "current" in runs(store)
    assert len(runs(store)) == KEPT


def test_everything_beside_an_old_report_goes_with_it() -> None:
    store = MemoryArtifacts()
    finished(store, "old", 1)
    store.put("old/failure.json", b"{}")
    finished(store, "new", 2)
    retire(store, "new", kept=1)
    assert runs(store) == {"new"}


def test_a_report_without_a_readable_certificate_is_the_oldest() -> None:
    store = MemoryArtifacts()
    finished(store, "a", 1)
    store.put(keys.report_key("b"), b"<html>")
    finished(store, "c", 2)
    store.put(keys.report_key("d"), b"<html>")
    store.put(keys.certificate_key("d"), b"not json")
    retire(store, "c", kept=2)
    assert runs(store) == {"a", "c"}


def test_what_is_no_report_is_left_alone() -> None:
    store = MemoryArtifacts()
    for day in range(1, 13):
        finished(store, f"run-{day:02}", day)
    store.put("somebody/elses.txt", b"x")
    store.put("notes.txt", b"x")
    retire(store, "run-12")
    assert store.exists("somebody/elses.txt")
    assert store.exists("notes.txt")
