"""Sizes of derived pictures."""

from __future__ import annotations

from schedulerx.settings import RenderSettings


def fitted(width: int, height: int, size: int) -> tuple[int, int]:
    """The size of a picture fitted into a square, never enlarged; at least one pixel."""
    scale = min(1.0, size / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def base_size(width: int, height: int, settings: RenderSettings, least: int) -> tuple[int, int]:
    """The smallest size that covers every rendition of an upright picture of this size, and a
    square of `least` pixels; never enlarged.
    """
    sizes = [rendition.size for rendition in settings.renditions]
    return fitted(width, height, max([least, *sizes]))
