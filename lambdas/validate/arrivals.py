"""S3's notifications, as they come through SQS."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote_plus

from pydantic import BaseModel, Field

from schedulerx.errors import InputGone, RetryableError
from schedulerx.model.member import Member
from schedulerx.model.ports import Source
from schedulerx.model.record import Status
from schedulerx.model.run import Run, Tally
from schedulerx.pipeline.artifacts import fingerprint
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.services import Services
from schedulerx.pipeline.step import Scope
from schedulerx.pipeline.worker import validate_objects
from schedulerx.settings import ProcessingSettings


class ArrivedObject(BaseModel):
    """The object; its key is percent-encoded, with + for a space."""

    key: str
    size: int = 0
    eTag: str = ""  # noqa: N815  (S3's spelling)

    def member(self) -> Member:
        """As a listing would tell it."""
        return Member(path=unquote_plus(self.key), bytes=self.size, etag=self.eTag.strip('"'))


class Bucket(BaseModel):
    """The bucket it lies in."""

    name: str


class Arrival(BaseModel):
    """Bucket and object."""

    bucket: Bucket
    object: ArrivedObject


class Notification(BaseModel):
    """One object created."""

    s3: Arrival


class Notifications(BaseModel):
    """A message's body. S3's own test message has no records."""

    records: list[Notification] = Field(default_factory=list, alias="Records")


class _Noting:
    """A source that notes which members were gone when they were to be read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.gone: set[Member] = set()

    def location(self) -> str:
        """See `Source`."""
        return self._source.location()

    def members(self) -> Iterator[Member]:
        """See `Source`."""
        return self._source.members()

    @contextmanager
    def local_file(self, member: Member) -> Iterator[Path]:
        """See `Source`."""
        try:
            with self._source.local_file(member) as path:
                yield path
        except InputGone:
            self.gone.add(member)
            raise


def validate_arrivals(
    services: Services, settings: ProcessingSettings, body: str, max_bytes: int
) -> int:
    """How many of the message's objects were validated; larger ones are left for the fan-out.

    One that was replaced or deleted meanwhile is passed by: what replaced it has a message too.

    Raises:
        RetryableError: an object could not be had or its record not be written.
    """
    arrivals = [line.s3 for line in Notifications.model_validate_json(body).records]
    count = 0
    for bucket in {arrival.bucket.name for arrival in arrivals}:
        found = [a.object.member() for a in arrivals if a.bucket.name == bucket]
        members = [member for member in found if _is_file_of_size(member, max_bytes)]
        count += _validate(services, _arrivals(bucket, settings), members)
    return count


def _validate(services: Services, run: Run, members: list[Member]) -> int:
    """How many of the members were there to be validated."""
    source = _Noting(services.source(run))
    noted = dataclasses.replace(services, source=lambda _: source)
    for outcome in validate_objects(noted, run.settings, run, members):
        if outcome.status is Status.FAILED and outcome.member not in source.gone:
            raise RetryableError(f"{outcome.member.path}: {outcome.reason}")
    return len(set(members) - source.gone)


def _is_file_of_size(member: Member, max_bytes: int) -> bool:
    folder = member.bytes == 0 and member.path.endswith("/")
    return not folder and member.bytes <= max_bytes


def _arrivals(bucket: str, settings: ProcessingSettings) -> Run:
    """Stands for a run: says where the objects lie."""
    first = (steps_of(Scope.FILE)[0].name,)
    return Run(
        run_id="arrivals",
        plan_id="",
        source=f"s3://{bucket}/",
        steps=first,
        fingerprint=fingerprint(first, settings),
        settings=settings,
        overwrite_existing=False,
        started_at=datetime.now(UTC).isoformat(),
        inputs=Tally(),
        skipped=Tally(),
        groups=0,
    )
