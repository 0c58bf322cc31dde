"""The evidence store on PostgreSQL, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from schedulerx.errors import ConfigurationError
from schedulerx.evidence.feed_intake import Intake
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
from schedulerx.model.feed import Answer
from schedulerx.model.record import Record
from schedulerx.model.run import Problem
from schedulerx.stores.postgres import (
    companions,
    export,
    feed,
    looks,
    objects,
    people,
    upload,
)
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.embedded import EmbeddedServer, start_embedded
from schedulerx.stores.postgres.happenings.link import link as link_happenings
from schedulerx.stores.postgres.problems import problems
from schedulerx.stores.postgres.profiles import Profile, choose, from_secret
from schedulerx.stores.postgres.resolution import decisions
from schedulerx.stores.postgres.resolution.explain import explain
from schedulerx.stores.postgres.resolution.resolve import (
    link_persons_and_devices,
    resolve_devices,
    resolve_persons,
)
from schedulerx.stores.postgres.revision import ensure_schema
from schedulerx.stores.postgres.stored import stored, stored_within


class PostgresEvidence:
    """Implements `schedulerx.model.ports.EvidenceStore`. A context manager; every call is one
    transaction, and an iterator holds one connection of the pool until it is exhausted or closed.
    """

    def __init__(self, profile: Profile, server: EmbeddedServer | None = None) -> None:
        self._database = Database(profile)
        self._server = server
        self._database.open()

    @property
    def profile(self) -> Profile:
        """Where it is."""
        return self._database.profile

    def close(self) -> None:
        """Closes the connections, and leaves the embedded server."""
        self._database.close()
        if self._server is not None:
            self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def instance_id(self) -> str:
        """A UUID made with the database: a new database is told from an old one by it."""
        with self._database.transaction() as connection:
            row = connection.execute("SELECT id::text FROM instance").fetchone()
        if row is None:
            raise ConfigurationError(
                f"Database profile {self.profile.name} has lost the row of its table instance: "
                "restore it, or drop the schema and run again."
            )
        return str(row[0])

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
        with self._database.transaction() as connection:
            return upload.upload(connection, uploads, location, superseded)

    def take(self, intake: Intake) -> Answer:
        """Stores a batch of another deployment, and says which lines it did not take."""
        if intake.fed:
            feed.store(self._database, intake)
        rejected = sorted(intake.rejected, key=lambda each: each.line)
        return Answer(instance_id=self.instance_id(), lines=intake.lines, rejected=tuple(rejected))

    def generation(self) -> int:
        """A number that grows with every upload that changed something."""
        with self._database.transaction() as connection:
            row = connection.execute("SELECT generation FROM instance").fetchone()
        return int(row[0]) if row else 0

    def link_duplicates(self) -> TableChanges:
        """Sets `duplicate_of` on every object but the first (by path) with the same SHA-256."""
        with self._database.transaction() as connection:
            return objects.link_duplicates(connection)

    def pictures(self) -> Iterator[Picture]:
        """Every image and video with a look, best first: whole before damaged, then by pixels, by
        bytes, by time taken, by path. Those with `duplicate_of` are left out.
        """
        with self._database.transaction() as connection:
            yield from looks.pictures(connection)

    def greys(self, object_ids: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """The grey copies of these objects, each with its id."""
        with self._database.transaction() as connection:
            yield from looks.greys(connection, object_ids)

    def link_near_duplicates(self, links: Iterable[NearDuplicate]) -> TableChanges:
        """Makes `near_duplicate_of` say exactly this."""
        with self._database.transaction() as connection:
            return looks.link_near_duplicates(connection, links)

    def related(self, *, by_identifier: bool) -> Iterator[Related]:
        """Pictures, films and sidecars, folder by folder; or those with a content identifier."""
        with self._database.transaction() as connection:
            yield from companions.related(connection, by_identifier=by_identifier)

    def link_companions(self, links: Iterable[Companion]) -> TableChanges:
        """Makes the table of companions hold exactly these."""
        with self._database.transaction() as connection:
            return companions.link(connection, links)

    def link_happenings(self) -> TableChanges:
        """Notes which events tell again what another tells, with the reason; only what changed
        since the last time is compared.
        """
        with self._database.transaction() as connection:
            return link_happenings(connection)

    def duplicates(self, *, near: bool) -> Iterator[DuplicateFile]:
        """Every copy, by original and path. With `near` those that look the same are among them,
        and exact copies of such a copy belong to its original.
        """
        with self._database.transaction() as connection:
            yield from looks.duplicates(connection, near=near)

    def resolve_persons(self) -> TableChanges:
        """Makes the persons what events and decisions say, as far as something changed."""
        with self._database.transaction() as connection:
            return resolve_persons(connection)

    def resolve_devices(self) -> TableChanges:
        """Makes the devices what events and decisions say, as far as something changed."""
        with self._database.transaction() as connection:
            return resolve_devices(connection)

    def link_persons_and_devices(self) -> TableChanges:
        """Makes the links what the events say."""
        with self._database.transaction() as connection:
            return link_persons_and_devices(connection)

    def explain(self, kind: str, named: str) -> Explanation:
        """Why a person or a device is one, or where else an event is told."""
        with self._database.transaction() as connection:
            return explain(connection, kind, named)

    def join(self, realm: str, one: str, other: str, reason: str) -> int:
        """Decides that two persons (or devices) are one; the number of the decision."""
        with self._database.transaction() as connection:
            return decisions.join(connection, realm, one, other, reason)

    def forbid(self, realm: str, one: str, other: str, reason: str) -> int:
        """Decides that two are never one; the number of the decision."""
        with self._database.transaction() as connection:
            return decisions.forbid(connection, realm, one, other, reason)

    def split(self, realm: str, named: str, parted: Sequence[str], reason: str) -> int:
        """Decides that these identities are not the rest's; the number of the decision."""
        with self._database.transaction() as connection:
            return decisions.split(connection, realm, named, parted, reason)

    def undo(self, realm: str, decision_id: int) -> None:
        """Takes a decision back."""
        with self._database.transaction() as connection:
            decisions.undo(connection, realm, decision_id)

    def decisions(self, realm: str) -> list[Decision]:
        """Every decision, the undone ones among them."""
        with self._database.transaction() as connection:
            return decisions.decisions(connection, realm)

    def persons(self) -> Iterator[Person]:
        """Every person, by id."""
        with self._database.transaction() as connection:
            yield from people.persons(connection)

    def devices(self) -> Iterator[Device]:
        """Every device, by id."""
        with self._database.transaction() as connection:
            yield from people.devices(connection)

    def stored(self, object_ids: Iterable[bytes]) -> StoredCounts:
        """How many of these objects (16 bytes each) are stored, and how many events they have."""
        with self._database.transaction() as connection:
            return stored(connection, object_ids)

    def stored_within(self, container_ids: Iterable[bytes]) -> int:
        """How many objects that lie in these files are stored."""
        with self._database.transaction() as connection:
            return stored_within(connection, container_ids)

    def problems(self, limit: int) -> list[Problem]:
        """Up to `limit` objects that failed or are quarantined, by path."""
        with self._database.transaction() as connection:
            return problems(connection, limit)

    def timeline(self, limit: int) -> list[dict[str, Any]]:
        """Up to `limit` events with a time, evenly spread over all, shaped as by `export`."""
        with self._database.transaction() as connection:
            return export.timeline(connection, limit)

    def export(self, kind: str) -> Generator[dict[str, Any]]:
        """Rows of records, events, persons, devices or person_devices under the public names."""
        with self._database.transaction() as connection:
            yield from export.export(connection, kind)


def open_evidence(env: Mapping[str, str], embedded_folder: Path | None) -> PostgresEvidence:
    """The store of the profile that `DB_PROFILE` names, else the embedded one in the folder.

    Raises:
        ConfigurationError: the profile, the folder or the schema is not usable; says what to do.
        RetryableError: the server is busy.
    """
    profile = choose(env)
    if profile is not None:
        return _open(profile)
    if embedded_folder is None:
        raise ConfigurationError("No database: set DB_PROFILE, see `schedulerx db profiles`.")
    server = start_embedded(embedded_folder)
    try:
        return _open(server.profile, server)
    except BaseException:
        server.stop()
        raise


def open_evidence_from_secret(secret_json: str) -> PostgresEvidence:
    """The store that a secret points at, see `profiles.from_secret`.

    Raises:
        ConfigurationError: the secret or the schema is not usable.
        RetryableError: the server is busy.
    """
    return _open(from_secret(secret_json))


def _open(profile: Profile, server: EmbeddedServer | None = None) -> PostgresEvidence:
    ensure_schema(profile, may_upgrade=server is not None)
    return PostgresEvidence(profile, server)
