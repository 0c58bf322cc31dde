"""The floor: libjpeg-turbo alone, decoding at the smallest scale that covers the largest size and
encoding the nearest samples. Compiled from C where that is at hand, else from Python.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import simplejpeg

SOURCE = Path(__file__).resolve().parent.parent.parent / "shared" / "tools" / "jpeg-floor"
# Operation of the C program: sides of the pictures it encodes, with their qualities.
OPERATIONS: dict[str, tuple[tuple[int, int], ...]] = {
    "thumb320": ((320, 80),),
    "web1080": ((1080, 82),),
    "both": ((1080, 82), (320, 80)),
    "recompress": ((0, 82),),
}

# CPU seconds of an operation over all photos.
Floor = Callable[[str, Sequence[Path]], float]


def floor(scratch: Path) -> tuple[Floor, str]:
    """The floor and what it is made of."""
    source, program = SOURCE / "limit.c", scratch / "limit"
    compiler = shutil.which("cc")
    if compiler and source.is_file():
        command = [compiler, "-O3", "-march=native", str(source), "-ljpeg", "-o", str(program)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode == 0:
            return _driven_from_c(program), "libjpeg-turbo driven from C"
        return _driven_from_python, f"simplejpeg ({source.name} does not compile: no libjpeg?)"
    return _driven_from_python, "simplejpeg (no compiler, or no source of the C program)"


def _driven_from_c(program: Path) -> Floor:
    def run(operation: str, photos: Sequence[Path]) -> float:
        command = [str(program), operation, *map(str, photos)]
        told = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        return float(json.loads(told)["cpu"])

    return run


def _driven_from_python(operation: str, photos: Sequence[Path]) -> float:
    total = 0.0
    for photo in photos:
        data = photo.read_bytes()
        begun = time.process_time()
        _decoded_and_encoded(data, OPERATIONS[operation])
        total += time.process_time() - begun
    return total


def _decoded_and_encoded(data: bytes, wanted: Sequence[tuple[int, int]]) -> None:
    height, width, *_ = simplejpeg.decode_jpeg_header(data)
    scales = (1 / 8, 1 / 4, 1 / 2)
    covering = (s for s in scales if max(width, height) * s >= wanted[0][0] > 0)
    scale = next(covering, 1)
    pixels = simplejpeg.decode_jpeg(
        data, "RGB", min_width=int(width * scale), min_height=int(height * scale), min_factor=1
    )
    for side, quality in wanted:
        step = max(pixels.shape[:2]) / side if side else 1
        rows, columns = (
            (np.arange(int(length / step)) * step).astype(int) for length in pixels.shape[:2]
        )
        small = pixels if step <= 1 else np.ascontiguousarray(pixels[rows][:, columns])
        simplejpeg.encode_jpeg(small, quality=quality, colorsubsampling="420")
