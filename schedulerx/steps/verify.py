"""verify: issues the certificate. Every input is done, skipped, failed or quarantined, and the
stores hold what the sums say; a run whose sums do not agree fails, loudly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from schedulerx import __version__
from schedulerx.errors import ArtifactNotFound, UnbalancedRun
from schedulerx.model import keys
from schedulerx.model.run import (
    PROBLEMS_KEPT,
    Certificate,
    Check,
    GroupOutcome,
    Problem,
    StepResult,
    StepStats,
    Tally,
)
from schedulerx.model.work import RunWork
from schedulerx.report.words import plural

_ID_BYTES = 16


def run(work: RunWork) -> dict[str, int]:
    """Writes `<run_id>/certificate.json` among the reports.

    Raises:
        UnbalancedRun: a check failed; the certificate says which and what to do.
    """
    sums = _sums(work)
    checks = (
        _balance(work, sums),
        _groups(work, sums),
        _records(work),
        _database(work, sums),
        _fed(work),
    )
    certificate = _certificate(work, sums, tuple(check for check in checks if check is not None))
    work.reports.put(
        keys.certificate_key(work.run.run_id),
        msgspec.json.format(msgspec.json.encode(certificate), indent=2),
    )
    broken = [check for check in certificate.checks if not check.ok]
    if broken:
        words = "; ".join(
            f"{check.name}: expected {check.expected}, found {check.found}. {check.next_step or ''}"
            for check in broken
        )
        raise UnbalancedRun(f"run {work.run.run_id} does not balance. {words.strip()}")
    return {"inputs": certificate.inputs.count, "checks": len(certificate.checks)}


class _Sums(msgspec.Struct):
    """The groups' outcomes, added up."""

    done: Tally = Tally()
    skipped: Tally = Tally()
    failed: Tally = Tally()
    quarantined: Tally = Tally()
    members: Tally = Tally()
    groups: int = 0
    records: int = 0
    events: int = 0
    steps: dict[str, StepStats] = msgspec.field(default_factory=dict)
    problems: list[Problem] = msgspec.field(default_factory=list)

    def add(self, outcome: GroupOutcome) -> None:
        """Takes in one group."""
        self.done = self.done.plus(outcome.done)
        self.skipped = self.skipped.plus(outcome.skipped)
        self.failed = self.failed.plus(outcome.failed)
        self.quarantined = self.quarantined.plus(outcome.quarantined)
        self.members = self.members.plus(outcome.members)
        self.groups += 1
        self.records += outcome.records
        self.events += outcome.events
        for stats in outcome.steps:
            self.steps[stats.name] = self.steps.get(stats.name, StepStats(name=stats.name)).plus(
                stats
            )
        room = PROBLEMS_KEPT - len(self.problems)
        self.problems.extend(outcome.problems[:room])

    @property
    def all(self) -> Tally:
        """Every input accounted for."""
        return self.done.plus(self.skipped).plus(self.failed).plus(self.quarantined)


def _sums(work: RunWork) -> _Sums:
    within = work.run.skipped_members
    sums = _Sums(skipped=work.run.skipped.plus(within), members=within)
    for key in work.artifacts.keys(keys.outcomes_prefix(work.run.run_id)):
        sums.add(msgspec.json.decode(work.artifacts.get(key), type=GroupOutcome))
    return sums


def _balance(work: RunWork, sums: _Sums) -> Check:
    inputs = work.run.inputs.plus(sums.members)
    return Check(
        name="inputs = done + skipped + failed + quarantined",
        ok=sums.all == inputs,
        expected=_words(inputs),
        found=_words(sums.all),
        next_step="Run again: what is complete is skipped, the rest is done.",
    )


def _groups(work: RunWork, sums: _Sums) -> Check:
    return Check(
        name="every group reported",
        ok=sums.groups == work.run.groups,
        expected=plural(work.run.groups, "group"),
        found=plural(sums.groups, "group"),
        next_step="Run again: groups that reported are skipped.",
    )


def _records(work: RunWork) -> Check:
    """The records the groups name are there; those of skipped inputs the plan has seen."""
    expected = missing = 0
    present = _RecordIndex(work)
    for key in _record_keys(work):
        expected += 1
        missing += keys.parse_record_key(key)[0] not in present
    return Check(
        name="every record is stored",
        ok=missing == 0,
        expected=plural(expected, "record"),
        found=plural(expected - missing, "record"),
        next_step="Records were removed while the run went on. Run again.",
    )


class _RecordIndex:
    """Which objects have a record, told by LISTs of the prefixes they are in. Another run may
    have replaced a record by a fuller one: the object counts, not the name.
    """

    def __init__(self, work: RunWork) -> None:
        self._work = work
        self._listed: dict[str, frozenset[str]] = {}

    def __contains__(self, object_id: str) -> bool:
        prefix = f"{keys.RECORDS}{object_id[:2]}/"
        if prefix not in self._listed:
            listed = self._work.artifacts.keys(prefix)
            self._listed[prefix] = frozenset(keys.parse_record_key(key)[0] for key in listed)
        return object_id in self._listed[prefix]


def _record_keys(work: RunWork) -> Iterator[str]:
    for listing in work.artifacts.keys(keys.group_records_prefix(work.run.run_id)):
        yield from work.artifacts.get(listing).decode().split()


def _database(work: RunWork, sums: _Sums) -> Check | None:
    """The database holds every object of the run, the skipped ones included, and their events."""
    if "upload" not in work.run.steps:
        return None
    new = {bytes.fromhex(keys.parse_record_key(key)[0]) for key in _record_keys(work)}
    skipped = _skipped_ids(work)
    stored_new = work.evidence.stored(new)
    stored_skipped = work.evidence.stored(skipped)
    within = work.run.skipped_members.count
    members = work.evidence.stored_within(skipped) if within else 0
    expected = _stored_words(len(new) + len(skipped) + within, sums.events)
    found = _stored_words(stored_new.objects + stored_skipped.objects + members, stored_new.events)
    return Check(
        name="the database holds every object and event",
        ok=expected == found,
        expected=expected,
        found=found,
        next_step="Something else changed the database. Run again with --overwrite_existing.",
    )


def _fed(work: RunWork) -> Check | None:
    """An events API that the run fed took every group, every line. None where it fed none."""
    prefix = keys.group_steps_prefix(work.run.run_id)
    reports = list(work.artifacts.keys(prefix))
    fed = [key for key in reports if key.startswith(f"{prefix}{keys.FEED}/")]
    uploaded = len(reports) - len(fed)
    if not work.run.upload_url or not uploaded:
        return None
    counts = [_counts(work, key) for key in fed]
    sent = sum(each["lines_sent"] for each in counts)
    taken = sent - sum(each["lines_rejected"] for each in counts)
    return Check(
        name="the events API took every line",
        ok=len(fed) == uploaded and taken == sent,
        expected=f"{plural(sent, 'line')} of {plural(uploaded, 'group')}",
        found=f"{plural(taken, 'line')} of {plural(len(fed), 'group')}",
        next_step=(
            f"{work.artifacts.location('feed/')} holds the rejected lines and the reasons."
            if len(fed) == uploaded
            else "Start it with --upload_url again: what was sent is not sent again."
        ),
    )


def _counts(work: RunWork, key: str) -> dict[str, int]:
    return msgspec.json.decode(work.artifacts.get(key), type=StepResult).counts


def _skipped_ids(work: RunWork) -> list[bytes]:
    try:
        data = work.inventory.get(keys.skipped_key(work.run.run_id))
    except ArtifactNotFound:
        return []
    return [data[at : at + _ID_BYTES] for at in range(0, len(data), _ID_BYTES)]


def _certificate(work: RunWork, sums: _Sums, checks: tuple[Check, ...]) -> Certificate:
    finished = work.now()
    run = work.run
    return Certificate(
        run_id=run.run_id,
        source=run.source,
        balanced=all(check.ok for check in checks),
        started_at=run.started_at,
        finished_at=finished.isoformat(timespec="milliseconds"),
        seconds=round((finished - datetime.fromisoformat(run.started_at)).total_seconds(), 3),
        inputs=run.inputs.plus(sums.members),
        done=sums.done,
        skipped=sums.skipped,
        failed=sums.failed,
        quarantined=sums.quarantined,
        members=sums.members,
        records=sums.records,
        events=sums.events,
        checks=checks,
        steps=(*sums.steps.values(), *_later_steps(work)),
        problems=tuple(sums.problems),
        fingerprint=run.fingerprint,
        instance_id=run.instance_id,
        version=__version__,
    )


def _later_steps(work: RunWork) -> Iterator[StepStats]:
    """GROUP steps summed over their groups, feeding after them, then RUN steps in their order."""
    order = (*work.run.steps, keys.FEED)
    groups = _summed(work, work.artifacts.keys(keys.group_steps_prefix(work.run.run_id)))
    named = {stats.name: stats for stats in groups}
    yield from (named[name] for name in order if name in named)
    yield from _summed(work, (keys.run_step_key(work.run.run_id, name) for name in work.run.steps))


def _summed(work: RunWork, reports: Iterable[str]) -> Iterable[StepStats]:
    """What these reports add up to, one a step; a step without one is left out."""
    results: dict[str, StepStats] = {}
    for key in reports:
        try:
            result = msgspec.json.decode(work.artifacts.get(key), type=StepResult)
        except ArtifactNotFound:
            continue
        found = results.get(result.step, StepStats(name=result.step))
        results[result.step] = found.plus(_stats(result))
    return results.values()


def _stats(result: StepResult) -> StepStats:
    unchanged = "unchanged" in result.counts
    return StepStats(name=result.step, done=not unchanged, reused=unchanged, seconds=result.seconds)


def _words(tally: Tally) -> str:
    inputs, size = plural(tally.count, "input"), plural(tally.bytes, "byte")
    return f"{inputs}, {size}, digest {tally.digest[:12]}"


def _stored_words(objects: int, events: int) -> str:
    return f"{plural(objects, 'object')}, {plural(events, 'new event')}"
