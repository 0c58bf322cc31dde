"""Pictures that Pillow decodes: WebP, TIFF, GIF, HEIC, AVIF, BMP and the rarer ones."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from schedulerx.errors import RejectedInput
from schedulerx.media.canvas import picture_of
from schedulerx.media.decoded import Base, Decoded
from schedulerx.media.integrity.pixels import hold_budget, hold_frames, unreadable
from schedulerx.media.pictures import opened
from schedulerx.media.shown import Shown
from schedulerx.model.findings import SOUND, Findings
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings

# What Pillow's decoders raise on broken bytes, beside its documented OSError.
DECODER_ERRORS = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError,
    AttributeError, MemoryError, RuntimeError, AssertionError, ZeroDivisionError,
    struct.error, zlib.error,
)  # fmt: skip


def decode(path: Path, limits: ValidateSettings, base: Base) -> Decoded:
    """Whether every frame decodes, as far as the pixel budget reaches; the first one is shown.

    Raises:
        RejectedInput: not one frame can be had of it, or it is over the pixel budget.
    """
    shown: list[Shown] = []
    decoded = 0
    try:
        with opened(path, limits.max_pixels) as image:
            hold_budget(image.width, image.height, limits)
            frames = getattr(image, "n_frames", 1)
            hold_frames(frames, limits)
            for frame in range(_affordable(image, frames, limits)):
                image.seek(frame)
                image.load()
                if not decoded:
                    shown.append(picture_of(image, base))
                decoded += 1
    except Image.DecompressionBombError as error:
        raise RejectedInput(ReasonCode.REFUSED, f"over the pixel budget: {error}") from error
    except UnidentifiedImageError as error:
        raise unreadable("the picture's header is broken: no decoder knows it") from error
    except DECODER_ERRORS as error:
        if not decoded:
            raise unreadable(f"the picture cannot be decoded: {told(error)}") from error
        damage = f"frame {decoded + 1} of the picture cannot be decoded: {told(error)}"
        return Decoded(Findings(damage=damage), lambda: shown[0])
    return Decoded(SOUND, lambda: shown[0])


def told(error: Exception) -> str:
    """What a decoder says, where it says anything."""
    if isinstance(error, MemoryError):
        return "it asks for more memory than a worker has"
    return str(error) or type(error).__name__


def salvaged(path: Path, max_pixels: int, base: Base) -> Shown:
    """What is there of a picture's first frame; pixels that are missing are grey.

    Raises:
        OSError, ValueError, SyntaxError: there is nothing.
    """
    with opened(path, max_pixels, lenient=True) as image:
        image.load()
        return picture_of(image, base)


def _affordable(image: Image.Image, frames: int, limits: ValidateSettings) -> int:
    return min(frames, max(1, limits.max_pixels // max(1, image.width * image.height)))
