"""Derived videos: published whole, once for equal files, and never at the original's cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedulerx.media.recordings import describe as described
from schedulerx.model.record import Record, Rendition
from schedulerx.settings import ProcessingSettings, RenderSettings, VideoRenditionSettings
from schedulerx.steps import describe, render, validate
from tests.media.videos import clip
from tests.steps import broken_files as make
from tests.steps.files import MemoryArtifacts, file_work


def rendered(path: Path, artifacts: MemoryArtifacts, **wishes: object) -> Record:
    wanted = VideoRenditionSettings(name="web", **wishes)  # type: ignore[arg-type]  # each test names its own
    settings = ProcessingSettings(render=RenderSettings(videos=(wanted,)))
    work, record = file_work(path, None, settings=settings, artifacts=artifacts)
    return render.run(work, describe.run(work, validate.run(work, record)))


def web(record: Record) -> Rendition:
    return next(each for each in record.renditions if each.name == "web")


def test_a_video_gets_its_pictures_and_its_videos(tmp_path: Path) -> None:
    artifacts = MemoryArtifacts()
    record = rendered(clip(tmp_path / "a.webm", codec="libvpx", frames=24), artifacts, size=80)
    assert [each.name for each in record.renditions] == ["compressed", "thumbnail", "web"]
    made = web(record)
    assert (made.width, made.height, made.media_type) == (80, 60, "video/mp4")
    assert made.duration_s == pytest.approx(1.0, abs=0.1)
    (tmp_path / "made.mp4").write_bytes(artifacts.held[made.key])
    assert described(tmp_path / "made.mp4").video_codec == "h264"
    assert record.look is not None


def test_an_equal_file_is_not_transcoded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts = MemoryArtifacts()
    path = clip(tmp_path / "a.webm", codec="libvpx", frames=24)
    first = rendered(path, artifacts)
    monkeypatch.setattr("schedulerx.steps.video_renditions.transcode", None)
    assert rendered(path, artifacts).renditions == first.renditions


def test_what_was_published_by_half_is_made_again(tmp_path: Path) -> None:
    artifacts = MemoryArtifacts()
    path = clip(tmp_path / "a.webm", codec="libvpx", frames=24)
    made = web(rendered(path, artifacts))
    whole = artifacts.held[made.key]
    del artifacts.held[f"{made.key}.json"]
    artifacts.held[made.key] = b"another"
    assert web(rendered(path, artifacts)) == made
    assert artifacts.held[made.key] == whole


def test_a_rendition_that_cannot_be_made_is_told_and_costs_nothing_else(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4", frames=24)
    record = rendered(path, MemoryArtifacts(), max_bytes=1000)
    assert [each.name for each in record.renditions] == ["compressed", "thumbnail"]
    assert "there is no rendition web" in " ".join(record.warnings)


def test_pictures_have_no_videos(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(make.picture("JPEG", (64, 48)))
    record = rendered(path, MemoryArtifacts())
    assert [each.name for each in record.renditions] == ["compressed", "thumbnail"]
