"""The record: everything the pipeline knows of one file, in one artifact."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from schedulerx.model.event import Event


class Status(StrEnum):
    """Where an input ended. A certificate's inputs are the sum of these four."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    QUARANTINED = "quarantined"


class ReasonCode(StrEnum):
    """Why a file is quarantined."""

    DAMAGED = "damaged"  # partly readable: what can be read was read
    UNREADABLE = "unreadable"
    LOCKED = "locked"  # needs a password
    REFUSED = "refused"  # hostile, or over a limit
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    SPECIAL = "special"  # a link, a device, a socket: never opened


class StepStatus(StrEnum):
    """How one step ended for one file."""

    DONE = "done"
    NOT_APPLICABLE = "not_applicable"  # nothing for this step in this kind of file
    REJECTED = "rejected"
    FAILED = "failed"


class StepEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One step's line in a record. `fingerprint` is of its version, its settings and its needs."""

    fingerprint: str
    status: StepStatus
    seconds: float
    error: str | None = None


class Origin(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where the bytes came from. `path` is for people and exports; names that are not UTF-8 are
    escaped in it, and `raw_path` (base64 of the bytes) then holds the true one.
    """

    path: str
    bytes: int
    etag: str
    raw_path: str | None = None
    source: str = ""  # the name given to the source, see ProcessingSettings
    container: str | None = None  # id of the file as it came, of what lies in one


class Description(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a file is. Sizes in pixels as stored, before `orientation` (EXIF 1-8) is applied."""

    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    frames: int | None = None
    pages: int | None = None
    duration_s: float | None = None
    fps: float | None = None  # on average
    bit_rate: int | None = None  # bits a second of the whole file
    video_codec: str | None = None  # FFmpeg's names: h264, hevc, vp9
    audio_codec: str | None = None
    channels: int | None = None
    sample_rate: int | None = None  # samples a second
    colour_transfer: str | None = None  # of high dynamic range: pq or hlg
    captured_at: str | None = None  # local time as the camera wrote it, ISO 8601, offset if known
    captured_from: str | None = None  # the tag the time came from
    zone_from: str | None = None  # the tag the offset came from, where it is another
    camera_make: str | None = None
    camera_model: str | None = None
    camera_serial: str | None = None  # of the body
    lens: str | None = None
    lens_serial: str | None = None
    focal_length_mm: float | None = None
    aperture: float | None = None  # the f-number
    exposure_s: float | None = None
    iso: int | None = None
    gps: tuple[float, float] | None = None  # latitude, longitude in degrees, WGS 84
    gps_from: str | None = None  # the tag the place came from
    altitude_m: float | None = None  # above the sea
    colour_profile: str | None = None
    software: str | None = None
    title: str | None = None
    caption: str | None = None
    keywords: tuple[str, ...] = ()
    author: str | None = None
    album: str | None = None
    copyright: str | None = None
    rating: int | None = None  # 1 to 5 stars, -1 rejected
    content_identifier: str | None = None  # what both halves of a Live Photo bear
    describes: str | None = None  # the name of the picture that a sidecar is about
    created_at: str | None = None  # a document's own creation time, ISO 8601


class Rendition(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A derived image or video. `key` names the artifact."""

    name: str
    key: str
    width: int
    height: int
    bytes: int
    media_type: str = "image/jpeg"
    duration_s: float | None = None


class Look(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What an image or a video looks like; see `schedulerx.media.perceptual`.

    `grey` are copies of 48 x 48 grey levels, upright, row by row, one after the other: an image
    whole, and without even borders where it has any; a video's frames in order. It asks for others
    by its `hashes` and is found by those and by its `parts`, each of 63 bits.
    """

    grey: bytes
    hashes: tuple[int, ...]
    parts: tuple[int, ...] = ()


class Reading(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The text of a file. Short text lies in `text`, long text in the artifact `text_key`."""

    text: str = ""
    text_key: str | None = None
    characters: int = 0
    has_text_layer: bool | None = None
    engine: str | None = None  # None: read, not recognised
    rows: int | None = None  # rows of a table, messages of a chat


class Record(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One file's record. Steps take one and return a richer one (`msgspec.structs.replace`)."""

    object_id: str  # 32 hex digits, see `schedulerx.model.identity`
    origin: Origin
    status: Status = Status.DONE
    reason_code: ReasonCode | None = None
    reason: str | None = None
    sha256: str | None = None
    media_type: str | None = None
    description: Description = Description()
    renditions: tuple[Rendition, ...] = ()
    members: int = 0  # inputs that lie in this one, those within them included
    password_line: int | None = None  # of the password file: the one that opened it
    look: Look | None = None  # None: no picture, or one that tells nothing
    reading: Reading | None = None
    events: tuple[Event, ...] = ()  # few events lie here, many in the artifact `events_key`
    events_key: str | None = None
    event_count: int = 0
    warnings: tuple[str, ...] = ()
    steps: dict[str, StepEntry] = msgspec.field(default_factory=dict)


_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Record)


def encode_record(record: Record) -> bytes:
    """The record as one JSON object, keys in a fixed order."""
    return _ENCODER.encode(record)


def decode_record(data: bytes) -> Record:
    """The record back from JSON.

    Raises:
        msgspec.ValidationError: the bytes are not a record.
    """
    return _DECODER.decode(data)
