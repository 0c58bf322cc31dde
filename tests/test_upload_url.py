"""`run.py --upload_url`: killed, run again, and the other side holds each event once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from schedulerx.compose.events_api import Reply
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.folder_runs import NO_OCR, exported, folder_run, python, start
from tests.stores.test_events_api import TOKEN, Server

SENDER = {**NO_OCR, "SCHEDULERX_UPLOAD_TOKEN": TOKEN}

pytestmark = pytest.mark.slow


@pytest.fixture
def store(postgres: Profile) -> Iterator[PostgresEvidence]:
    with PostgresEvidence(postgres) as evidence:
        yield evidence


@pytest.fixture
def server(store: PostgresEvidence) -> Iterator[Server]:
    made = Server(store)
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    for number in range(3):
        lines = [
            f"2024-03-0{number + 1} 10:{minute:02d}:00,+4930901820{minute:02d},+49301234567,60"
            for minute in range(20)
        ]
        text = "\n".join(["start,caller,callee,duration", *lines])
        (folder / f"calls{number}.csv").write_text(text, encoding="utf-8")
    return folder


def held(store: PostgresEvidence) -> list[str]:
    return sorted(row["event_id"] for row in store.export("events"))


def test_a_killed_upload_goes_on_and_repeats_nothing(
    server: Server, store: PostgresEvidence, source: Path, tmp_path: Path
) -> None:
    reached = threading.Event()

    def cut(_: bytes) -> Reply | None:
        if len(server.bodies) == 1:  # the check before the run
            return None
        reached.set()
        return Reply(status=503, body=b"")

    server.always = cut
    artifacts = tmp_path / "results"
    run = start("run.py", source, artifacts, "--upload_url", server.url, extra=SENDER)
    assert reached.wait(120)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert held(store) == []
    server.always = lambda _: None
    code, told = folder_run(source, artifacts, "--upload_url", server.url, extra=SENDER)
    assert (code, told["balanced"]) == (0, True)
    here = sorted(row["event_id"] for row in exported("events", artifacts))
    assert len(here) == 60
    assert held(store) == here
    sent = len(server.bodies)
    assert folder_run(source, artifacts, "--upload_url", server.url, extra=SENDER)[0] == 0
    assert len(server.bodies) == sent + 1  # the check alone: nothing is left to send


def test_results_of_earlier_runs_are_fed_when_asked_for(
    server: Server, store: PostgresEvidence, source: Path, tmp_path: Path
) -> None:
    artifacts = tmp_path / "results"
    assert folder_run(source, artifacts, extra=NO_OCR)[0] == 0
    assert folder_run(source, artifacts, "--upload_url", server.url, extra=SENDER)[0] == 0
    assert held(store) == sorted(row["event_id"] for row in exported("events", artifacts))
    secret = [path for path in artifacts.rglob("*.*") if TOKEN.encode() in _head(path)]
    assert secret == []


def _head(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and path.stat().st_size < 1_000_000 else b""


def test_a_wrong_token_starts_nothing(server: Server, source: Path, tmp_path: Path) -> None:
    wrong = {**SENDER, "SCHEDULERX_UPLOAD_TOKEN": "wrong"}
    arguments = ("run.py", source, tmp_path / "results", "--upload_url", server.url)
    ended = python(*arguments, extra=wrong)
    assert ended.returncode == 2
    assert "SCHEDULERX_UPLOAD_TOKEN" in ended.stderr
    assert "wrong" not in ended.stderr
