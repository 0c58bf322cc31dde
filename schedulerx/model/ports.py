"""The outside as protocols. Entry points hand the real ones in (`schedulerx.compose`)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from schedulerx.model.event import Event
from schedulerx.model.evidence import (
    Companion,
    Decision,
    Device,
    DuplicateFile,
    Explanation,
    NearDuplicate,
    Person,
    Picture,
    Related,
    StoredCounts,
    TableChanges,
    UploadCounts,
)
from schedulerx.model.feed import FeedCounts
from schedulerx.model.member import Member
from schedulerx.model.record import Record
from schedulerx.model.run import Problem


class ArtifactStore(Protocol):
    """Artifacts under keys with `/`. A write is whole or absent: readers never see a part."""

    def get(self, key: str) -> bytes:
        """The bytes. Raises ArtifactNotFound."""

    def get_range(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes from `start`. Raises ArtifactNotFound."""

    def put(self, key: str, data: bytes) -> None:
        """Publishes the bytes under the key, replacing what was there."""

    def put_new(self, key: str, data: bytes) -> bool:
        """Publishes the bytes where nothing lies under the key yet, and whether it did: of several
        that try at once, one.
        """

    def put_file(self, key: str, path: Path) -> None:
        """Publishes a local file under the key; the file may be moved away."""

    def copy_file(self, key: str, path: Path) -> None:
        """Publishes what a local file holds under the key; the file stays as it is."""

    def exists(self, key: str) -> bool:
        """Whether something lies under the key."""

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that begin with the prefix, in order."""

    def delete(self, key: str) -> None:
        """Removes the key; silent where there is none."""

    def location(self, key: str) -> str:
        """Where a person finds it: a path or an s3:// URI."""


class Source(Protocol):
    """The files to process. Read only: nothing in it is ever changed."""

    def members(self) -> Iterator[Member]:
        """Every file, in the order of its path's bytes. Names and sizes only: no file is opened."""

    def local_file(self, member: Member) -> AbstractContextManager[Path]:
        """The file's bytes as a local path, for the time of the context.

        Raises RetryableError when it cannot be had now, RejectedInput when it is no plain file.
        """

    def location(self) -> str:
        """Where a person finds it: a folder or an s3:// URI."""


class PictureStore(Protocol):
    """What near-duplicates are sought in."""

    def pictures(self) -> Iterator[Picture]:
        """Every image and video with a look, best first, without exact copies."""

    def greys(self, object_ids: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """The grey copies of these, each with its id."""


class EventsFeed(Protocol):
    """Another deployment's events API, which a run feeds."""

    @property
    def target(self) -> str:
        """Names it and its database, in file names too."""

    def feed(self, location: str, uploads: Iterable[tuple[Record, Iterable[Event]]]) -> FeedCounts:
        """Sends the records and their events; what was taken before is passed over.

        Raises RetryableError where it does not answer, ConfigurationError where it refuses.
        """


class EvidenceStore(Protocol):
    """The database of objects, events, persons and devices. Every write is idempotent."""

    def instance_id(self) -> str:
        """A UUID made with the database: a new database is told from an old one by it."""

    def upload(
        self,
        uploads: Iterable[tuple[Record, Iterable[Event]]],
        location: str = "",
        superseded: Callable[[str], None] = lambda _: None,
    ) -> UploadCounts:
        """Stores records and their events in one transaction. Events an object no longer has go,
        and older versions of the same paths at the same location; `superseded` is told their ids
        before that is final.
        """

    def generation(self) -> int:
        """A number that grows with every upload that changed something."""

    def link_duplicates(self) -> TableChanges:
        """Sets `duplicate_of` on every object but the first (by path) with the same SHA-256."""

    def pictures(self) -> Iterator[Picture]:
        """Every image and video with a look, best first: whole before damaged, then by pixels, by
        bytes, by time taken, by path. Those with `duplicate_of` are left out.
        """

    def greys(self, object_ids: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """The grey copies of these objects, each with its id."""

    def link_near_duplicates(self, links: Iterable[NearDuplicate]) -> TableChanges:
        """Makes `near_duplicate_of` say exactly this."""

    def related(self, *, by_identifier: bool) -> Iterator[Related]:
        """Pictures, films and sidecars, folder by folder; or those with a content identifier, by
        it.
        """

    def link_companions(self, links: Iterable[Companion]) -> TableChanges:
        """Makes the table of companions hold exactly these."""

    def link_happenings(self) -> TableChanges:
        """Notes which events tell again what another tells, with the reason; only what changed
        since the last time is compared.
        """

    def duplicates(self, *, near: bool) -> Iterator[DuplicateFile]:
        """Every copy, by original and path. With `near` those that look the same are among them,
        and exact copies of such a copy belong to its original.
        """

    def resolve_persons(self) -> TableChanges:
        """Makes the persons what events and decisions say, as far as something changed."""

    def resolve_devices(self) -> TableChanges:
        """Makes the devices what events and decisions say, as far as something changed."""

    def link_persons_and_devices(self) -> TableChanges:
        """Makes the links what the events say."""

    def explain(self, kind: str, named: str) -> Explanation:
        """Why a person or a device is one, or where else an event is told."""

    def join(self, realm: str, one: str, other: str, reason: str) -> int:
        """Decides that two persons (or devices) are one; the number of the decision."""

    def forbid(self, realm: str, one: str, other: str, reason: str) -> int:
        """Decides that two are never one; the number of the decision."""

    def split(self, realm: str, named: str, parted: Sequence[str], reason: str) -> int:
        """Decides that these identities are not the rest's; the number of the decision."""

    def undo(self, realm: str, decision_id: int) -> None:
        """Takes a decision back."""

    def decisions(self, realm: str) -> list[Decision]:
        """Every decision, the undone ones among them."""

    def persons(self) -> Iterator[Person]:
        """Every person, by id."""

    def devices(self) -> Iterator[Device]:
        """Every device, by id."""

    def stored(self, object_ids: Iterable[bytes]) -> StoredCounts:
        """How many of these objects (16 bytes each) are stored, and how many events they have."""

    def stored_within(self, container_ids: Iterable[bytes]) -> int:
        """How many objects that lie in these files are stored."""

    def problems(self, limit: int) -> list[Problem]:
        """Up to `limit` objects that failed or are quarantined, by path."""

    def timeline(self, limit: int) -> list[dict[str, Any]]:
        """Up to `limit` events with a time, evenly spread over all, shaped as by `export`."""

    def export(self, kind: str) -> Generator[dict[str, Any]]:
        """Rows of records, events, persons, devices or person_devices under the public names."""


class TextDetector(Protocol):
    """Amazon Textract, or what answers like it: text as its blocks (`BlockType`, `Text` …)."""

    # Whether it takes PDFs: it needs a bucket for them.
    takes_pdf: bool

    def image(self, image: bytes) -> Sequence[Mapping[str, Any]]:
        """The blocks of one PNG or JPEG. Raises RetryableError, RejectedInput."""

    def pdf(self, pdf: bytes, token: str) -> Sequence[Mapping[str, Any]]:
        """The blocks of a PDF's pages; asked again with the same token, nothing is paid again.

        Raises RetryableError, RejectedInput.
        """
