"""EXIF to go with a rendition: of the upright sRGB picture it now describes."""

from __future__ import annotations

from mmap import mmap

import msgspec

from schedulerx.formats.tiff_blocks import Block, Entry, put_together, short, taken_apart
from schedulerx.media.carried.places import tells_a_place

EXIF_MARK = b"Exif\0\0"  # before the structure, in some containers
_EXIF, _GPS = 0x8769, 0x8825
_ORIENTATION, _COLOUR_SPACE, _MAKER_NOTE, _COMMENT = 0x0112, 0xA001, 0x927C, 0x9286
_UPRIGHT, _SRGB = 1, 1
_TEXT = 2  # the kind of a value
# How the pixels of the original are stored, which those of the rendition are not, is left out.
_MAIN = frozenset(
    # description, make, model, resolution, software, time, artist, host, rating, copyright
    {0x010E, 0x010F, 0x0110, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, 0x013B, 0x013C}
    | {0x4746, 0x4749, 0x8298}
    | set(range(0x9C9B, 0x9CA0))  # Windows: title, comment, author, keywords, subject, in UTF-16
)
_WINDOWS = range(0x9C9B, 0x9CA0)
# Its size in pixels, related sound, and the directory of interoperability no longer hold.
_OUTDATED = frozenset({0xA002, 0xA003, 0xA004, 0xA005})
# What CIPA DC-008 defines, without maker notes and comments, where anything can stand.
_PLACELESS = frozenset(
    {0x829A, 0x829D, 0x8822, 0x8824, 0x8827, *range(0x8830, 0x8836), 0x9000, 0x9003, 0x9004}
    | {0x9010, 0x9011, 0x9012, 0x9101, 0x9102, *range(0x9201, 0x920B), 0x9214}
    | {0x9290, 0x9291, 0x9292, 0xA000, _COLOUR_SPACE, 0xA20B, 0xA20C, 0xA20E, 0xA20F, 0xA210}
    | {0xA214, 0xA215, 0xA217, 0xA300, 0xA301, 0xA302, *range(0xA401, 0xA40B), 0xA40C}
    | {0xA420, *range(0xA430, 0xA436), 0xA460, 0xA461, 0xA462, 0xA500}
)


def carried_exif(data: bytes | mmap, *, location: bool) -> bytes | None:
    """The EXIF block of a rendition, without thumbnail; None where nothing is left to say.

    Without `location`, GPS, maker notes, comments and texts with coordinates in them are gone.
    """
    marked = data[: len(EXIF_MARK)] == EXIF_MARK
    block = taken_apart(data[len(EXIF_MARK) :] if marked else data, (_EXIF, _GPS))
    if block is None:
        return None
    main = {tag: entry for tag, entry in block.main.items() if tag in _MAIN}
    detail = _detail(block.under.get(_EXIF, {}), location=location)
    gps = block.under.get(_GPS, {}) if location else {}
    if not location:
        main = {tag: entry for tag, entry in main.items() if not _is_telling(tag, entry)}
    if not (main or detail or gps):
        return None
    order = block.order
    main[_ORIENTATION] = short(order, _UPRIGHT)
    detail[_COLOUR_SPACE] = short(order, _SRGB)
    return put_together(Block(order=order, main=main, under={_EXIF: detail, _GPS: gps}))


def without_maker_notes(data: bytes) -> bytes:
    """The block as written by `carried_exif`, made small."""
    block = taken_apart(data, (_EXIF, _GPS))
    assert block is not None
    under = dict(block.under)
    under[_EXIF] = {
        tag: entry
        for tag, entry in under.get(_EXIF, {}).items()
        if tag not in (_MAKER_NOTE, _COMMENT)
    }
    return put_together(msgspec.structs.replace(block, under=under))


def _detail(entries: dict[int, Entry], *, location: bool) -> dict[int, Entry]:
    if location:
        return {tag: entry for tag, entry in entries.items() if tag not in _OUTDATED}
    return {
        tag: entry
        for tag, entry in entries.items()
        if tag in _PLACELESS and not _is_telling(tag, entry)
    }


def _is_telling(tag: int, entry: Entry) -> bool:
    """Whether a text tells a place."""
    if tag in _WINDOWS:
        return tells_a_place(entry.raw.decode("utf-16-le", "replace"))
    if entry.kind != _TEXT:
        return False
    return tells_a_place(entry.raw.decode("utf-8", "replace"))
