"""Videos: the depot's camera, and the moving half of the Live Photo IMG_0414."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from samples import scenes
from samples.canvas import Canvas
from samples.write import put

RATE = 12  # frames a second


def film(
    frame: Callable[[float], Image.Image], seconds: float, kind: str, tags: dict[str, str]
) -> bytes:
    """A film of `frame(0..1)`, encoded with FFmpeg's own MPEG-4 encoder."""
    buffer = io.BytesIO()
    options = {"movflags": "use_metadata_tags", "fflags": "+bitexact"}
    with av.open(buffer, "w", format=kind, options=options) as container:
        container.metadata.update(tags)
        stream = container.add_stream("mpeg4", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        stream.bit_rate, stream.time_base = 500_000, Fraction(1, RATE)
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        count = round(seconds * RATE)
        for index in range(count):
            pixels = np.asarray(frame(index / count).convert("RGB"))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return buffer.getvalue()


def depot_camera(part: float) -> Image.Image:
    """A parcel rides along the belt."""
    canvas = Canvas(640, 480, (58, 66, 78), (86, 94, 104))
    canvas.box((0, 330, 640, 350), (196, 110, 58))
    for roll in range(9):
        canvas.disc((40 + roll * 70, 368), 15, (150, 154, 164))
    scenes.parcel(canvas, -160 + part * 760, 330, 0.3)
    canvas.text((520, 30), f"DEPOT 2  13:5{part * 8:.0f}", 20, (240, 240, 240))
    return canvas.finish()


def make(folder: Path) -> None:
    """All videos."""
    night = scenes.van_at_night()

    def drive_by(part: float) -> Image.Image:
        left = round(part * 200)
        return night.crop((left, 0, left + 1400, 1050)).resize((640, 480))

    taken = {
        "creation_time": "2024-06-05T01:48:09.000000Z",
        "com.apple.quicktime.creationdate": "2024-06-04T21:48:09-0400",
        "com.apple.quicktime.make": "Northlight",
        "com.apple.quicktime.model": "N2",
        "com.apple.quicktime.content.identifier": "5B6E1C1A-0414-4A2B-9C31-0117C10C0001",
    }
    put(folder, "photos/IMG_0414.MOV", film(drive_by, 2, "mov", taken))
    seen = {"creation_time": "2024-06-07T17:52:00.000000Z"}
    put(folder, "videos/depot_camera.mp4", film(depot_camera, 4, "mp4", seen))
