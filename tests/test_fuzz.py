"""Damaged real files, and files that take too long, through a folder run and its worker pool."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image

from tests.folder_runs import ROOT, environment, exported
from tests.media.mutations import mutated
from tests.media.pictures import jpeg, scene
from tests.media.videos import clip, tone

COUNT = 200
SAMPLES = ROOT / "samples" / "files"
PICTURES = {
    "bmp": "BMP", "ico": "ICO", "jp2": "JPEG2000", "ppm": "PPM", "tga": "TGA", "pcx": "PCX",
    "dds": "DDS", "qoi": "QOI", "webp": "WEBP", "avif": "AVIF", "png": "PNG", "gif": "GIF",
    "tif": "TIFF", "jpg": "JPEG",
}  # fmt: skip
SOUNDS = {
    "m4a": "aac", "mp3": "libmp3lame", "wav": "pcm_s16le", "flac": "flac", "opus": "libopus",
    "amr": "libopencore_amrnb", "aiff": "pcm_s16be", "caf": "pcm_s16le",
}  # fmt: skip
FILMS = {"webm": "libvpx", "mkv": "libx264", "avi": "mpeg4", "mpg": "mpeg2video", "flv": "flv",
         "ts": "mpeg2video"}  # fmt: skip
CORPUS = (
    "photos/hopper.jpg", "photos/flower.jpg", "photos/cmyk.jpg", "hostile/with_trailer.jpg",
    "hostile/holiday.jpg", "hostile/anim.gif", "photos/SAMSUNG_GT-I9000.jpg", "photos/hopper.png",
    "photos/exif.png", "photos/hopper.webp", "photos/iPhone X orient6.webp", "photos/hopper.gif",
    "photos/animated.gif", "photos/hopper.tif", "photos/multipage.tiff",
    "photos/cheers_1440x960.heic", "photos/Canon 70D.avif", "photos/raw/DSC_0101.nef",
    "video/sample_10s.mp4", "video/sample_10s.mov", "video/testMP4_QuickTimeMetadata.mov",
)  # fmt: skip


class Ended(NamedTuple):
    """A folder run over `source`: what it printed, its exports, what it left running or lying."""

    code: int
    summary: dict[str, Any]
    records: list[dict[str, Any]]
    running: list[str]
    lying: list[Path]


def run(folder: Path, **settings: object) -> Ended:
    """`run.py` over `folder/source`, in a session and with temporary files of its own."""
    temporary = folder / "temporary"
    temporary.mkdir()
    text = json.dumps({"read": {"ocr_engine": "none"}, **settings})
    process = subprocess.Popen(
        [sys.executable, "run.py", folder / "source", folder / "results", "--json"],
        cwd=ROOT,
        env=environment({"SCHEDULERX_SETTINGS": text, "TMPDIR": str(temporary)}),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    out = process.communicate()[0]
    running, lying = workers_of(process.pid), list(temporary.iterdir())
    records = exported("records", folder / "results")
    return Ended(process.returncode, json.loads(out), records, running, lying)


def workers_of(session: int) -> list[str]:
    """The commands of a session's worker processes that still live."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
            command = (path / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        if int(fields[3]) == session and "spawn_main" in command:
            found.append(command)
    return found


def state(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.iterdir()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A small file of every kind that can be made here, and the samples' photos and videos."""
    folder = tmp_path_factory.mktemp("made")
    for ending, codec in SOUNDS.items():
        tone(folder / f"tone.{ending}", 2.0, codec)
    for ending, codec in FILMS.items():
        clip(folder / f"film.{ending}", 1, 48, codec=codec)
    for ending, kind in PICTURES.items():
        scene(1, (160, 120)).save(folder / f"picture.{ending}", kind)
    frames = [scene(number, (80, 60)) for number in range(4)]
    for ending in ("webp", "png", "avif"):
        frames[0].save(folder / f"moving.{ending}", save_all=True, append_images=frames[1:])
    for path in (*SAMPLES.glob("photos/*"), *SAMPLES.glob("videos/*")):
        (folder / path.name).write_bytes(path.read_bytes())
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def corpus(shared: Path) -> dict[str, bytes]:
    files = shared / "corpora" / "open" / "files"
    return {Path(name).name: (files / name).read_bytes() for name in CORPUS}


@pytest.mark.slow
@pytest.mark.parametrize("origin", ["made", "corpus"])
def test_damaged_files_end_no_worker_and_no_run(
    made: dict[str, bytes], tmp_path: Path, request: pytest.FixtureRequest, origin: str
) -> None:
    files = made if origin == "made" else corpus(request.getfixturevalue("shared"))
    source = tmp_path / "source"
    source.mkdir()
    for name, data in mutated(files, COUNT, seed=3):
        (source / name).write_bytes(data)
    before = state(source)
    ended = run(tmp_path)
    assert [r for r in ended.records if r["status"] not in {"done", "quarantined"}] == []
    assert all(r["reason"] for r in ended.records if r["status"] == "quarantined")
    assert (ended.code, ended.summary["balanced"], ended.summary["inputs"]) == (0, True, COUNT)
    assert (ended.running, ended.lying) == ([], [])
    assert state(source) == before


def endless_gif() -> bytes:
    """An animation that takes minutes to decode: 9,000 frames of a megapixel."""
    out = io.BytesIO()
    Image.new("L", (1000, 1000), 7).save(out, "GIF")
    data = out.getvalue()
    frame = data.index(b",\x00\x00\x00\x00")
    return data[:frame] + data[frame:-1] * 9000 + b";"


def test_a_file_over_its_time_is_given_up_and_the_others_are_done(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "b.gif").write_bytes(endless_gif())
    for name in ("a.jpg", "c.jpg", "d.jpg", "e.jpg"):
        (source / name).write_bytes(jpeg(scene(ord(name[0]), (160, 120))))
    ended = run(tmp_path, limit_s=4, validate={"max_pixels": 10**10})
    assert {r["path"]: r["status"] for r in ended.records} == {
        "a.jpg": "done", "b.gif": "quarantined", "c.jpg": "done", "d.jpg": "done", "e.jpg": "done",
    }  # fmt: skip
    certificate = json.loads(Path(ended.summary["certificate"]).read_text())
    assert certificate["balanced"]
    assert (certificate["done"]["count"], certificate["quarantined"]["count"]) == (4, 1)
    assert certificate["problems"] == [{
        "path": "b.gif", "status": "quarantined", "reason_code": "refused",
        "reason": "b.gif was given up: it was not finished after 4 seconds",
    }]  # fmt: skip
    assert (ended.running, ended.lying) == ([], [])
