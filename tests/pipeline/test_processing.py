"""One file through the FILE steps: what is done is not done again, one bad file is an outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from schedulerx.errors import RejectedInput, RetryableError
from schedulerx.model import keys
from schedulerx.model.member import Member, MemberKind
from schedulerx.model.record import ReasonCode, Record, Status, StepStatus, decode_record
from schedulerx.model.work import FileWork
from schedulerx.pipeline import file_steps
from schedulerx.pipeline.outcome import FileOutcome
from schedulerx.pipeline.processing import FileProcessor
from schedulerx.pipeline.task import Task
from schedulerx.settings import ProcessingSettings, ReadSettings, ValidateSettings
from schedulerx.stores.folders import FolderArtifacts

FILE_STEPS = ("validate", "describe", "render", "read", "generate_events")
StepFunction = Callable[[FileWork, Record], Record]


class OneFile:
    """A source that lends one file, or raises."""

    def __init__(self, path: Path, error: Exception | None = None) -> None:
        self._path = path
        self._error = error

    def members(self) -> Iterator[Member]:
        yield Member(path=self._path.name, bytes=self._path.stat().st_size)

    @contextmanager
    def local_file(self, _member: Member) -> Iterator[Path]:
        if self._error:
            raise self._error
        yield self._path

    def location(self) -> str:
        return str(self._path.parent)


class Bench:
    """A processor over one file, with steps that count their calls."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = tmp_path / "file.txt"
        self.file.write_text("text")
        self.artifacts = FolderArtifacts(tmp_path / "artifacts")
        self.calls: list[str] = []
        self.behaviour: dict[str, StepFunction] = {}
        monkeypatch.setattr(file_steps, "resolve", self._resolve)

    def _resolve(self, target: str) -> StepFunction:
        name = target.rsplit(".", 1)[1].removesuffix(":run")

        def step(work: FileWork, record: Record) -> Record:
            self.calls.append(name)
            richer = msgspec.structs.replace(record, warnings=(*record.warnings, name))
            behave = self.behaviour.get(name)
            return richer if behave is None else behave(work, record)

        return step

    def process(
        self,
        *,
        steps: tuple[str, ...] = FILE_STEPS,
        settings: ProcessingSettings | None = None,
        overwrite: bool = False,
        member: Member | None = None,
        error: Exception | None = None,
    ) -> FileOutcome:
        self.calls.clear()
        task = Task(steps, settings or ProcessingSettings(), overwrite)
        source = OneFile(self.file, error)
        return FileProcessor(task, source, self.artifacts)(member or next(source.members()))

    def records(self) -> list[Record]:
        return [decode_record(self.artifacts.get(key)) for key in self.artifacts.keys(keys.RECORDS)]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def rejecting(code: ReasonCode) -> StepFunction:
    def step(_work: FileWork, record: Record) -> Record:
        return file_steps.quarantined(record, RejectedInput(code, "its fault"))

    return step


def raising(error: Exception) -> StepFunction:
    def step(_work: FileWork, _record: Record) -> Record:
        raise error

    return step


def test_every_step_runs_once_in_order_and_the_record_is_one(bench: Bench) -> None:
    outcome = bench.process()
    assert bench.calls == list(FILE_STEPS)
    assert outcome.status is Status.DONE
    [record] = bench.records()
    assert record.sha256 is not None
    assert set(record.steps) == set(FILE_STEPS)


def test_a_second_run_does_nothing_and_counts_as_skipped(bench: Bench) -> None:
    bench.process()
    before = bench.records()
    outcome = bench.process()
    assert (bench.calls, outcome.status, bench.records()) == ([], Status.SKIPPED, before)


def test_overwriting_does_everything_again(bench: Bench) -> None:
    bench.process()
    assert bench.process(overwrite=True).status is Status.DONE
    assert bench.calls == list(FILE_STEPS)


def test_more_steps_start_from_the_older_record(bench: Bench) -> None:
    first = bench.process(steps=("validate", "describe"))
    [member] = OneFile(bench.file).members()
    prior = msgspec.structs.replace(member, prior=first.fingerprint)
    bench.process(member=prior)
    assert bench.calls == ["render", "read", "generate_events"]
    assert len(bench.records()) == 1


def test_a_changed_setting_redoes_its_step_and_what_needs_it(bench: Bench) -> None:
    first = bench.process()
    [member] = OneFile(bench.file).members()
    prior = msgspec.structs.replace(member, prior=first.fingerprint)
    settings = ProcessingSettings(read=ReadSettings(ocr_dpi=300))
    bench.process(member=prior, settings=settings)
    assert bench.calls == ["read", "generate_events"]
    assert len(bench.records()) == 1


def test_the_part_done_on_arrival_is_found(bench: Bench) -> None:
    bench.process(steps=("validate",))
    bench.process()
    assert bench.calls == list(FILE_STEPS[1:])
    assert len(bench.records()) == 1


def test_a_quarantined_file_stops_there_and_is_complete(bench: Bench) -> None:
    bench.behaviour["validate"] = rejecting(ReasonCode.LOCKED)
    outcome = bench.process()
    assert bench.calls == ["validate"]
    assert (outcome.status, outcome.reason_code) == (Status.QUARANTINED, ReasonCode.LOCKED)
    assert bench.process().status is Status.SKIPPED


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("maximum recursion depth")])
def test_a_file_that_asks_for_too_much_is_refused_and_complete(
    bench: Bench, error: Exception
) -> None:
    bench.behaviour["read"] = raising(error)
    outcome = bench.process()
    assert (outcome.status, outcome.reason_code) == (Status.QUARANTINED, ReasonCode.REFUSED)
    assert bench.process().status is Status.SKIPPED


def test_a_damaged_file_goes_on_and_stays_quarantined(bench: Bench) -> None:
    bench.behaviour["validate"] = rejecting(ReasonCode.DAMAGED)
    outcome = bench.process()
    assert bench.calls == list(FILE_STEPS)
    assert (outcome.status, outcome.reason_code) == (Status.QUARANTINED, ReasonCode.DAMAGED)


def test_what_cannot_be_salvaged_of_a_damaged_file_is_no_failure(bench: Bench) -> None:
    bench.behaviour["validate"] = rejecting(ReasonCode.DAMAGED)
    bench.behaviour["read"] = raising(ValueError("torn"))
    assert bench.process().status is Status.QUARANTINED


def test_a_defect_in_a_step_costs_that_file_alone_and_is_told(bench: Bench) -> None:
    bench.behaviour["read"] = raising(ZeroDivisionError("odd"))
    outcome = bench.process()
    assert bench.calls == ["validate", "describe", "render", "read"]
    assert outcome.status is Status.FAILED
    assert outcome.reason == "read: ZeroDivisionError: odd"


def test_a_failed_file_is_tried_again_from_where_it_failed(bench: Bench) -> None:
    bench.behaviour["read"] = raising(RetryableError("throttled"))
    bench.process()
    bench.behaviour.clear()
    outcome = bench.process()
    assert bench.calls == ["read", "generate_events"]
    assert outcome.status is Status.DONE
    [record] = bench.records()
    assert record.reason is None


def test_a_step_with_nothing_to_do_is_told_apart(bench: Bench) -> None:
    bench.behaviour["render"] = lambda _work, record: record
    bench.process()
    [record] = bench.records()
    assert record.steps["render"].status is StepStatus.NOT_APPLICABLE


def test_a_folder_that_cannot_be_listed_fails_and_leaves_no_record(bench: Bench) -> None:
    member = Member(path="closed/", bytes=0, kind=MemberKind.UNLISTABLE)
    outcome = bench.process(member=member)
    assert outcome.status is Status.FAILED
    assert "closed/ could not be listed" in (outcome.reason or "")
    assert bench.records() == []


NOT_FILES = [kind for kind in MemberKind if kind not in {MemberKind.FILE, MemberKind.UNLISTABLE}]


@pytest.mark.parametrize("kind", NOT_FILES)
def test_what_is_no_file_is_quarantined_unopened(bench: Bench, kind: MemberKind) -> None:
    member = Member(path="odd", bytes=0, kind=kind, etag=kind.value)
    outcome = bench.process(member=member, error=AssertionError("it was opened"))
    assert (outcome.status, outcome.reason_code) == (Status.QUARANTINED, ReasonCode.SPECIAL)
    assert bench.calls == []


def test_a_file_that_cannot_be_read_fails_with_its_reason(bench: Bench) -> None:
    outcome = bench.process(error=PermissionError(13, "Permission denied"))
    assert outcome.status is Status.FAILED
    assert "Permission denied" in (outcome.reason or "")


def test_a_full_disk_fails_the_file_and_not_the_run(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bench.artifacts, "put", full)
    outcome = bench.process()
    assert (outcome.status, outcome.fingerprint) == (Status.FAILED, "")
    assert "No space left" in (outcome.reason or "")


def test_a_file_over_the_limit_is_refused_by_its_listed_size(bench: Bench) -> None:
    settings = ProcessingSettings(validate=ValidateSettings(max_bytes=10))
    member = Member(path="big", bytes=11, etag="tag")
    error = AssertionError("it was fetched")
    outcome = bench.process(member=member, settings=settings, error=error)
    assert (outcome.status, outcome.reason_code) == (Status.QUARANTINED, ReasonCode.REFUSED)


def test_validation_on_arrival_stands_back_from_what_a_run_has_tried(bench: Bench) -> None:
    bench.behaviour["read"] = raising(RetryableError("throttled"))
    bench.process()
    before = bench.records()
    task = Task(("validate",), ProcessingSettings(), on_arrival=True)
    source = OneFile(bench.file)
    outcome = FileProcessor(task, source, bench.artifacts)(next(source.members()))
    assert outcome.status is Status.SKIPPED
    assert bench.records() == before


def test_what_fails_on_arrival_leaves_no_record_behind(bench: Bench) -> None:
    task = Task(("validate",), ProcessingSettings(), on_arrival=True)
    source = OneFile(bench.file, RetryableError("throttled"))
    member = next(source.members())
    assert FileProcessor(task, source, bench.artifacts)(member).status is Status.FAILED
    assert bench.records() == []


def test_a_file_given_up_is_known_again(bench: Bench) -> None:
    source = OneFile(bench.file)
    processor = FileProcessor(Task(FILE_STEPS, ProcessingSettings()), source, bench.artifacts)
    outcome = processor.lost(next(source.members()), "it took too long", overran=True)
    assert (outcome.status, outcome.reason_code) == (Status.QUARANTINED, ReasonCode.REFUSED)
    assert bench.process().status is Status.SKIPPED
    assert bench.calls == []


def test_a_torn_record_is_made_again(bench: Bench) -> None:
    bench.process()
    [key] = bench.artifacts.keys(keys.RECORDS)
    bench.artifacts.put(key, b'{"object_id": ')
    assert bench.process().status is Status.DONE
    assert bench.calls == list(FILE_STEPS)
