"""Persons, devices, and what links them; and the counts a database answers with."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from schedulerx.model.event import Provenance


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person: identities that belong together. Lists are sorted."""

    person_id: str
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device: identifiers that belong together."""

    device_id: str
    imei: str | None = None
    imsi: str | None = None
    serial: str | None = None
    mac: str | None = None
    phone_numbers: tuple[str, ...] = ()
    label: str | None = None


class PersonDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A person's device. `confidence` from 0 to 1; `evidence` are sentences with event ids;
    `seen_from` and `seen_to` are ISO 8601, UTC where the sources tell the zone.
    """

    person_id: str
    device_id: str
    confidence: float
    evidence: tuple[str, ...] = ()
    seen_from: str | None = None
    seen_to: str | None = None


class CompanionKind(StrEnum):
    """What a companion is to the file it points at."""

    LIVE_PHOTO = "live_photo"  # the moving half of a still
    RAW_PAIR = "raw_pair"  # the camera's own picture beside its RAW
    EDIT = "edit"
    SIDECAR = "sidecar"


class Related(msgspec.Struct, frozen=True, kw_only=True):
    """What companions are told by. `object_id` has 16 bytes."""

    object_id: bytes
    location: str
    path: str
    media_type: str | None = None
    captured_at: str | None = None
    duration_s: float | None = None
    content_identifier: str | None = None
    describes: str | None = None


class Companion(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to another; ids have 16 bytes."""

    object_id: bytes
    companion_of: bytes
    kind: CompanionKind


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """What near-duplicates are sought by: see `Look`. `duration_s` is None for an image; ids have
    16 bytes.
    """

    object_id: bytes
    hashes: tuple[int, ...]
    parts: tuple[int, ...] = ()
    duration_s: float | None = None


class NearDuplicate(msgspec.Struct, frozen=True, kw_only=True):
    """A copy that looks like its original. `score` is the likeness, up to 1."""

    object_id: bytes
    original_id: bytes
    score: float


class DuplicateFile(msgspec.Struct, frozen=True, kw_only=True):
    """A copy and its original, as found. `score` is 1 for equal bytes; raw paths as in `Origin`."""

    path: str
    raw_path: str | None
    bytes: int
    sha256: str
    original: str
    original_raw: str | None
    original_sha256: str
    score: float
    is_near: bool


class TableChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What a write changed."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    total: int = 0


class UploadCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What an upload changed."""

    objects_added: int = 0
    objects_changed: int = 0
    objects_superseded: int = 0  # older versions of the same paths
    events_added: int = 0
    events_changed: int = 0
    events_removed: int = 0


class StoredCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what was asked for is in the database."""

    objects: int
    events: int


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An event that shows something, and the way back to it."""

    event_id: str
    path: str
    start: str | None
    provenance: Provenance
    kind: str = ""
    summary: str = ""
    source: str | None = None  # the folder or bucket that the path is in


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """Two identities (or events) that a rule joins, or would but for a ban."""

    one: str
    other: str
    rule: str
    confidence: float
    events: int
    is_blocked: bool = False
    shown: tuple[Shown, ...] = ()


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a person or a device is one, or where else an event is told."""

    kind: str
    id: str
    names: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()  # what is named with it, and joins nobody
    joins: tuple[Joined, ...] = ()
    merged: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()  # of an event: itself


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody decided by hand: `join` or `forbid`."""

    decision_id: int
    verdict: str
    keys: tuple[str, ...]
    others: tuple[str, ...]
    reason: str
    decided_at: str
    is_undone: bool
