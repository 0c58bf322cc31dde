"""The records of a run's files: what an older one holds, and under which name one is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace

from schedulerx.documents.containers.opening import CONTAINERS
from schedulerx.documents.formats import LOCKED_PACKAGE, OLE_DOCUMENTS
from schedulerx.errors import ArtifactNotFound
from schedulerx.media.sniff import media_type
from schedulerx.model import keys
from schedulerx.model.member import Member
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import ReasonCode, Record, decode_record, encode_record
from schedulerx.model.record_name import RecordName, locked
from schedulerx.pipeline.artifacts import fingerprint
from schedulerx.pipeline.file_steps import record_name
from schedulerx.pipeline.nest import Held, holds_others
from schedulerx.pipeline.task import Task


@dataclass(frozen=True)
class RecordShelf:
    """Records as one task needs and leaves them."""

    task: Task
    artifacts: ArtifactStore

    def prior(self, object_id: str, member: Member, path: Path) -> tuple[Record | None, str]:
        """An older record and its name. Names are guessed: a GET costs a twelfth of a LIST. Only
        those of files that hold others cannot be, and are listed where the plan could not.
        """
        if self.task.overwrite_existing:
            return None, ""
        for name in self._guesses(member):
            record = self._record(object_id, name)
            if record is not None:
                return record, name
        if member.version is None and media_type(path, member.path) in CONTAINERS:
            for key in self.artifacts.keys(keys.record_prefix(object_id)):
                name = keys.parse_record_key(key)[1]
                record = self._record(object_id, name)
                if record is not None:
                    return record, name
        return None, ""

    def _guesses(self, member: Member) -> Iterable[str]:
        """Names an older record may have, the likeliest first."""
        mine = self.task.fingerprint
        validated = fingerprint(("validate",), self.task.settings)
        likely = [mine, member.prior, locked(mine), keys.FAILED]
        if member.container is None:  # nothing within a file is validated as it arrives
            likely += [validated, locked(validated)]
        return dict.fromkeys(name for name in likely if name is not None)

    def _record(self, object_id: str, name: str) -> Record | None:
        try:
            return decode_record(self.artifacts.get(keys.record_key(object_id, name)))
        except (ArtifactNotFound, msgspec.DecodeError):
            return None

    def name(self, record: Record, held: Held) -> str:
        """The name that says what the record holds."""
        base = record_name(self.task, record)
        if base == keys.FAILED:
            return base
        name = RecordName(
            fingerprint=base,
            is_locked=held.locked or record.reason_code is ReasonCode.LOCKED,
            is_open=held.failed or (self.task.on_arrival and holds_others(record)),
            contents=held.tally,
        )
        return str(name)

    def renamed(self, found: str, held: Held) -> str:
        """A complete record's name, after what lies in its file was looked at again."""
        name = RecordName.parse(found)
        if not held.tally.count:
            return found
        name = replace(name, is_locked=held.locked, is_open=held.failed, contents=held.tally)
        return str(name)

    def publish(
        self, record: Record, replaced: tuple[str, ...] = (), held: Held | None = None
    ) -> str:
        """Writes the record under what it holds, then removes the ones it replaces."""
        name = self.name(record, held or Held())
        if self.task.on_arrival and (name == keys.FAILED or _is_for_runs(record)):
            return ""  # the run that comes tries it, and tells
        self.artifacts.put(keys.record_key(record.object_id, name), encode_record(record))
        for old in {*replaced, keys.FAILED} - {name}:
            self.artifacts.delete(keys.record_key(record.object_id, old))
        return name


def _is_for_runs(record: Record) -> bool:
    """Whether only runs can tell: nobody asks for the passwords of some locked documents, and
    what opens them is not there on arrival.
    """
    office = record.media_type == LOCKED_PACKAGE or record.media_type in OLE_DOCUMENTS
    return office and record.reason_code is ReasonCode.LOCKED
