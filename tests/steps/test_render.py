"""Render: two JPEG pictures, upright, plain RGB, the same bytes every time."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from schedulerx.media.colours import flattened
from schedulerx.model.keys import content_type
from schedulerx.model.record import Record
from schedulerx.settings import ProcessingSettings, RenderSettings, RenditionSettings
from schedulerx.steps import describe, render, validate
from tests.media.pictures import jpeg, scene
from tests.steps import broken_files as make
from tests.steps.files import MemoryArtifacts, file_work
from tests.steps.test_describe import video

RED, BLUE = (255, 0, 0), (0, 0, 255)


def rendered(folder: Path, data: bytes, artifacts: MemoryArtifacts | None = None) -> Record:
    path = folder / "file"
    path.write_bytes(data)
    work, record = file_work(path, None, artifacts=artifacts)
    return render.run(work, describe.run(work, validate.run(work, record)))


def pictures(folder: Path, data: bytes) -> dict[str, Image.Image]:
    artifacts = MemoryArtifacts()
    record = rendered(folder, data, artifacts)
    return {
        each.name: Image.open(io.BytesIO(artifacts.held[each.key])) for each in record.renditions
    }


def sized(record: Record) -> dict[str, tuple[int, int]]:
    return {each.name: (each.width, each.height) for each in record.renditions}


def test_a_photo_gets_a_compressed_copy_and_a_thumbnail(tmp_path: Path) -> None:
    record = rendered(tmp_path, make.picture("JPEG", (2000, 1500)))
    assert sized(record) == {"compressed": (1080, 810), "thumbnail": (320, 240)}


def test_small_pictures_are_never_enlarged(tmp_path: Path) -> None:
    record = rendered(tmp_path, make.picture("PNG", (500, 100)))
    assert sized(record) == {"compressed": (500, 100), "thumbnail": (320, 64)}


def test_the_same_bytes_come_out_every_time(tmp_path: Path) -> None:
    first, second = MemoryArtifacts(), MemoryArtifacts()
    data = make.picture("JPEG", (1500, 1000))
    rendered(tmp_path, data, first)
    rendered(tmp_path, data, second)
    assert first.held == second.held


def test_what_is_published_is_not_rendered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts, data = MemoryArtifacts(), make.picture("JPEG", (1500, 1000))
    once = rendered(tmp_path, data, artifacts)
    monkeypatch.delattr(render, "decoded")
    assert rendered(tmp_path, data, artifacts).renditions == once.renditions


def test_equal_files_get_equal_looks_whether_rendered_or_found(tmp_path: Path) -> None:
    artifacts, data = MemoryArtifacts(), jpeg(scene(1))
    once = rendered(tmp_path, data, artifacts)
    assert once.look is not None
    assert rendered(tmp_path, data, artifacts).look == once.look


def test_a_blank_picture_has_no_look(tmp_path: Path) -> None:
    assert rendered(tmp_path, jpeg(Image.new("RGB", (300, 200), RED))).look is None


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_every_orientation_comes_out_upright(tmp_path: Path, kind: str, orientation: int) -> None:
    upright = Image.new("RGB", (96, 64), RED)
    upright.paste(BLUE, (0, 0, 32, 32))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(back[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    stored.save(out, kind, exif=exif)
    shown = pictures(tmp_path, out.getvalue())["compressed"]
    assert shown.size == (96, 64)
    assert nearly(shown.getpixel((8, 8)), BLUE)
    assert nearly(shown.getpixel((88, 8)), RED)
    assert nearly(shown.getpixel((8, 56)), RED)


def nearly(found: object, expected: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) < 12 for a, b in zip(found, expected, strict=True))


def test_metadata_is_left_behind(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Box 1"
    shown = pictures(tmp_path, make.picture("JPEG", exif=exif))["compressed"]
    assert "exif" not in shown.info
    assert "icc_profile" not in shown.info


def test_transparency_is_laid_over_white() -> None:
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert flattened(clear).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(("mode", "bright"), [("I;16", 65_535), ("I", 65_535), ("F", 1.0)])
def test_deep_pixels_keep_their_range(mode: str, bright: float) -> None:
    deep = Image.new(mode, (2, 1), 0)
    deep.putpixel((1, 0), bright)
    plain = flattened(deep)
    assert (plain.getpixel((0, 0)), plain.getpixel((1, 0))) == ((0, 0, 0), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "YCbCr", "HSV", "LAB"])
def test_every_colour_space_becomes_rgb(mode: str) -> None:
    assert flattened(Image.new(mode, (3, 2))).mode == "RGB"


def test_a_damaged_photo_shows_what_is_there(tmp_path: Path) -> None:
    whole = make.picture("JPEG", (800, 600))
    assert sized(rendered(tmp_path, whole[: len(whole) // 2]))["compressed"] == (800, 600)


def test_a_lenient_decode_leaves_the_next_check_strict(tmp_path: Path) -> None:
    cut = make.picture("TIFF", (300, 200))[:-9000]
    before = rendered(tmp_path, cut).reason_code
    rendered(tmp_path, make.picture("JPEG"))
    assert rendered(tmp_path, cut).reason_code == before
    assert before is not None


def test_camera_raw_is_shown_by_its_preview(tmp_path: Path) -> None:
    assert sized(rendered(tmp_path, make.raw_photo()))["compressed"] == (480, 640)


def test_a_video_is_shown_by_its_poster(tmp_path: Path) -> None:
    record = rendered(tmp_path, video(tmp_path / "made.mov").read_bytes())
    assert sized(record) == {"compressed": (64, 48), "thumbnail": (64, 48)}


@pytest.mark.parametrize("data", [b"hello\n", make.pdf()], ids=["text", "PDF"])
def test_what_has_no_picture_is_returned_as_it_is(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    work, record = file_work(path, None)
    record = validate.run(work, record)
    assert render.run(work, record) is record


def named(**wanted: Any) -> ProcessingSettings:
    made = RenditionSettings(name="made", **wanted)
    return ProcessingSettings(render=RenderSettings(renditions=(made,)))


@pytest.mark.parametrize("kind", ["jpeg", "webp", "avif", "png"])
def test_a_rendition_tells_its_format_and_its_key_ends_in_it(tmp_path: Path, kind: str) -> None:
    path, artifacts = tmp_path / "file", MemoryArtifacts()
    path.write_bytes(jpeg(scene(1)))
    work, record = file_work(path, None, artifacts=artifacts, settings=named(size=90, format=kind))
    record = render.run(work, describe.run(work, validate.run(work, record)))
    (made,) = record.renditions
    assert made.media_type == f"image/{kind}" == content_type(made.key)
    with Image.open(io.BytesIO(artifacts.held[made.key])) as image:
        assert (image.size, image.format) == ((90, 68), kind.upper())
    assert record.look is not None


def test_a_missed_ceiling_is_told_once_and_of_equal_files_alike(tmp_path: Path) -> None:
    path, artifacts = tmp_path / "file", MemoryArtifacts()
    path.write_bytes(jpeg(scene(1)))
    settings = named(size=90, max_bytes=20)
    work, record = file_work(path, None, artifacts=artifacts, settings=settings)
    once = render.run(work, describe.run(work, validate.run(work, record)))
    assert ["max_bytes of 20" in words for words in once.warnings] == [True]
    assert render.run(work, once) == once


def test_a_square_is_cut_out_of_a_videos_poster(tmp_path: Path) -> None:
    path = video(tmp_path / "made.mov")
    work, record = file_work(path, None, settings=named(size=40, fit="crop"))
    record = render.run(work, describe.run(work, validate.run(work, record)))
    assert sized(record) == {"made": (40, 40)}
