"""The certificate balances, or says what does not and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from schedulerx.errors import UnbalancedRun
from schedulerx.model import keys
from schedulerx.model.evidence import StoredCounts
from schedulerx.model.run import (
    Certificate,
    GroupOutcome,
    Problem,
    Run,
    StepResult,
    StepStats,
    Tally,
)
from schedulerx.model.work import RunWork
from schedulerx.settings import ProcessingSettings
from schedulerx.steps import verify
from schedulerx.stores.folders import FolderArtifacts

RUN_ID = "run-1"
IDS = [f"{number:032x}" for number in range(4)]
ONE = [Tally.of(f"{number}.txt".encode(), 10) for number in range(4)]


class Stored:
    """The database's part of the check."""

    def __init__(self, missing: int = 0) -> None:
        self._missing = missing

    def stored(self, object_ids: Iterable[bytes]) -> StoredCounts:
        ids = list(object_ids)
        return StoredCounts(objects=max(0, len(ids) - self._missing), events=2 * len(ids))

    def stored_within(self, container_ids: Iterable[bytes]) -> int:
        return 3 * len(list(container_ids))


@pytest.fixture
def store(tmp_path: Path) -> FolderArtifacts:
    """A run of two groups: one done and one quarantined, one failed; one skipped before."""
    store = FolderArtifacts(tmp_path)
    outcomes = {
        "0": GroupOutcome(
            group_id="0",
            done=ONE[0],
            quarantined=ONE[1],
            events=4,
            records=2,
            steps=(StepStats(name="validate", done=1, rejected=1, seconds=0.5),),
            problems=(Problem(path="1.txt", status="quarantined", reason="locked"),),
        ),
        "1": GroupOutcome(
            group_id="1",
            failed=ONE[2],
            events=2,
            records=1,
            steps=(StepStats(name="validate", failed=1, seconds=0.25),),
        ),
    }
    lists = {"0": IDS[:2], "1": IDS[2:3]}
    for group_id, outcome in outcomes.items():
        store.put(keys.outcome_key(RUN_ID, group_id), msgspec.json.encode(outcome))
        record_keys = [keys.record_key(object_id, "f") for object_id in lists[group_id]]
        store.put(keys.group_records_key(RUN_ID, group_id), "\n".join(record_keys).encode())
        for key in record_keys:
            store.put(key, b"{}")
        result = StepResult(step="upload", seconds=1.0, counts={"objects_added": 1})
        store.put(keys.group_step_key(RUN_ID, "upload", group_id), msgspec.json.encode(result))
    unchanged = StepResult(step="dedupe", seconds=0.0, counts={"unchanged": 1})
    store.put(keys.run_step_key(RUN_ID, "dedupe"), msgspec.json.encode(unchanged))
    store.put(keys.skipped_key(RUN_ID), bytes.fromhex(IDS[3]))
    return store


def verified(
    store: FolderArtifacts, evidence: Stored | None = None, **changed: object
) -> Certificate:
    run = Run(
        run_id=RUN_ID,
        plan_id="plan",
        source="/source",
        steps=("validate", "upload", "dedupe", "verify", "report"),
        fingerprint="f",
        settings=ProcessingSettings(),
        overwrite_existing=False,
        started_at="2026-01-01T00:00:00+00:00",
        inputs=ONE[0].plus(ONE[1]).plus(ONE[2]).plus(ONE[3]),
        skipped=ONE[3],
        groups=2,
    )
    work = RunWork(
        run=msgspec.structs.replace(run, **changed),
        inventory=store,
        artifacts=store,
        reports=store,
        evidence=evidence or Stored(),  # type: ignore[arg-type]  # all of it that is asked
        now=lambda: datetime(2026, 1, 1, 0, 1, tzinfo=UTC),
    )
    try:
        verify.run(work)
    finally:
        data = store.get(keys.certificate_key(RUN_ID))
    return msgspec.json.decode(data, type=Certificate)


def test_inputs_are_the_sum_of_the_four_ends(store: FolderArtifacts) -> None:
    certificate = verified(store)
    assert certificate.balanced
    ends = (certificate.done, certificate.skipped, certificate.failed, certificate.quarantined)
    assert [end.count for end in ends] == [1, 1, 1, 1]
    assert certificate.inputs.count == 4


def test_the_groups_add_up_in_the_order_of_the_steps(store: FolderArtifacts) -> None:
    certificate = verified(store)
    assert [(step.name, step.done, step.reused, step.seconds) for step in certificate.steps] == [
        ("validate", 1, 0, 0.75),
        ("upload", 2, 0, 2.0),
        ("dedupe", 0, 1, 0.0),
    ]
    assert (certificate.events, certificate.records, certificate.seconds) == (6, 3, 60.0)
    assert [problem.path for problem in certificate.problems] == ["1.txt"]


def test_the_checks_speak_as_people_do(store: FolderArtifacts) -> None:
    store.delete(keys.outcome_key(RUN_ID, "1"))
    with pytest.raises(UnbalancedRun):
        verified(store, inputs=Tally(count=1, bytes=1_234_567), groups=1)
    certificate = msgspec.json.decode(store.get(keys.certificate_key(RUN_ID)), type=Certificate)
    inputs, groups, *_ = certificate.checks
    assert inputs.expected.startswith("1 input, 1,234,567 bytes, digest")
    assert (groups.expected, groups.found) == ("1 group", "1 group")


def test_an_input_nobody_reported_unbalances_the_run_and_the_certificate_says_so(
    store: FolderArtifacts,
) -> None:
    store.delete(keys.outcome_key(RUN_ID, "1"))
    with pytest.raises(UnbalancedRun, match=r"expected 4 inputs.*found 3 inputs"):
        verified(store)
    certificate = msgspec.json.decode(store.get(keys.certificate_key(RUN_ID)), type=Certificate)
    assert not certificate.balanced
    assert [check.ok for check in certificate.checks] == [False, False, True, False]


def test_an_input_swapped_for_another_unbalances_the_run(store: FolderArtifacts) -> None:
    other = ONE[0].plus(ONE[1]).plus(ONE[2]).plus(Tally.of(b"another.txt", 10))
    with pytest.raises(UnbalancedRun, match="inputs = done"):
        verified(store, inputs=other)


def test_a_record_that_is_gone_unbalances_the_run(store: FolderArtifacts) -> None:
    store.delete(keys.record_key(IDS[0], "f"))
    with pytest.raises(UnbalancedRun, match="every record is stored: expected 3 records, found 2"):
        verified(store)


def test_a_database_that_lost_an_object_unbalances_the_run(store: FolderArtifacts) -> None:
    with pytest.raises(UnbalancedRun, match="the database holds every object and event"):
        verified(store, Stored(missing=1))


def test_a_run_that_uploads_nothing_does_not_ask_the_database(store: FolderArtifacts) -> None:
    certificate = verified(store, Stored(missing=4), steps=("validate", "verify", "report"))
    assert certificate.balanced
    assert len(certificate.checks) == 3


URL = "https://events.example/v1/events"


def fed(store: FolderArtifacts, *group_ids: str, rejected: int = 0) -> None:
    counts = {"lines_sent": 3, "lines_rejected": rejected, "batches_known": 0}
    result = msgspec.json.encode(StepResult(step=keys.FEED, seconds=1.0, counts=counts))
    for group_id in group_ids:
        store.put(keys.group_step_key(RUN_ID, keys.FEED, group_id), result)


def taken(certificate: Certificate) -> list[tuple[bool, str, str]]:
    return [
        (check.ok, check.expected, check.found)
        for check in certificate.checks
        if check.name == "the events API took every line"
    ]


def test_a_run_that_feeds_none_says_nothing_of_it(store: FolderArtifacts) -> None:
    assert taken(verified(store)) == []


def test_feeding_stands_between_the_steps_of_groups_and_of_the_run(store: FolderArtifacts) -> None:
    fed(store, "0", "1")
    certificate = verified(store, upload_url=URL)
    assert taken(certificate) == [(True, "6 lines of 2 groups", "6 lines of 2 groups")]
    assert [step.name for step in certificate.steps][-3:] == ["upload", "feed", "dedupe"]


def test_lines_that_were_not_taken_unbalance_a_run(store: FolderArtifacts) -> None:
    fed(store, "0", "1", rejected=1)
    with pytest.raises(UnbalancedRun, match="6 lines of 2 groups, found 4 lines of 2 groups"):
        verified(store, upload_url=URL)


def test_a_group_that_was_not_sent_unbalances_a_run(store: FolderArtifacts) -> None:
    fed(store, "1")
    with pytest.raises(
        UnbalancedRun, match=r"found 3 lines of 1 group\. Start it with --upload_url"
    ):
        verified(store, upload_url=URL)
