"""Images as pixels for recognition: upright, RGB, no larger than recognition can use."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFile, ImageOps, ImageSequence, UnidentifiedImageError

from schedulerx.documents.damage import DamagedDocument

Pixels = np.ndarray[Any, np.dtype[np.uint8]]

MAX_SIDE = 2800  # pixels: twice what recognition works at, so that its own scaling is clean
_FAULTS = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """The image; what can be decoded of a truncated one is, the rest is grey.

    Raises:
        DamagedDocument: it cannot be decoded.
    """
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        with warnings.catch_warnings():
            # The limit on pixels is the validate step's; Pillow's own only prints.
            warnings.simplefilter("ignore")
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            with _identified(path) as image:
                yield image
    except _FAULTS as error:
        raise DamagedDocument(f"The image cannot be decoded: {error}") from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = strict


def _identified(path: Path) -> Image.Image:
    try:
        return Image.open(path)
    except UnidentifiedImageError:
        import pillow_heif  # noqa: PLC0415  (loads a decoder that few files need)

        pillow_heif.register_heif_opener()
        return Image.open(path)


def frames(path: Path, limit: int) -> list[Pixels]:
    """The pages of an image file: of a TIFF up to `limit`, of others the first frame.

    Raises:
        DamagedDocument: not even the first can be decoded.
    """
    with _opened(path) as image:
        if image.format != "TIFF":
            return [_pixels(image)]
        pages: list[Pixels] = []
        for frame in ImageSequence.Iterator(image):
            if len(pages) >= limit:
                break
            pages.append(_pixels(frame))
        return pages


def _pixels(frame: Image.Image) -> Pixels:
    if frame.format == "JPEG":
        frame.draft("RGB", (MAX_SIDE, MAX_SIDE))  # the decoder halves, at no cost
    upright = ImageOps.exif_transpose(frame)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright.convert("RGBA"))
    rgb = upright.convert("RGB")
    rgb.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
    return np.asarray(rgb)


def shrunk(pixels: Pixels, side: int) -> Pixels:
    """The image scaled down to fit into a square of `side` pixels."""
    image = Image.fromarray(pixels)
    image.thumbnail((side, side), Image.Resampling.BOX)
    return np.asarray(image)


def grey(pixels: Pixels, side: int) -> Pixels:
    """The image in grey, scaled down to fit into a square of `side` pixels."""
    image = Image.fromarray(pixels)
    image.thumbnail((side, side), Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(image.convert("L"))
