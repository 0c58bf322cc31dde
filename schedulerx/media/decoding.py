"""Which decoder a picture file gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schedulerx.media.decoded import Base, Decoded
from schedulerx.media.integrity import gif, icon, jpeg, pictures, png, raw, tiff
from schedulerx.media.raw_kinds import RAW_TYPES
from schedulerx.settings import ValidateSettings

Decoder = Callable[[Path, ValidateSettings, Base], Decoded]

_DECODERS: dict[str, Decoder] = {
    "image/jpeg": jpeg.decode,
    "image/png": png.decode,
    "image/gif": gif.decode,
    "image/tiff": tiff.decode,
    "image/vnd.microsoft.icon": icon.decode,
    **dict.fromkeys(RAW_TYPES, raw.decode),
}
# Pictures that no decoder here reads: drawings, and kinds without a library.
UNKNOWN_PICTURES = frozenset({
    "image/svg+xml", "image/jxl", "image/x-exr", "image/vnd.djvu", "image/wmf", "image/emf",
})  # fmt: skip


def decode(path: Path, media_type: str, limits: ValidateSettings, base: Base) -> Decoded:
    """The file decoded once, strictly; its picture is the same whichever step asks for it.

    Raises:
        RejectedInput: no picture can be had of it, or it is over a limit.
    """
    return _DECODERS.get(media_type, pictures.decode)(path, limits, base)
