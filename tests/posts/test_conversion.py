from __future__ import annotations

import errno
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from PIL import Image

from schedulerx.errors import RejectedInput
from schedulerx.model.range_file import PIECE
from schedulerx.model.record import ReasonCode
from schedulerx.posts.checking import breaches
from schedulerx.posts.conversion import picture_for, video_for, wanted_for
from schedulerx.posts.limits import Limits, MediaLimits
from schedulerx.posts.media_intake import take_in
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import NotAccepted, Refused
from schedulerx.posts.preparation import MediaPreparation
from schedulerx.settings import (
    FramedVideoSettings,
    ProcessingSettings,
    RenditionSettings,
    ValidateSettings,
)
from schedulerx.stores.folders import FolderArtifacts
from tests.media.videos import clip

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
    assert list(breaches(made, JPEG_ONLY)) == []
    assert made.media_type == "image/jpeg"


@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_a_shape_is_made_to_fit_as_the_author_chooses(
    tmp_path: Path, store: FolderArtifacts, fit: str
) -> None:
    item = picture(tmp_path, store, "a.jpg", (2000, 500))
    made = fitted(store, item, JPEG_ONLY, {"fit": fit})
    assert list(breaches(made, JPEG_ONLY)) == []


def test_a_shape_is_left_to_be_refused_where_the_author_did_not_choose(
    tmp_path: Path, store: FolderArtifacts
) -> None:
    item = picture(tmp_path, store, "a.jpg", (2000, 500))
    left = fitted(store, item, JPEG_ONLY, {})
    assert left == item
    assert "aspect" in [each.rule for each in breaches(left, JPEG_ONLY)]


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


def test_what_cannot_be_converted_is_tried_once_and_refused_as_often_as_it_is_asked_for(
    tmp_path: Path, store: FolderArtifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = picture(tmp_path, store, "a.png", (500, 400))
    tried = []

    def unable(*_: object) -> None:
        tried.append(1)
        raise RejectedInput(ReasonCode.UNREADABLE, "the picture cannot be decoded")

    monkeypatch.setattr("schedulerx.posts.preparation.render", unable)
    for _ in range(2):
        with pytest.raises(Refused, match=r"a\.png: the picture cannot be decoded"):
            fitted(store, item, JPEG_ONLY, {})
    assert tried == [1]


def test_a_refusal_ends_with_the_limits_it_was_made_under(
    tmp_path: Path, store: FolderArtifacts
) -> None:
    item = picture(tmp_path, store, "a.png", (500, 400))
    wanted = picture_for(item, JPEG_ONLY, {})
    assert wanted is not None
    narrow = ProcessingSettings(validate=ValidateSettings(max_pixels=1000))
    with pytest.raises(RejectedInput):
        MediaPreparation(store, narrow).make(item, wanted)
    assert MediaPreparation(store, ProcessingSettings()).make(item, wanted).width == 500


def test_a_full_disk_is_no_fault_of_the_picture(
    tmp_path: Path, store: FolderArtifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = picture(tmp_path, store, "a.png", (500, 400))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(NotAccepted, match=r"a\.png needs .* bytes in .*No space left.*make room"):
        fitted(store, item, JPEG_ONLY, {})
    monkeypatch.undo()
    assert fitted(store, item, JPEG_ONLY, {}).media_type == "image/jpeg"


def test_a_medium_that_is_converted_is_never_held_whole(tmp_path: Path) -> None:
    class Counting(FolderArtifacts):
        lengths: ClassVar[list[int]] = []

        def get(self, key: str) -> bytes:
            assert key.endswith(".json"), "a medium was read whole"
            return super().get(key)

        def get_range(self, key: str, start: int, length: int) -> bytes:
            self.lengths.append(length)
            return super().get_range(key, start, length)

    store = Counting(tmp_path / "media")
    item = picture(tmp_path, store, "a.png", (1500, 1500))
    assert item.bytes > PIECE
    fitted(store, item, JPEG_ONLY, {})
    assert sum(Counting.lengths) == item.bytes
    assert max(Counting.lengths) <= PIECE


def test_a_file_that_changes_while_it_is_read_is_no_medium(
    tmp_path: Path, store: FolderArtifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (40, 30), "teal").save(path)

    def copied(key: str, source: Path) -> None:
        source.write_bytes(b"another picture")
        FolderArtifacts.copy_file(store, key, source)

    monkeypatch.setattr(store, "copy_file", copied)
    with pytest.raises(RejectedInput, match=r"a\.png was changed while it was read"):
        take_in(path, store, ProcessingSettings())
    assert list(store.keys("posts/")) == []


def test_a_medium_stays_where_its_owner_has_it(tmp_path: Path, store: FolderArtifacts) -> None:
    item = picture(tmp_path, store, "a.png", (40, 30))
    assert (tmp_path / "a.png").is_file()
    assert store.exists(item.key)


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
    assert (None if wanted is None else wanted.cut_s) == cut


def test_a_video_in_another_codec_is_transcoded() -> None:
    item = MediaItem(key="k", sha256="0", media_type="video/mp4", bytes=1, video_codec="hevc")
    assert video_for(item, MP4, {}) is not None
    assert video_for(msgspec.structs.replace(item, video_codec="h264"), MP4, {}) is None


def a_photo(**told: Any) -> MediaItem:
    return MediaItem(
        key="k", sha256="0", name="a", **{"media_type": "image/jpeg", "bytes": 10, "width": 900,
        "height": 1200, **told},
    )  # fmt: skip


ANY_SHAPE = MediaLimits(media_types=("image/jpeg", "image/png"), max_bytes=1_000_000)


@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_a_shape_that_is_taken_is_left_alone_whatever_was_chosen(fit: str) -> None:
    assert picture_for(a_photo(), ANY_SHAPE, {"fit": fit}) is None
    converted = picture_for(a_photo(located=True), ANY_SHAPE, {"fit": fit})
    assert converted is not None
    assert (converted.fit, converted.aspect) == ("inside", None)


def test_a_shape_that_was_chosen_is_made_or_the_nearest_that_is_taken() -> None:
    options = {"fit": "pad", "aspect": "9:16", "colour": "#102030"}
    free = picture_for(a_photo(), ANY_SHAPE, options)
    assert free is not None
    assert free.aspect == pytest.approx((9 / 16, 9 / 16), rel=0.01)
    assert free.colour == "#102030"
    bound = picture_for(a_photo(), JPEG_ONLY, options)
    assert bound is not None
    assert bound.aspect == pytest.approx((0.8, 0.8), rel=0.01)


@pytest.mark.parametrize("odd", ["turned", "inks", "located"])
def test_what_not_every_viewer_shows_as_it_is_meant_is_converted(odd: str) -> None:
    assert picture_for(a_photo(), ANY_SHAPE, {}) is None
    assert picture_for(a_photo(**{odd: True}), ANY_SHAPE, {}) is not None


@pytest.mark.parametrize(("clear", "kept"), [(False, "jpeg"), (True, "png")])
def test_a_png_too_heavy_becomes_a_jpeg_unless_it_is_transparent(*, clear: bool, kept: str) -> None:
    heavy = a_photo(media_type="image/png", bytes=60_000_000, clear=clear)
    wanted = picture_for(heavy, ANY_SHAPE, {})
    assert wanted is not None
    assert wanted.format == kept


def test_a_video_that_can_never_fit_is_not_transcoded_in_vain() -> None:
    short = a_photo(media_type="video/mp4", video_codec="hevc", duration_s=1.0)
    limits = MediaLimits(media_types=("video/mp4",), min_seconds=3, video_codecs=("h264",))
    assert video_for(short, limits, {}) is None


GIFS = MediaLimits(media_types=("image/gif",), max_width=800)


@pytest.mark.parametrize(
    ("item", "animation", "options", "made"),
    [
        ({}, None, {}, FramedVideoSettings),  # it would stand still
        ({}, GIFS, {}, type(None)),
        ({"width": 900}, GIFS, {}, FramedVideoSettings),
        ({"media_type": "image/webp"}, GIFS, {}, FramedVideoSettings),
        ({"located": True}, GIFS, {}, FramedVideoSettings),
        ({}, GIFS, {"still": "yes"}, RenditionSettings),
        ({"frames": 1}, None, {}, RenditionSettings),
    ],
)
def test_a_moving_picture_goes_on_moving(
    item: dict[str, Any], animation: MediaLimits | None, options: dict[str, str], made: type
) -> None:
    limits = Limits(max_text=1, picture=ANY_SHAPE, animation=animation, video=MP4)
    moving = a_photo(**{"media_type": "image/gif", "width": 400, "frames": 9, **item})
    assert type(wanted_for(moving, limits, options)) is made


def test_an_animation_is_kept_as_the_video_that_was_made_of_it(
    tmp_path: Path, store: FolderArtifacts
) -> None:
    path = tmp_path / "a.gif"
    frames = [Image.new("RGB", (320, 240), colour) for colour in ("red", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=400)
    item = take_in(path, store, ProcessingSettings())
    assert item.frames == 2
    made = fitted(store, item, JPEG_ONLY, {})
    assert (made.media_type, made.video_codec, made.name) == ("video/mp4", "h264", "a.gif")
    assert list(breaches(made, MP4)) == []


def test_a_medium_lies_under_what_it_is_whatever_it_is_called(
    tmp_path: Path, store: FolderArtifacts
) -> None:
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.JPEG")
    item = take_in(tmp_path / "a.JPEG", store, ProcessingSettings())
    assert item.key.endswith(".png")
    assert item.name == "a.JPEG"


def test_a_video_is_shaped_as_its_author_chooses() -> None:
    film = a_photo(media_type="video/mp4", video_codec="h264", width=640, height=480)
    assert video_for(film, MP4, {"fit": "pad"}) is None
    wanted = video_for(film, MP4, {"fit": "pad", "aspect": "9:16"})
    assert wanted is not None
    assert (wanted.fit, wanted.colour) == ("pad", "#000000")
    assert wanted.aspect == pytest.approx((9 / 16, 9 / 16), rel=0.01)


PLAIN = MediaLimits(
    media_types=("video/mp4",), min_fps=23, max_fps=60, max_bit_rate=25_000_000, plain=True
)


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        ({"fps": 12.0}, "fps"),
        ({"fps": 120.0}, "fps"),
        ({"duration_s": 1.0, "bytes": 4_000_000}, "bit_rate"),
        ({"quirks": ("sound at 96,000 Hz",)}, "coding"),
    ],
)
def test_what_a_platform_would_refuse_of_a_video_is_converted(
    told: dict[str, Any], rule: str
) -> None:
    item = a_photo(**{"media_type": "video/mp4", "fps": 25.0, "duration_s": 10.0, **told})
    assert [each.rule for each in breaches(item, PLAIN)] == [rule]
    wanted = video_for(item, PLAIN, {})
    assert wanted is not None
    assert (wanted.least_fps, wanted.fps) == (23, 60)


def test_an_odd_and_slow_video_becomes_one_that_is_taken(
    tmp_path: Path, store: FolderArtifacts
) -> None:
    path = clip(tmp_path / "a.mp4", frames=20, rate=8, kind="yuv422p")
    item = take_in(path, store, ProcessingSettings())
    assert item.quirks == ("pictures in yuv422p", "its index at the end")
    limits = Limits(max_text=1, video=PLAIN)
    made = MediaPreparation(store, ProcessingSettings())._fitted(item, limits, {})
    assert list(breaches(made, PLAIN)) == []
    assert (made.fps, made.duration_s, made.quirks) == (24.0, item.duration_s, ())
