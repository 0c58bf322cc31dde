"""A run: what was planned, what each group reports, what the certificate states."""

from __future__ import annotations

import builtins
import hashlib

import msgspec

from schedulerx.settings import ProcessingSettings

_MODULUS = 1 << 128


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """A number of inputs, their bytes, and the sum (modulo 2^128) of the 128-bit BLAKE2b of their
    paths: two tallies of different inputs agree in count by chance, in digest practically never.
    """

    count: int = 0
    bytes: int = 0
    digest: str = "0" * 32

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        total = (int(self.digest, 16) + int(other.digest, 16)) % _MODULUS
        return Tally(
            count=self.count + other.count, bytes=self.bytes + other.bytes, digest=f"{total:032x}"
        )

    @classmethod
    def of(cls, raw_path: builtins.bytes, size: int) -> Tally:
        """The tally of one input."""
        return cls(count=1, bytes=size, digest=path_digest(raw_path).hex())


def path_digest(raw_path: bytes) -> bytes:
    """128-bit BLAKE2b of a path's bytes."""
    return hashlib.blake2b(raw_path, digest_size=16).digest()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `groups.ndjson`: a byte range of `members.ndjson`."""

    group_id: str
    count: int
    bytes: int
    offset: int
    length: int


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One line that says what a run is to do; `runs/<run_id>/run.json` in the inventory."""

    run_id: str
    plan_id: str  # hash of what is planned; equal plans have equal ids
    source: str  # a folder or an s3:// URI
    steps: tuple[str, ...]
    fingerprint: str  # of the FILE steps, see pipeline.artifacts
    settings: ProcessingSettings
    overwrite_existing: bool
    started_at: str  # ISO 8601, UTC
    inputs: Tally
    skipped: Tally  # complete before the run; not among the members
    groups: int
    instance_id: str = ""  # of the database the skipped were uploaded to
    skipped_members: Tally = Tally()  # what lies in the skipped: inputs of their own
    tries_passwords: bool = False
    upload_url: str = ""  # of the events API that is fed what is uploaded; its token is not here
    fed_to: str = ""  # that API and its database, see ports.EventsFeed.target


def location_of(source: str) -> str:
    """Where a source lies, whatever part of it a run took: a folder, or `s3://` and a bucket."""
    scheme, separator, rest = source.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if separator else source


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An input that did not end as done, and why."""

    path: str
    status: str
    reason_code: str | None = None
    reason: str


class StepStats(msgspec.Struct, frozen=True, kw_only=True):
    """One step over many files. `seconds` are summed over workers."""

    name: str
    done: int = 0
    not_applicable: int = 0
    reused: int = 0
    rejected: int = 0
    failed: int = 0
    seconds: float = 0.0

    def plus(self, other: StepStats) -> StepStats:
        """Both together."""
        return StepStats(
            name=self.name,
            done=self.done + other.done,
            not_applicable=self.not_applicable + other.not_applicable,
            reused=self.reused + other.reused,
            rejected=self.rejected + other.rejected,
            failed=self.failed + other.failed,
            seconds=self.seconds + other.seconds,
        )


class GroupOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a group reports; `runs/<run_id>/groups/<group_id>.json` among the artifacts."""

    group_id: str
    done: Tally = Tally()
    skipped: Tally = Tally()
    failed: Tally = Tally()
    quarantined: Tally = Tally()
    members: Tally = Tally()  # found in files; they are among the four above
    events: int = 0
    records: int = 0
    steps: tuple[StepStats, ...] = ()
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0


class StepResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a GROUP or RUN step reports; `runs/<run_id>/steps/<step>.json` among the artifacts."""

    step: str
    seconds: float
    counts: dict[str, int]


class Check(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One thing the certificate verified."""

    name: str
    ok: bool
    expected: str
    found: str
    next_step: str | None = None  # what to do where it is not ok


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What `verify` states of a run: inputs = done + skipped + failed + quarantined, and that the
    stores hold what the sums say. `runs/<run_id>/certificate.json`, beside the report.
    """

    run_id: str
    source: str
    balanced: bool
    started_at: str
    finished_at: str
    seconds: float
    inputs: Tally
    done: Tally
    skipped: Tally
    failed: Tally
    quarantined: Tally
    members: Tally = Tally()  # of the inputs, those that lie in others
    records: int
    events: int
    checks: tuple[Check, ...]
    steps: tuple[StepStats, ...]
    problems: tuple[Problem, ...]  # at most `PROBLEMS_KEPT`; the tallies count all
    fingerprint: str
    instance_id: str
    version: str


PROBLEMS_KEPT = 10_000
