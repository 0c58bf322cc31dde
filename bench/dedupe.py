"""The step dedupe over stored looks in PostgreSQL, from the first row read to the last link.

    OMP_NUM_THREADS=1 python -m bench.dedupe [--pictures 100000] [--crowd 0]

Looks are made up: fields of noise with the spectrum of photos, a tenth of them copies of another
(brighter, noisier, slightly cropped), and `--crowd` shots of a camera that never moves: light that
goes round with the day, noise, and something that passes by. The step runs in a process of its own
over an embedded server; seconds and memory are that process's, without the server's.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np

from schedulerx.media.perceptual import SIDE, Grey, answering, asked, window
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Description, Look, Origin, Record
from schedulerx.model.run import Run
from schedulerx.model.work import RunWork
from schedulerx.steps import dedupe
from schedulerx.stores.postgres.evidence_store import open_evidence

_BATCH = 1000
_COPIES = 10  # one in so many
_DAY = 288  # shots: one in five minutes
_FALL = 1.1  # how fast the strength of a frequency falls in photos


def fields(rng: np.random.Generator, count: int) -> Grey:
    """Grey copies of made-up scenes, of mean 0 and deviation 1."""
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None]) * SIDE
    strength = np.maximum(frequency, 1) ** -_FALL
    waves = rng.standard_normal((2, count, SIDE, SIDE // 2 + 1), dtype=np.float32)
    made = np.fft.irfft2((waves[0] + 1j * waves[1]) * strength, s=(SIDE, SIDE))
    made -= made.mean(axis=(1, 2), keepdims=True)
    found: Grey = (made / made.std(axis=(1, 2), keepdims=True)).astype(np.float32)
    return found


def singles(rng: np.random.Generator, count: int) -> Iterator[Grey]:
    """Scenes, and copies of some."""
    inner = window(0.03, 0.97).astype(np.float32)
    for start in range(0, count, _BATCH):
        scenes = fields(rng, min(_BATCH, count - start))
        for at, scene in enumerate(scenes):
            copied = scenes[at - 1] if at % _COPIES == _COPIES - 1 else None
            if copied is None:
                yield scene
            else:
                yield inner @ (1.1 * copied + 0.1) @ inner.T + rng.normal(0, 0.02, (SIDE, SIDE))


def shots(rng: np.random.Generator, count: int) -> Iterator[Grey]:
    """A camera that never moves."""
    scene, light = fields(rng, 2)
    for number in range(count):
        hour = 2 * np.pi * number / _DAY
        shot = scene * (0.8 + 0.3 * np.cos(hour)) + 0.35 * light * np.sin(hour)
        shot = shot + rng.normal(0, 0.03, (SIDE, SIDE))
        for _ in range(rng.poisson(1)):
            (width, height), (top, left) = rng.integers(4, 16, 2), rng.integers(0, SIDE - 16, 2)
            shot[top : top + width, left : left + height] = rng.normal(0, 1.2)
        yield shot


def records(pictures: int, crowd: int) -> Iterator[Record]:
    """Pictures as `upload` gets them."""
    rng = np.random.default_rng(7)
    count = 0
    for source in (singles(rng, pictures), shots(rng, crowd)):
        for scene in source:
            count += 1
            yield record(count, np.clip(128 + 45 * scene, 0, 255).astype(np.uint8))


def record(number: int, grey: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> Record:
    """One picture; all are as large, so the first is the best."""
    asking = asked(grey.astype(np.float32))
    parts = answering(grey.astype(np.float32)) - asking
    return Record(
        object_id=f"{number:032x}",
        origin=Origin(path=f"{number:09}.jpg", bytes=1, etag="0"),
        sha256=f"{number:064x}",
        media_type="image/jpeg",
        description=Description(width=4000, height=3000),
        look=Look(grey=grey.tobytes(), hashes=tuple(sorted(asking)), parts=tuple(sorted(parts))),
    )


def measure(folder: Path) -> None:
    """Runs the step over what lies in the folder's database, and prints what it took."""
    nothing = cast("ArtifactStore", None)  # the step asks for no artifact
    with open_evidence({}, folder) as evidence:
        work = RunWork(cast("Run", None), nothing, nothing, nothing, evidence)
        wall, cpu = time.perf_counter(), time.process_time()
        counts = dedupe.run(work)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_s": round(cpu, 1), "wall_s": round(wall, 1), "peak_mb": round(peak),
                      **{name: count for name, count in counts.items() if count}}))  # fmt: skip


def main() -> None:
    """Fills a database and measures the step over it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--crowd", type=int, default=0)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "database"
        with open_evidence({}, folder) as evidence:
            evidence.upload((each, ()) for each in records(arguments.pictures, arguments.crowd))
            command = [sys.executable, "-m", "bench.dedupe", "--measure", str(folder)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
