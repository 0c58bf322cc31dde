"""Pictures that Pillow decodes: WebP, TIFF, GIF, HEIC, AVIF, BMP and the rarer ones."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from schedulerx.errors import RejectedInput
from schedulerx.media.integrity.pixels import hold_budget, hold_frames, unreadable
from schedulerx.media.pictures import opened
from schedulerx.model.findings import SOUND, Findings
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings

# What Pillow's decoders raise on broken bytes, beside its documented OSError.
DECODER_ERRORS = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError,
    AttributeError, MemoryError, RuntimeError, AssertionError, ZeroDivisionError,
    struct.error, zlib.error,
)  # fmt: skip


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether every frame decodes, as far as the pixel budget reaches.

    Raises:
        RejectedInput: not one frame can be had of it, or it is over the pixel budget.
    """
    decoded = 0
    try:
        with opened(path, limits.max_pixels) as image:
            hold_budget(image.width, image.height, limits)
            frames = getattr(image, "n_frames", 1)
            hold_frames(frames, limits)
            for frame in range(_affordable(image, frames, limits)):
                image.seek(frame)
                image.load()
                decoded += 1
    except Image.DecompressionBombError as error:
        raise RejectedInput(ReasonCode.REFUSED, f"over the pixel budget: {error}") from error
    except UnidentifiedImageError as error:
        raise unreadable("the picture's header is broken: no decoder knows it") from error
    except DECODER_ERRORS as error:
        if not decoded:
            raise unreadable(f"the picture cannot be decoded: {error}") from error
        return Findings(damage=f"frame {decoded + 1} of the picture cannot be decoded: {error}")
    return SOUND


def _affordable(image: Image.Image, frames: int, limits: ValidateSettings) -> int:
    return min(frames, max(1, limits.max_pixels // max(1, image.width * image.height)))
