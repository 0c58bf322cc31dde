from __future__ import annotations

from pathlib import Path

from schedulerx.model.event import EventKind
from schedulerx.model.record import Description
from schedulerx.steps import generate_events
from tests.steps.files import file_work


def test_a_photo_with_a_time_is_one_event_with_its_camera(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"jpeg")
    description = Description(
        captured_at="2011-01-13T14:33:39",
        captured_from="DateTimeOriginal",
        camera_make="Apple",
        camera_model="iPhone 4",
        gps=(41.853, 12.4888333),
    )
    work, record = file_work(file, "image/jpeg", description=description)
    after = generate_events.run(work, record)
    (event,) = after.events
    assert event.kind is EventKind.PHOTO_TAKEN
    assert event.start == "2011-01-13T14:33:39"
    assert [device.label for device in event.devices] == ["Apple iPhone 4"]
    assert "41.853" in event.summary
    assert event.provenance.sha256 == record.sha256
    assert after.event_count == 1
    assert generate_events.run(work, record) == after


def test_a_photo_without_a_time_has_no_event(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"jpeg")
    work, record = file_work(file, "image/jpeg")
    assert generate_events.run(work, record).event_count == 0


def test_a_document_is_created_by_its_author(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.4")
    description = Description(created_at="2020-01-02T03:04:05+01:00", author="Ada", title="Plan")
    work, record = file_work(file, "application/pdf", description=description)
    (event,) = generate_events.run(work, record).events
    assert event.kind is EventKind.DOCUMENT_CREATED
    assert [(actor.role, actor.name) for actor in event.actors] == [("author", "Ada")]
    assert event.summary == "Plan"
