from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from schedulerx.posts.checking import broken
from schedulerx.posts.conversion import picture_for, video_for
from schedulerx.posts.limits import Limits, MediaLimits
from schedulerx.posts.media_intake import take_in
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import Refused
from schedulerx.posts.preparation import MediaPreparation
from schedulerx.settings import ProcessingSettings
from schedulerx.stores.folders import FolderArtifacts

JPEG_ONLY = MediaLimits(
    media_types=("image/jpeg",), max_bytes=200_000, min_width=320, max_width=1440, min_aspect=0.8,
    max_aspect=1.91,
)  # fmt: skip
MP4 = MediaLimits(media_types=("video/mp4",), max_seconds=60, video_codecs=("h264",))


@pytest.fixture
def store(tmp_path: Path) -> FolderArtifacts:
    return FolderArtifacts(tmp_path / "media")


def picture(tmp_path: Path, store: FolderArtifacts, name: str, size: tuple[int, int]) -> MediaItem:
    path = tmp_path / name
    Image.effect_noise(size, 60).convert("RGB").save(path)
    return take_in(path, store, ProcessingSettings())


def fitted(
    store: FolderArtifacts, item: MediaItem, limits: MediaLimits, options: Mapping[str, Any]
) -> MediaItem:
    preparation = MediaPreparation(store, ProcessingSettings())
    return preparation._fitted(item, Limits(max_text=1, picture=limits, video=MP4), options)


def test_what_fits_is_left_as_it_is(tmp_path: Path, store: FolderArtifacts) -> None:
    item = picture(tmp_path, store, "a.jpg", (400, 300))
    assert picture_for(item, JPEG_ONLY, {}) is None


def test_another_format_size_and_weight_are_made_to_fit(
    tmp_path: Path, store: FolderArtifacts
) -> None:
    item = picture(tmp_path, store, "a.png", (2000, 1500))
    made = fitted(store, item, JPEG_ONLY, {})
    assert list(broken(made, JPEG_ONLY)) == []
    assert made.media_type == "image/jpeg"


@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_a_shape_is_made_to_fit_as_the_author_chooses(
    tmp_path: Path, store: FolderArtifacts, fit: str
) -> None:
    item = picture(tmp_path, store, "a.jpg", (2000, 500))
    made = fitted(store, item, JPEG_ONLY, {"fit": fit})
    assert list(broken(made, JPEG_ONLY)) == []


def test_a_shape_is_left_to_be_refused_where_the_author_did_not_choose(
    tmp_path: Path, store: FolderArtifacts
) -> None:
    item = picture(tmp_path, store, "a.jpg", (2000, 500))
    assert [rule for rule, _ in broken(fitted(store, item, JPEG_ONLY, {}), JPEG_ONLY)] == ["aspect"]


def test_a_place_never_leaves_the_house(tmp_path: Path, store: FolderArtifacts) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    Image.new("RGB", (400, 300), "teal").save(path, exif=exif)
    item = take_in(path, store, ProcessingSettings())
    assert item.located
    made = fitted(store, item, JPEG_ONLY, {})
    with Image.open(io.BytesIO(store.get(made.key))) as image:
        assert not image.getexif().get_ifd(0x8825)


def test_what_was_converted_once_is_not_converted_again(
    tmp_path: Path, store: FolderArtifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = picture(tmp_path, store, "a.png", (500, 400))
    made = fitted(store, item, JPEG_ONLY, {})
    monkeypatch.setattr("schedulerx.posts.preparation.render", None)
    assert fitted(store, item, JPEG_ONLY, {}) == made


def test_a_medium_that_is_gone_is_named(tmp_path: Path, store: FolderArtifacts) -> None:
    item = picture(tmp_path, store, "a.png", (500, 400))
    store.delete(item.key)
    with pytest.raises(Refused, match=r"a\.png is no longer"):
        fitted(store, item, JPEG_ONLY, {})


@pytest.mark.parametrize(("consent", "cut"), [({}, None), ({"trim": "yes"}, 59.95)])
def test_a_video_is_cut_with_consent_only(consent: dict[str, str], cut: float | None) -> None:
    item = MediaItem(
        key="k", sha256="0", media_type="video/mp4", bytes=1, duration_s=75.0, video_codec="h264"
    )
    wanted = video_for(item, MP4, consent)
    assert wanted is not None
    assert wanted.cut_s == cut


def test_a_video_in_another_codec_is_transcoded() -> None:
    item = MediaItem(key="k", sha256="0", media_type="video/mp4", bytes=1, video_codec="hevc")
    assert video_for(item, MP4, {}) is not None
    assert video_for(msgspec.structs.replace(item, video_codec="h264"), MP4, {}) is None
