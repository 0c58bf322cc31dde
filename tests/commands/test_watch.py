from __future__ import annotations

from typing import Any, cast

import msgspec
import pytest

from schedulerx.commands.schedule_aws import CloudSummary
from schedulerx.commands.watch import Watched, watch
from schedulerx.compose.deployment import Deployment
from schedulerx.errors import ExitCode, RetryableError
from schedulerx.model.keys import certificate_key, report_key
from schedulerx.model.run import Certificate, Tally
from schedulerx.stores.executions import Progress
from tests.pipeline.memory import MemoryArtifacts

RUN = "plan-1"


class Answers:
    """Executions that answer as told; an error among the answers is raised."""

    def __init__(self, *answers: Progress | Exception) -> None:
        self._answers = list(answers)

    def progress(self, name: str) -> Progress:
        assert name == RUN
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def certificate(*, failed: int = 0, balanced: bool = True) -> Certificate:
    return Certificate(
        run_id=RUN,
        source="s3://b/",
        balanced=balanced,
        started_at="",
        finished_at="",
        seconds=9.5,
        inputs=Tally(count=3),
        done=Tally(count=3 - failed),
        skipped=Tally(),
        failed=Tally(count=failed),
        quarantined=Tally(),
        records=3,
        events=4,
        checks=(),
        steps=(),
        problems=(),
        fingerprint="",
        instance_id="",
        version="",
    )


def watched(*answers: Progress | Exception, issued: Certificate | None = None) -> Watched:
    reports = MemoryArtifacts()
    if issued is not None:
        reports.put(certificate_key(RUN), msgspec.json.encode(issued))
    deployment = Deployment(
        places=cast("Any", None),
        source=cast("Any", None),
        inventory=reports,
        artifacts=reports,
        reports=reports,
        executions=cast("Any", Answers(*answers)),
    )
    return watch(deployment, RUN, pause=lambda _: None)


RUNNING = Progress(status="RUNNING", state="Process groups", groups=2, groups_done=1)
SUCCEEDED = Progress(status="SUCCEEDED", groups=2, groups_done=2)
FAILED = Progress(status="FAILED", groups=2, groups_done=1, groups_failed=1, error="Bad: disk")


def test_a_balanced_run_ends_with_its_certificate(capsys: pytest.CaptureFixture[str]) -> None:
    ended = watched(RUNNING, SUCCEEDED, issued=certificate())
    assert ended.exit_code == ExitCode.BALANCED
    assert ended.certificate == certificate()
    assert "Run plan-1 is balanced after 9.5 s" in capsys.readouterr().out


def test_failed_files_and_unbalanced_sums_have_their_exit_codes() -> None:
    assert watched(SUCCEEDED, issued=certificate(failed=1)).exit_code == ExitCode.FAILURES
    assert watched(FAILED, issued=certificate(balanced=False)).exit_code == ExitCode.UNBALANCED


def test_a_failed_execution_tells_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert watched(FAILED).exit_code == ExitCode.FAILURES
    err = capsys.readouterr().err
    assert "the execution ended FAILED: Bad: disk" in err
    assert "ended FAILED without a certificate" in err


def test_success_without_a_certificate_is_no_success() -> None:
    assert watched(SUCCEEDED).exit_code == ExitCode.FAILURES


def test_the_json_has_the_folder_runs_fields_beside_the_state() -> None:
    ended = watched(FAILED, issued=certificate(balanced=False))
    told = msgspec.to_builtins(CloudSummary(state="started", run_id=RUN).ended(ended))
    assert told == {
        "state": "failed",
        "run_id": RUN,
        "error": "Bad: disk",
        "inputs": 3,
        "done": 3,
        "skipped": 0,
        "failed": 0,
        "quarantined": 0,
        "balanced": False,
        "seconds": 9.5,
        "certificate": f"memory://{certificate_key(RUN)}",
        "report": f"memory://{report_key(RUN)}",
    }


def test_a_question_without_an_answer_is_asked_again() -> None:
    lost = RetryableError("throttled")
    assert watched(lost, RUNNING, lost, SUCCEEDED, issued=certificate()).exit_code == 0


def test_silence_for_minutes_ends_the_watching() -> None:
    with pytest.raises(RetryableError, match="throttled"):
        watched(*[RetryableError("throttled")] * 60)
