"""How a picture is stored, where not every viewer shows it as it is meant."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PIL import Image

from schedulerx.media.integrity.pictures import DECODER_ERRORS
from schedulerx.media.pictures import opened
from schedulerx.model.record import Description

_LOOKED_THROUGH = 50_000_000  # pixels whose transparency is looked at; larger ones count as clear
_LAYERED = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
_MOVING = frozenset({"GIF", "PNG", "WEBP", "AVIF"})  # others have pages, or several pictures


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """`inks`: in CMYK. `clear`: transparent somewhere. `frames`: more than one where it moves."""

    inks: bool = False
    clear: bool = False
    frames: int = 1


def manner_of(path: Path, known: Description, max_pixels: int) -> Manner:
    """Of a picture that was validated; what cannot be found out counts as usual."""
    try:
        with opened(path, max_pixels) as image:
            frames = int(known.frames or getattr(image, "n_frames", None) or 1)
            return Manner(
                inks=image.mode == "CMYK",
                clear=_is_clear(image),
                frames=frames if image.format in _MOVING else 1,
            )
    except DECODER_ERRORS:
        return Manner()


def _is_clear(image: Image.Image) -> bool:
    if not (image.mode in _LAYERED or "transparency" in image.info):
        return False
    if image.width * image.height > _LOOKED_THROUGH:
        return True
    lowest, _ = image.convert("RGBA").getchannel("A").getextrema()
    return isinstance(lowest, int | float) and lowest < 255
