"""Compressed copies: smaller pictures that still know when, where and with what they were taken."""

from __future__ import annotations

from pathlib import Path

from schedulerx.library.names import split
from schedulerx.library.settings import LibrarySettings
from schedulerx.media.pictures import opened
from schedulerx.media.raw_kinds import RAW_TYPES
from schedulerx.media.rendering import render
from schedulerx.media.transcode import transcode
from schedulerx.model.library import Item
from schedulerx.settings import RenditionSettings, ValidateSettings, VideoRenditionSettings

_EXTENSIONS = {"jpeg": ".jpg", "webp": ".webp", "avif": ".avif"}
# RAW would lose what it is kept for, drawings have no pixels, and the others may move or be clear.
_KEPT = RAW_TYPES | {"image/svg+xml", "image/gif", "image/vnd.microsoft.icon", "image/apng"}


def compressible(item: Item, settings: LibrarySettings) -> bool:
    """Whether a smaller copy is worth trying. Live Photos keep their bytes: those link the two."""
    if item.pair is not None:
        return False
    if item.kind == "video":
        return settings.video_size > 0
    still = (item.description.frames or 1) == 1
    return item.kind == "photo" and still and item.media_type not in _KEPT


def extension_of(item: Item, settings: LibrarySettings) -> str:
    """Of a compressed copy."""
    return ".mp4" if item.kind == "video" else _EXTENSIONS[settings.format]


def compressed_name(item: Item, settings: LibrarySettings) -> str:
    """Where the compressed copy lies: the original's path, its own extension behind it."""
    path, extension = item.original.path.partition("/")[2], extension_of(item, settings)
    same = {".jpg", ".jpeg"} if extension == ".jpg" else {extension}
    return path if split(path)[1].lower() in same else path + extension


def compressed(
    path: Path, item: Item, settings: LibrarySettings, limits: ValidateSettings, target: Path
) -> bool:
    """Writes a smaller copy to `target`; False where only the file's own bytes will do.

    Raises:
        RejectedInput, OSError, ValueError, SyntaxError: the decoder gives up.
    """
    if not compressible(item, settings):
        return False
    if item.kind == "video":
        wanted = VideoRenditionSettings(
            name="library", size=settings.video_size, keep_metadata=True
        )
        transcode(path, wanted, target)
    else:
        data = _photo(path, settings, limits)
        target.write_bytes(data)
    return 0 < target.stat().st_size < item.original.bytes


def _photo(path: Path, settings: LibrarySettings, limits: ValidateSettings) -> bytes:
    """The picture, smaller; nothing where only its own bytes can show it."""
    with opened(path, limits.max_pixels) as image:
        if image.has_transparency_data:
            return b""
    wanted = RenditionSettings(
        name="library",
        size=settings.size,
        quality=settings.quality,
        format=settings.format,
        metadata="keep",
    )
    return render(path, wanted, limits).data
