"""What one photo costs, as ratios to what libjpeg-turbo alone costs, beside what a user would pick.

    python -m bench.media [--photos FOLDER] [--count N] [--rounds N]

CPU time of this process and its children, all ways in turn in each round, the median of the
rounds. The photos are real ones of 12 to 24 MP; smaller ones are tiled to that size, so that each
pixel costs what a real one costs.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import simplejpeg
from PIL import Image, ImageOps

from bench.floor import floor
from bench.folder_run import CORPUS, is_imagemagick
from schedulerx.media.decoding import decode
from schedulerx.media.geometry import Covering
from schedulerx.media.picture import Picture
from schedulerx.model.identity import hash_file, object_id
from schedulerx.model.member import Member
from schedulerx.model.record import Origin, Record
from schedulerx.model.work import FileWork
from schedulerx.pipeline.pool import resolve
from schedulerx.settings import ProcessingSettings, RenditionSettings, ValidateSettings
from schedulerx.stores.folders import FolderArtifacts

SHAPES = ((4000, 3000), (4608, 3456), (6000, 4000))  # 12, 16 and 24 MP
STEPS = ("validate", "describe", "render")

Way = Callable[[Sequence[Path], Path], None]


def main() -> None:
    """Makes the photos, times every way in turn, prints milliseconds a photo and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--photos", type=Path, default=CORPUS, help="folder with real photos")
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-media-") as scratch:
        folder = Path(scratch)
        photos = make_photos(asked.photos, folder / "photos", asked.count)
        bare, made_of = floor(folder)
        print(f"{asked.count} photos of 12 to 24 MP, median of {asked.rounds} rounds; the floor is "
              f"{made_of}")  # fmt: skip
        for reason in missing():
            print(f"left out: {reason}")
        for title, operation, ways in OPERATIONS:
            measured = medians(partial(bare, operation, photos), ways(), photos, asked.rounds)
            table(title, measured, asked.count)
        memory(photos)


def make_photos(originals: Path, folder: Path, count: int) -> list[Path]:
    """`count` distinct JPEGs of 12 to 24 MP out of the photos in a folder."""
    found = sorted(path for path in originals.rglob("*.jpg") if path.stat().st_size > 100_000)
    if not found:
        sys.exit(f"{originals} holds no JPEG over 100 kB; name a folder of photos with --photos")
    folder.mkdir()
    for number in range(count):
        original, path = found[number % len(found)], folder / f"{number:05}.jpg"
        with Image.open(original) as image:
            if image.width * image.height >= 12_000_000:
                shutil.copy(original, path)
                continue
            exif, upright = image.getexif(), ImageOps.exif_transpose(image).convert("RGB")
        exif.pop(0x0112, None)
        _tiled(upright, *SHAPES[number % len(SHAPES)]).save(path, quality=90, exif=exif)
    return sorted(folder.iterdir())


def _tiled(image: Image.Image, width: int, height: int) -> Image.Image:
    """The image beside itself, mirrored each time so that there are no seams."""
    whole = Image.new("RGB", (width, height))
    for top in range(0, height, image.height):
        for left in range(0, width, image.width):
            tile = ImageOps.mirror(image) if left // image.width % 2 else image
            whole.paste(ImageOps.flip(tile) if top // image.height % 2 else tile, (left, top))
    return whole


def medians(
    bare: Callable[[], float], ways: dict[str, Way], photos: Sequence[Path], rounds: int
) -> dict[str, float]:
    """CPU seconds of each way over all photos; the floor, measured in the same rounds, first."""
    seconds: dict[str, list[float]] = {name: [] for name in ("floor", *ways)}
    for _ in range(rounds):
        seconds["floor"].append(bare())
        for name, way in ways.items():
            with tempfile.TemporaryDirectory(prefix="bench-media-out-") as out:
                begun = _cpu()
                way(photos, Path(out))
                seconds[name].append(_cpu() - begun)
    return {name: statistics.median(values) for name, values in seconds.items()}


def _cpu() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def table(title: str, measured: dict[str, float], count: int) -> None:
    """A line a way: milliseconds a photo, and the floor's time as a share of it."""
    print(f"\n{title}")
    for name, seconds in measured.items():
        ratio = seconds / measured["floor"]
        print(f"  {name:34} {1000 * seconds / count:8.1f} ms   {ratio:6.2f} x the floor's time"
              f"   {1 / ratio:5.2f} of its speed")  # fmt: skip


def missing() -> list[str]:
    """Why a way that a user might pick is not in the tables."""
    told = []
    if not shutil.which("vipsthumbnail"):
        told.append("vipsthumbnail is not installed (Debian: libvips-tools)")
    if not is_imagemagick():
        told.append("ImageMagick is not installed (Debian: imagemagick)")
    return told


def _resized_by(size: int, quality: int) -> dict[str, Way]:
    ways: dict[str, Way] = {
        "SchedulerX": partial(ours, size=size, quality=quality),
        "Pillow, used plainly": partial(pillow, size=size, quality=quality),
    }
    if shutil.which("vipsthumbnail"):
        ways["vipsthumbnail"] = partial(vips, size=size, quality=quality)
    if is_imagemagick():
        ways["ImageMagick"] = partial(magick, size=size, quality=quality)
    return ways


def ours(photos: Sequence[Path], out: Path, size: int, quality: int) -> None:
    """The house's decode, with its integrity findings, and one picture out of it."""
    for photo in photos:
        base = Covering((RenditionSettings(name="bench", size=size),))
        found = decode(photo, "image/jpeg", ValidateSettings(), base)
        assert found.findings.damage is None
        assert isinstance(found.picture, Picture)
        (out / photo.name).write_bytes(found.picture.jpeg(quality))


def pillow(photos: Sequence[Path], out: Path, size: int, quality: int) -> None:
    """As in Pillow's documentation, without its shortcuts."""
    for photo in photos:
        with Image.open(photo) as image:
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=None)
            upright.save(out / photo.name, quality=quality)


def vips(photos: Sequence[Path], out: Path, size: int, quality: int) -> None:
    """The command of libvips, one process for all photos."""
    to = ["--size", str(size), "-o", f"{out}/%s.jpg[Q={quality}]"]
    _command(["vipsthumbnail", *to, *map(str, photos)])


def magick(photos: Sequence[Path], out: Path, size: int, quality: int) -> None:
    """ImageMagick with the size hint that its documentation recommends, one process for all."""
    how = ["-define", f"jpeg:size={2 * size}x{2 * size}", "-auto-orient"]
    to = ["-thumbnail", f"{size}x{size}", "-quality", str(quality), "-path", str(out)]
    _command(["mogrify", *how, *to, *map(str, photos)])


def _command(command: list[str]) -> None:
    one = {"VIPS_CONCURRENCY": "1", "MAGICK_THREAD_LIMIT": "1"}
    subprocess.run(command, check=True, env={**os.environ, **one})


def _whole() -> dict[str, Way]:
    return {"SchedulerX": ours_whole, "Pillow, used plainly": pillow_whole}


def ours_whole(photos: Sequence[Path], out: Path) -> None:
    """Hashes, metadata, integrity, perceptual hash and two renditions, by the house's steps."""
    for photo in photos:
        record = whole_pass(photo, out)
        assert record.look is not None
        assert len(record.renditions) == 2


def whole_pass(photo: Path, out: Path) -> Record:
    """One photo through the steps, as a worker takes it."""
    sha256, etag = hash_file(photo)
    member = Member(path=photo.name, bytes=photo.stat().st_size, etag=etag)
    origin = Origin(path=photo.name, bytes=member.bytes, etag=etag)
    record = Record(object_id=object_id(photo.name.encode(), etag), origin=origin, sha256=sha256)
    work = FileWork(member, photo, FolderArtifacts(out), ProcessingSettings(), "bench")
    for step in STEPS:
        record = resolve(f"schedulerx.steps.{step}:run")(work, record)
    return record


def pillow_whole(photos: Sequence[Path], out: Path) -> None:
    """What most scripts do: SHA-256, `verify()`, EXIF, a perceptual hash, two thumbnails."""
    for photo in photos:
        data = photo.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        with Image.open(io.BytesIO(data)) as image:
            image.verify()
        with Image.open(io.BytesIO(data)) as image:
            np.asarray(image.convert("L").resize((9, 8), Image.Resampling.LANCZOS))
        for size in (1080, 320):
            with Image.open(io.BytesIO(data)) as image:
                image.getexif()
                upright = ImageOps.exif_transpose(image)
                upright.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=None)
                upright.save(out / f"{digest}-{size}.jpg", quality=82)


def _recompressed_whole() -> dict[str, Way]:
    return {"simplejpeg": recompress_whole, "Pillow": pillow_recompress_whole}


def recompress_whole(photos: Sequence[Path], out: Path) -> None:
    """At its full size, by the library the house decodes and encodes with."""
    for photo in photos:
        pixels = simplejpeg.decode_jpeg(photo.read_bytes(), "RGB")
        encoded = simplejpeg.encode_jpeg(pixels, quality=82, colorsubsampling="420")
        (out / photo.name).write_bytes(encoded)


def pillow_recompress_whole(photos: Sequence[Path], out: Path) -> None:
    """At its full size, by Pillow."""
    for photo in photos:
        with Image.open(photo) as image:
            image.save(out / photo.name, quality=82)


def memory(photos: Sequence[Path]) -> None:
    """Prints the most memory that a worker took, before any photo and for the largest one."""
    largest = max(photos, key=_pixels)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        before, after = pool.apply(_peak, (largest,))
    told = f"{before:.0f} MB at its start, {after:.0f} MB at most over {_pixels(largest):,} pixels"
    print(f"\nmemory of a worker: {told}")


def _pixels(photo: Path) -> int:
    with Image.open(photo) as image:
        return image.width * image.height


def _peak(photo: Path) -> tuple[float, float]:
    for step in STEPS:
        resolve(f"schedulerx.steps.{step}:run")
    before = _resident()
    with tempfile.TemporaryDirectory(prefix="bench-media-out-") as out:
        whole_pass(photo, Path(out))
    return before, _resident()


def _resident() -> float:
    """The most memory this process ever took; rusage would count its parent's, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


OPERATIONS: tuple[tuple[str, str, Callable[[], dict[str, Way]]], ...] = (
    ("Thumbnail, 320 px", "thumb320", partial(_resized_by, 320, 80)),
    ("Recompressed to 1080 px", "web1080", partial(_resized_by, 1080, 82)),
    ("Recompressed at its full size", "recompress", _recompressed_whole),
    ("The whole pass", "both", _whole),
)


if __name__ == "__main__":
    main()
