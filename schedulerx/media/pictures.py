"""Opening pictures with Pillow under a pixel budget."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pillow_heif
from PIL import Image, ImageFile

# Pillow refuses twice this many pixels, also in canvases nested in a file.
_PILLOW_FACTOR = 2


@contextmanager
def opened(
    source: Path | BinaryIO, max_pixels: int, *, lenient: bool = False
) -> Iterator[Image.Image]:
    """A picture whose header was read and whose pixels were not.

    `lenient`: pixels that are missing come out grey, instead of as an error.

    Raises:
        Image.DecompressionBombError: some canvas in it is over the budget.
        OSError, ValueError, SyntaxError: it is no picture Pillow reads.
    """
    pillow_heif.register_heif_opener()
    logging.getLogger("PIL").setLevel(logging.CRITICAL)  # as for the warnings below
    ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    Image.MAX_IMAGE_PIXELS = max_pixels // _PILLOW_FACTOR
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what matters is told by the integrity checks
        with Image.open(source) as image:
            yield image
