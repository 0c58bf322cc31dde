"""A picture file's pixels, decoded once for all steps."""

from __future__ import annotations

from schedulerx.documents.ocr.gate import LOOK_SIDE
from schedulerx.media.decoded import Decoded
from schedulerx.media.decoding import UNKNOWN_PICTURES, decode
from schedulerx.media.geometry import Covering
from schedulerx.model.work import FileWork


def is_picture(media_type: str | None) -> bool:
    """Whether files of this type are decoded here; SVG is drawn by instructions, not by pixels."""
    return (media_type or "").startswith("image/") and media_type not in UNKNOWN_PICTURES


def decoded(work: FileWork, media_type: str) -> Decoded:
    """What the file's decoder found and what it shows, whichever step asks first.

    Raises:
        RejectedInput: no picture can be had of it, or it is over a limit.
    """
    settings = work.settings
    base = Covering(settings.render.renditions, LOOK_SIDE)
    return work.memo.once("decoded", lambda: decode(work.path, media_type, settings.validate, base))
