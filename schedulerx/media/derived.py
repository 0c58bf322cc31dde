"""Renditions of a picture that was decoded once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from PIL import Image, ImageColor

from schedulerx.media.carried.metadata import NOTHING, Carried
from schedulerx.media.ceiling import under
from schedulerx.media.encoding import MEDIA_TYPES, encoded, with_segments
from schedulerx.media.exact import Exact
from schedulerx.media.geometry import Placement, placed
from schedulerx.media.shown import Box, Shown, Size
from schedulerx.settings import RenditionSettings

_LOSSLESS = frozenset({"png"})


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A rendition. `warnings` are sentences that name it, see `shortcomings`."""

    name: str
    data: bytes
    width: int
    height: int
    media_type: str
    warnings: tuple[str, ...] = ()


def rendered(
    shown: Shown,
    wanted: Sequence[RenditionSettings],
    carried: Mapping[str, Carried] | None = None,
) -> Iterator[Rendered]:
    """Each rendition, largest first, smaller ones made from larger; `carried` is the metadata by
    the setting `metadata`.
    """
    original = shown.original
    placements = [(placed(*original, each), each) for each in wanted]
    for placement, each in sorted(placements, key=lambda pair: -pair[0].scale):
        part = shown.part(_box(placement.crop, original, shown.size), placement.size)
        yield _rendered(
            _composed(part, placement, each), each, (carried or {}).get(each.metadata, NOTHING)
        )
        if each.fit == "inside":
            shown = part


def _box(crop: Box, original: Size, size: Size) -> Box:
    """A crop of the original in the pixels there are."""
    across, down = size[0] / original[0], size[1] / original[1]
    return crop[0] * across, crop[1] * down, crop[2] * across, crop[3] * down


def _composed(part: Shown, placement: Placement, wanted: RenditionSettings) -> Shown:
    """The part on its canvas; without transparency where the format has none."""
    is_padded = placement.canvas != placement.size
    if not is_padded and (wanted.format != "jpeg" or not part.is_transparent):
        return part
    image = part.image()
    colour = ImageColor.getrgb(wanted.colour)
    mode = "RGB" if wanted.format == "jpeg" else "RGBA"
    canvas = Image.new(mode, placement.canvas, colour)
    canvas.paste(image, placement.at, image if part.is_transparent else None)
    return Exact(canvas)


def _rendered(whole: Shown, wanted: RenditionSettings, carried: Carried) -> Rendered:
    def encode(scale: float, quality: int) -> bytes:
        small = whole.part((0, 0, *whole.size), _at_scale(whole.size, scale))
        if wanted.format == "jpeg":
            return with_segments(small.jpeg(quality), carried)
        return encoded(small.image(), wanted.format, quality, carried)

    lossy = wanted.format not in _LOSSLESS
    found = under(encode, wanted.quality, wanted.max_bytes, lossy=lossy)
    width, height = _at_scale(whole.size, found.scale)
    return Rendered(
        name=wanted.name,
        data=found.data,
        width=width,
        height=height,
        media_type=MEDIA_TYPES[wanted.format],
        warnings=tuple(shortcomings(wanted, len(found.data), carried)),
    )


def _at_scale(size: Size, scale: float) -> Size:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def shortcomings(wanted: RenditionSettings, size: int, carried: Carried = NOTHING) -> Iterator[str]:
    """In what a rendition of `size` bytes is not as wanted, as sentences."""
    if wanted.max_bytes is not None and size > wanted.max_bytes:
        yield (
            f"rendition {wanted.name} has {size:,} bytes, over its max_bytes of "
            f"{wanted.max_bytes:,}, and cannot be made smaller; raise max_bytes"
            + (", or leave the metadata out" if wanted.metadata != "none" else "")
        )
    for block in carried.left_out:
        yield f"rendition {wanted.name} is without {block.upper()}: it is too large for a segment"
