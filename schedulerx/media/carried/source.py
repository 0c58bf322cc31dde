"""The metadata of a picture file, as far as it goes with its renditions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from mmap import mmap
from pathlib import Path

from schedulerx.formats import jpeg
from schedulerx.formats.mapped import mapped
from schedulerx.media import embedded
from schedulerx.media.carried.metadata import NOTHING, Carried, carried
from schedulerx.media.embedded import Blocks
from schedulerx.media.pictures import opened
from schedulerx.media.raw_kinds import RAW_TYPES

_READERS: dict[str, Callable[[mmap], Blocks]] = {
    "image/jpeg": lambda data: embedded.in_jpeg(jpeg.layout(data)),
    "image/png": embedded.in_png,
    "image/webp": embedded.in_webp,
    "image/gif": embedded.in_gif,
    "image/tiff": embedded.in_tiff,
    **dict.fromkeys(RAW_TYPES, embedded.in_tiff),
}


def carried_from(path: Path, media_type: str, hows: Iterable[str]) -> dict[str, Carried]:
    """What goes with the renditions, by the setting `metadata`; recordings have nothing that does.

    Raises:
        OSError, ValueError, SyntaxError: the file's header is broken.
    """
    asked = set(hows) - {"none"}
    if not asked or not media_type.startswith("image/"):
        return dict.fromkeys(asked, NOTHING)
    with _blocks(path, media_type) as found:
        return {how: carried(how, exif=found.exif, xmp=found.xmp, iptc=found.iptc) for how in asked}


@contextmanager
def _blocks(path: Path, media_type: str) -> Iterator[Blocks]:
    """The blocks, for as long as the file is open: they may be views of it."""
    if media_type in _READERS:
        with mapped(path) as data:
            yield _READERS[media_type](data)
        return
    with opened(path, sys.maxsize) as image:  # the header only
        exif, xmp = (image.info.get(name) for name in ("exif", "xmp"))
    yield Blocks(
        exif=exif if isinstance(exif, bytes) else None,
        xmp=xmp.encode() if isinstance(xmp, str) else xmp,
    )
