"""Files a second of a folder run over photos, beside what a user would pick instead.

    python bench/folder_run.py [--photos FOLDER] [--count N]

All ways get the same files and the same number of processes, in turn, in one run of this script.
The plain loop is the one from Pillow's documentation with what a careful user adds: SHA-256, EXIF,
`verify()`, a 1080 px copy and a 320 px thumbnail. The bare steps are this product's own step
functions called from `multiprocessing`, without plan, records, database, certificate and report:
what the folder run takes more than they is its overhead. Nobody else in the table reads text, so
recognition is off but for the row that says so.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PIL import Image, ImageOps

from schedulerx.model.identity import hash_file, object_id
from schedulerx.model.member import Member
from schedulerx.model.record import Origin, Record
from schedulerx.model.work import FileWork
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.pool import cores, resolve
from schedulerx.pipeline.step import Scope
from schedulerx.settings import ProcessingSettings, ReadSettings
from schedulerx.stores.folders import FolderArtifacts

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpora" / "open" / "files" / "photos"
PIXELS = 12_000_000
NAMES = {
    "folder run": "SchedulerX, folder run",
    "ocr": "the same, reading text too",
    "bare": "its bare steps",
    "pillow": "plain Pillow loop",
    "vips": "vipsthumbnail, two sizes",
    "magick": "ImageMagick, two sizes",
}


def main() -> None:
    """Makes the photos, times every way in turn, prints medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--photos", type=Path, default=CORPUS, help="folder with real photos")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-folder-run-") as scratch:
        source = Path(scratch) / "photos"
        megapixels = make_photos(asked.photos, source, asked.count)
        ways = available()
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(asked.rounds):
            for name, way in ways.items():
                out = Path(scratch) / "out"
                begun = time.perf_counter()
                way(source, out)
                seconds[name].append(time.perf_counter() - begun)
                shutil.rmtree(out, ignore_errors=True)
    print(f"{asked.count} photos, {megapixels:.0f} MP in all, {cores()} processes, "
          f"median of {asked.rounds} rounds")  # fmt: skip
    table({name: statistics.median(values) for name, values in seconds.items()}, asked.count)


def table(medians: dict[str, float], count: int) -> None:
    """A line a way: files a second, and how many times as long as the folder run it takes."""
    own = medians["folder run"]
    for name, median in medians.items():
        rate, ratio = count / median, median / own
        print(f"{NAMES[name]:28} {median:7.2f} s {rate:7.1f} files/s   x {ratio:5.2f}")
    print(f"overhead over the bare steps: {100 * (own / medians['bare'] - 1):.1f} %")


def make_photos(photos: Path, folder: Path, count: int) -> float:
    """`count` distinct 12 MP JPEGs of real content, from the photos given. Megapixels in all."""
    folder.mkdir(parents=True)
    originals = sorted(path for path in photos.rglob("*.jpg") if path.stat().st_size > 100_000)
    if not originals:
        sys.exit(f"{photos} holds no JPEG over 100 kB; name a folder of photos with --photos")
    for number in range(count):
        with Image.open(originals[number % len(originals)]) as image:
            exif = image.getexif()
            upright = ImageOps.exif_transpose(image).convert("RGB")
        scale = (PIXELS / (upright.width * upright.height)) ** 0.5
        big = upright.resize((int(upright.width * scale), int(upright.height * scale)))
        # A corner off each repetition: no two files are equal, so none is rendered once for two.
        off = number // len(originals)
        whole = big.crop((off, off, big.width, big.height))
        whole.save(folder / f"{number:05}.jpg", quality=90, exif=exif)
    return count * PIXELS / 1e6


def available() -> dict[str, Callable[[Path, Path], None]]:
    """The ways that this machine has the programs for."""
    ways: dict[str, Callable[[Path, Path], None]] = {
        "folder run": folder_run,
        "ocr": folder_run_with_ocr,
        "bare": bare_steps,
        "pillow": pillow_loop,
    }
    if shutil.which("vipsthumbnail"):
        ways["vips"] = vips
    if is_imagemagick():
        ways["magick"] = magick
    return ways


def is_imagemagick() -> bool:
    """Whether `convert` is ImageMagick's."""
    if not shutil.which("convert"):
        return False
    done = subprocess.run(["convert", "--version"], capture_output=True, text=True, check=False)
    return "ImageMagick" in done.stdout


def folder_run(source: Path, out: Path) -> None:
    """The whole product, from its command line, without recognition."""
    _run(source, out, {"SCHEDULERX_SETTINGS": json.dumps({"read": {"ocr_engine": "none"}})})


def folder_run_with_ocr(source: Path, out: Path) -> None:
    """The whole product, from its command line."""
    _run(source, out, {})


def _run(source: Path, out: Path, settings: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "run.py", source, out, "--json"],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["balanced"]


def bare_steps(source: Path, out: Path) -> None:
    """The step functions alone."""
    _spread(_bare, [(path, out) for path in sorted(source.iterdir())])


@cache
def _artifacts(out: Path) -> FolderArtifacts:
    return FolderArtifacts(out)


def _bare(task: tuple[Path, Path]) -> None:
    path, out = task
    sha256, etag = hash_file(path)
    size = path.stat().st_size
    member = Member(path=path.name, bytes=size, etag=etag)
    origin = Origin(path=path.name, bytes=size, etag=etag)
    record = Record(object_id=object_id(path.name.encode(), etag), origin=origin, sha256=sha256)
    settings = ProcessingSettings(read=ReadSettings(ocr_engine="none"))
    work = FileWork(member, path, _artifacts(out), settings, "bare")
    for step in steps_of(Scope.FILE):
        record = resolve(step.target)(work, record)


def pillow_loop(source: Path, out: Path) -> None:
    """What most scripts do."""
    out.mkdir()
    _spread(_plain, [(path, out) for path in sorted(source.iterdir())])


def _plain(task: tuple[Path, Path]) -> None:
    path, out = task
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    with Image.open(io.BytesIO(data)) as image:
        image.verify()
    for size in (1080, 320):
        with Image.open(io.BytesIO(data)) as image:
            image.getexif()
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=None)
            upright.convert("RGB").save(out / f"{digest}-{size}.jpg", quality=82)


def vips(source: Path, out: Path) -> None:
    """The command of libvips, once a size."""

    def command(size: int) -> list[str]:
        return ["vipsthumbnail", "--size", str(size), "-o", f"{out}/{size}/%s.jpg[Q=82]"]

    _commands(source, out, command)


def magick(source: Path, out: Path) -> None:
    """ImageMagick, with the JPEG size hint its documentation recommends, once a size."""

    def command(size: int) -> list[str]:
        hint, box = f"jpeg:size={2 * size}x{2 * size}", f"{size}x{size}"
        to = ["-quality", "82", "-path", f"{out}/{size}"]
        return ["mogrify", "-define", hint, "-auto-orient", "-thumbnail", box, *to]

    _commands(source, out, command)


def _commands(source: Path, out: Path, command: Callable[[int], list[str]]) -> None:
    paths = sorted(map(str, source.iterdir()))
    for size in (1080, 320):
        (out / str(size)).mkdir(parents=True)
        processes = [
            subprocess.Popen(
                [*command(size), *paths[part :: cores()]],
                env={**os.environ, "VIPS_CONCURRENCY": "1", "MAGICK_THREAD_LIMIT": "1"},
            )
            for part in range(cores())
        ]
        assert all(process.wait() == 0 for process in processes)


def _spread(function: Callable[[tuple[Path, Path]], None], tasks: list[tuple[Path, Path]]) -> None:
    with multiprocessing.get_context("spawn").Pool(cores()) as pool:
        list(pool.imap_unordered(function, tasks))


if __name__ == "__main__":
    main()
