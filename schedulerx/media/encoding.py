"""Pictures as bytes of a format: the same bytes for the same picture.

Every picture is in sRGB and carries no colour profile: what has none is sRGB wherever it is shown.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, PngImagePlugin

from schedulerx.media.carried.exif import EXIF_MARK
from schedulerx.media.carried.metadata import NOTHING, Carried

MEDIA_TYPES = {
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "png": "image/png",
}
EXTENSIONS = {"jpeg": "jpg", "webp": "webp", "avif": "avif", "png": "png"}
_AVIF_SPEED = 8  # a third of the time of the default for .4 % more bytes
_XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"
_IPTC_MARK = b"Photoshop 3.0\x008BIM\x04\x04\0\0"  # an image resource without a name
_APP0, _APP1, _APP13 = 0xE0, 0xE1, 0xED
_PNG_XMP = "XML:com.adobe.xmp"


def encoded(image: Image.Image, kind: str, quality: int, carried: Carried = NOTHING) -> bytes:
    """An RGB picture, or an RGBA one where the format has transparency, as `kind`."""
    if kind == "jpeg":
        return with_segments(_saved(image, "JPEG", quality=quality), carried)
    given: dict[str, Any] = {}
    if carried.exif is not None:
        given["exif"] = EXIF_MARK + carried.exif
    if kind == "png":
        return _saved(image, "PNG", pnginfo=_png_texts(carried), **given)
    if carried.xmp is not None:
        given["xmp"] = carried.xmp
    if kind == "avif":  # one thread: a process a core does more
        given |= {"speed": _AVIF_SPEED, "max_threads": 1}
    return _saved(image, kind.upper(), quality=quality, **given)


def _saved(image: Image.Image, plugin: str, **given: Any) -> bytes:
    image.info.pop("icc_profile", None)  # some plugins would write what came with the original
    out = io.BytesIO()
    image.save(out, plugin, **given)
    return out.getvalue()


def _png_texts(carried: Carried) -> PngImagePlugin.PngInfo:
    texts = PngImagePlugin.PngInfo()
    if carried.xmp is not None:
        texts.add_itxt(_PNG_XMP, carried.xmp.decode())
    return texts


def with_segments(jpeg: bytes, carried: Carried) -> bytes:
    """A JPEG file without metadata as one with these, behind its first segment."""
    segments = b"".join(
        _segment(marker, mark + block)
        for marker, mark, block in (
            (_APP1, EXIF_MARK, carried.exif),
            (_APP1, _XMP_MARK, carried.xmp),
            (_APP13, _IPTC_MARK, _resource(carried.iptc)),
        )
        if block is not None
    )
    at = 2
    if jpeg[at + 1] == _APP0:
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return jpeg[:at] + segments + jpeg[at:]


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


def _resource(iptc: bytes | None) -> bytes | None:
    """The data of a Photoshop image resource, its size before it."""
    if iptc is None:
        return None
    return len(iptc).to_bytes(4, "big") + iptc + bytes(len(iptc) % 2)
