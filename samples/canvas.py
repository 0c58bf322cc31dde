"""A canvas for flat illustrations: drawn at twice the size, reduced at the end for smooth edges."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
SCALE = 2


class Canvas:
    """Coordinates are those of the finished picture."""

    def __init__(self, width: int, height: int, *sky: Colour) -> None:
        self.width, self.height = width, height
        self.image = gradient(width * SCALE, height * SCALE, *sky)
        self._draw = ImageDraw.Draw(self.image)

    def polygon(self, points: list[tuple[float, float]], fill: Colour) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def box(
        self, corners: tuple[float, float, float, float], fill: Colour, radius: float = 0
    ) -> None:
        """A rectangle, with rounded corners if asked."""
        scaled = tuple(value * SCALE for value in corners)
        self._draw.rounded_rectangle(scaled, radius=radius * SCALE, fill=fill)

    def disc(self, centre: tuple[float, float], radius: float, fill: Colour) -> None:
        """A filled circle."""
        (x, y), reach = centre, radius
        self._draw.ellipse(
            [SCALE * v for v in (x - reach, y - reach, x + reach, y + reach)], fill=fill
        )

    def line(self, points: list[tuple[float, float]], fill: Colour, width: float) -> None:
        """A line with round joints."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, fill=fill, width=round(width * SCALE), joint="curve")

    def text(self, at: tuple[float, float], words: str, size: float, fill: Colour) -> None:
        """One line of text, its middle at `at`."""
        font = ImageFont.load_default(size * SCALE)
        self._draw.text((at[0] * SCALE, at[1] * SCALE), words, fill=fill, font=font, anchor="mm")

    def hills(self, base: float, rise: float, waves: float, phase: float, fill: Colour) -> None:
        """A ridge across the picture: two sines, filled down to the lower edge."""
        ridge = [
            (float(x), self._ridge(x, base, rise, waves, phase))
            for x in range(0, self.width + 8, 8)
        ]
        self.polygon([(0, self.height), *ridge, (self.width + 8, self.height)], fill)

    def _ridge(self, x: float, base: float, rise: float, waves: float, phase: float) -> float:
        turn = x / self.width * waves * math.tau + phase
        return base - rise * (0.65 * math.sin(turn) + 0.35 * math.sin(2.3 * turn + 1))

    def glow(
        self, centre: tuple[float, float], radius: float, colour: Colour, strength: float
    ) -> None:
        """Light around a point, fading out at `radius`."""
        mask = Image.new("L", (self.width // 4, self.height // 4))
        x, y, reach = centre[0] / 4, centre[1] / 4, radius / 8
        ImageDraw.Draw(mask).ellipse(
            [x - reach, y - reach, x + reach, y + reach], fill=round(255 * strength)
        )
        mask = mask.filter(ImageFilter.GaussianBlur(reach * 0.6)).resize(self.image.size)
        self.image.paste(colour, mask=mask)

    def finish(self) -> Image.Image:
        """The picture."""
        return self.image.reduce(SCALE)


def gradient(width: int, height: int, *stops: Colour) -> Image.Image:
    """Colours from top to bottom, evenly spaced."""
    where = np.linspace(0, len(stops) - 1, height)
    column = np.empty((height, 3))
    for index, (upper, lower) in enumerate(pairwise((*stops, stops[-1]))):
        part = np.clip(where - index, 0, 1)[:, None]
        inside = (where >= index)[:, None]
        column = np.where(inside, np.array(upper) * (1 - part) + np.array(lower) * part, column)
    rows = np.repeat(column[:, None, :], width, axis=1)
    return Image.fromarray(rows.round().astype(np.uint8), "RGB")
