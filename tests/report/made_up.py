"""A run that never was: certificate, records and rows, small or hostile, for what reads them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import msgspec
from PIL import Image

from schedulerx.model import keys
from schedulerx.model.evidence import Device, Person, PersonDevice
from schedulerx.model.record import Description, Origin, Record, Rendition, encode_record
from schedulerx.model.run import Certificate, Check, Problem, Run, StepStats, Tally
from schedulerx.settings import ProcessingSettings
from tests.pipeline.memory import MemoryArtifacts

RUN_ID = "20240610T090000000Z"
STEPS = ("validate", "describe", "generate_events", "upload", "create_persons", "verify", "report")


def tally(count: int, size: int = 0) -> Tally:
    return Tally(count=count, bytes=size, digest="ab" * 16)


def certificate(**changes: Any) -> Certificate:
    plain = Certificate(
        run_id=RUN_ID,
        source="/evidence/parcel",
        balanced=True,
        started_at="2024-06-10T09:00:00.000+00:00",
        finished_at="2024-06-10T09:00:04+00:00",
        seconds=4.2,
        inputs=tally(1234, 5_600_000),
        done=tally(1200, 5_000_000),
        skipped=tally(30, 500_000),
        failed=tally(1, 50_000),
        quarantined=tally(3, 50_000),
        records=1203,
        events=987,
        checks=(
            Check(name="every group reported", ok=True, expected="2 groups", found="2 groups"),
        ),
        steps=(
            StepStats(name="validate", done=1200, rejected=3, failed=1, seconds=3.5),
            StepStats(name="describe", done=1200, reused=30, seconds=1.25),
        ),
        problems=(
            problem("mail/lost.eml", "failed", None, "the reader ran out of memory"),
            problem("scans/half.jpg", "quarantined", "damaged", "ends after 60 % of its lines"),
            problem("scans/third.jpg", "quarantined", "damaged", "ends after 30 % of its lines"),
            problem("papers/secret.pdf", "quarantined", "locked", "needs a password"),
        ),
        fingerprint="f" * 16,
        instance_id="11111111-2222-3333-4444-555555555555",
        version="0.1.0",
    )
    return msgspec.structs.replace(plain, **changes)


def problem(path: str, status: str, code: str | None, reason: str) -> Problem:
    return Problem(path=path, status=status, reason_code=code, reason=reason)


def run_of(source: str = "/evidence/parcel") -> Run:
    return Run(
        run_id=RUN_ID,
        plan_id="plan",
        source=source,
        steps=STEPS,
        fingerprint="f" * 16,
        settings=ProcessingSettings(),
        overwrite_existing=False,
        started_at="2024-06-10T09:00:00+00:00",
        inputs=tally(1234),
        skipped=tally(30),
        groups=1,
    )


def thumbnail(shade: int = 90) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), (shade % 256, 120, 140)).save(buffer, "JPEG")
    return buffer.getvalue()


def with_picture(
    artifacts: MemoryArtifacts, number: int, path: str, data: bytes | None = None
) -> str:
    """Publishes a record with a thumbnail; answers the record's key."""
    object_id = f"{number:032x}"
    data = data or thumbnail(number)
    rendition = f"renditions/{number}/thumbnail.jpg"
    artifacts.put(rendition, data)
    record = Record(
        object_id=object_id,
        origin=Origin(path=path, bytes=1, etag="e"),
        media_type="image/jpeg",
        description=Description(captured_at="2024-06-03T06:12:40-04:00", camera_model="N2"),
        renditions=(
            Rendition(name="thumbnail", key=rendition, width=32, height=24, bytes=len(data)),
        ),
    )
    key = keys.record_key(object_id, "f" * 16)
    artifacts.put(key, encode_record(record))
    return key


def event(number: int, **changes: Any) -> dict[str, Any]:
    day, hour = number // 24 % 28 + 1, number % 24
    plain = {
        "event_id": f"event-{number}",
        "object_id": "0" * 32,
        "path": "people/calls.csv",
        "kind": "call",
        "start": f"2024-06-{day:02}T{hour:02}:10:00+00:00",
        "end": None,
        "actors": [
            {"role": "caller", "name": "Nell Tidewater"},
            {"role": "callee", "phone": "+12025550168"},
        ],
        "devices": [],
        "summary": f"Call number {number}",
        "provenance": {"sha256": "0" * 64, "extractor": "csv_calls/1", "row": number + 2},
    }
    return plain | changes


class MadeUpEvidence:
    """The parts of an `EvidenceStore` that the report reads."""

    def __init__(self, events: list[dict[str, Any]] | None = None) -> None:
        self.events = events or []
        self.people: list[Person] = []
        self.hardware: list[Device] = []
        self.links: list[PersonDevice] = []
        self.unused: list[Problem] = []

    def problems(self, limit: int) -> list[Problem]:
        return self.unused[:limit]

    def timeline(self, limit: int) -> list[dict[str, Any]]:
        return self.events[:limit]

    def persons(self) -> Iterator[Person]:
        yield from self.people

    def devices(self) -> Iterator[Device]:
        yield from self.hardware

    def export(self, kind: str) -> Iterator[dict[str, Any]]:
        assert kind == "person_devices"
        yield from (msgspec.structs.asdict(link) for link in self.links)
