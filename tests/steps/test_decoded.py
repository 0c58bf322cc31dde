"""A picture is decoded once, whichever step asks, and properly scaled."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from schedulerx.media import decoding
from schedulerx.media.decoded import Decoded
from schedulerx.media.integrity import jpeg
from schedulerx.model.record import Record
from schedulerx.steps import describe, read, render, validate
from tests.steps import broken_files as make
from tests.steps.files import MemoryArtifacts, file_work

STEPS = (validate, describe, render)


def photo(path: Path, width: int = 2400, height: int = 1600, **options: object) -> Path:
    """Rings that get finer outwards: what is resampled badly shows patterns that are not there."""
    y, x = np.mgrid[-height // 2 : height // 2, -width // 2 : width // 2]
    rings = 127 + 100 * np.cos((x * x + y * y) / (width * 2))
    colours = np.stack([rings, np.roll(rings, 90, 0), np.roll(rings, 90, 1)], axis=-1)
    Image.fromarray(colours.astype(np.uint8)).save(path, "JPEG", quality=92, **options)
    return path


def processed(path: Path, artifacts: MemoryArtifacts, *, fresh: bool = False) -> Record:
    work, record = file_work(path, None, artifacts=artifacts)
    for step in STEPS:
        if fresh:
            work.memo.clear()
        record = step.run(work, record)
    return record


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF"])
def test_the_steps_decode_a_picture_once(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, decodes = tmp_path / "picture", []

    def counted(*given: object) -> Decoded:
        decodes.append(given)
        return decode(*given)  # type: ignore[arg-type]  # passed on as it came

    decode = decoding.decode
    monkeypatch.setattr("schedulerx.steps.decoded.decode", counted)
    path.write_bytes(make.picture(kind, (900, 600)))
    work, record = file_work(path, None)
    for step in STEPS:
        record = step.run(work, record)
    read.look_at(work, record)
    assert len(decodes) == 1
    assert len(record.renditions) == 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_what_is_rendered_does_not_depend_on_the_steps_before(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "picture"
    path.write_bytes(make.picture(kind, (1301, 977)))
    shared, alone = MemoryArtifacts(), MemoryArtifacts()
    assert processed(path, shared) == processed(path, alone, fresh=True)
    assert shared.held == alone.held


def test_a_photo_is_strictly_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decodes: list[bool] = []

    def counted(*given: object, strict: bool) -> object:
        decodes.append(strict)
        return decoded(*given, strict=strict)  # type: ignore[arg-type]  # passed on as it came

    decoded = jpeg._decoded
    monkeypatch.setattr(jpeg, "_decoded", counted)
    processed(photo(tmp_path / "a.jpg"), MemoryArtifacts())
    assert decodes == [True]


@pytest.mark.parametrize("orientation", [1, 6])
def test_renditions_are_nearly_what_a_full_decode_and_the_best_filter_give(
    tmp_path: Path, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path, artifacts = photo(tmp_path / "a.jpg", exif=exif), MemoryArtifacts()
    record = processed(path, artifacts)
    with Image.open(path) as stored:
        whole = stored.convert("RGB")
    upright = whole.transpose(Image.Transpose.ROTATE_270) if orientation == 6 else whole
    for each, quality in zip(record.renditions, (82, 78), strict=True):
        best = upright.resize((each.width, each.height), Image.Resampling.LANCZOS)
        reference, shown = io.BytesIO(), Image.open(io.BytesIO(artifacts.held[each.key]))
        best.save(reference, "JPEG", quality=quality)
        ours, theirs = likeness(shown, best), likeness(Image.open(reference), best)
        print(f"{each.name}: {ours:.1f} dB, a full decode and LANCZOS {theirs:.1f} dB")
        assert ours > theirs - 2.5


def likeness(first: Image.Image, second: Image.Image) -> float:
    """Peak signal-to-noise ratio of the luma, in dB."""
    luma = (np.asarray(image.convert("L"), dtype=float) for image in (first, second))
    return float(10 * np.log10(255**2 / np.square(np.subtract(*luma)).mean()))
