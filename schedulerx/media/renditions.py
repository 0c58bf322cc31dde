"""Derived pictures of a picture that was decoded once."""

from __future__ import annotations

from schedulerx.media.geometry import fitted
from schedulerx.media.picture import Picture


def shrunk(picture: Picture, size: int) -> Picture:
    """The picture fitted into a square of `size` pixels."""
    return picture.resized(*fitted(*picture.size, size))
