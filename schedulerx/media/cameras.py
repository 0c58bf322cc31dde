"""Names of cameras and lenses as people know them."""

from __future__ import annotations

import re

# How makers sign, folded, by its beginning, and their brand.
_BRANDS: tuple[tuple[str, str], ...] = (
    ("apple", "Apple"),
    ("asahi", "Pentax"),
    ("canon", "Canon"),
    ("casio", "Casio"),
    ("eastman kodak", "Kodak"),
    ("fujifilm", "Fujifilm"),
    ("fuji photo", "Fujifilm"),
    ("google", "Google"),
    ("hasselblad", "Hasselblad"),
    ("hewlett", "HP"),
    ("konica minolta", "Konica Minolta"),
    ("leica", "Leica"),
    ("lg electronics", "LG"),
    ("lge", "LG"),
    ("minolta", "Minolta"),
    ("motorola", "Motorola"),
    ("nikon", "Nikon"),
    ("olympus", "Olympus"),
    ("om digital", "OM System"),
    ("panasonic", "Panasonic"),
    ("pentax", "Pentax"),
    ("research in motion", "BlackBerry"),
    ("ricoh", "Ricoh"),
    ("samsung", "Samsung"),
    ("sanyo", "Sanyo"),
    ("seiko epson", "Epson"),
    ("sigma", "Sigma"),
    ("sony", "Sony"),
    ("vivitar", "Vivitar"),
    ("xiaomi", "Xiaomi"),
)
# What a camera writes where a person could: it says nothing of the picture.
_STOCK = re.compile(
    r"(?:olympus|minolta|konica minolta|kodak|sanyo|sony|samsung|ricoh)?\s*"
    r"(?:digital\s*(?:still\s*)?camera|dsc|picture|image|default)?|dcim\\.*|exif_jpeg.*|untitled"
    r"|binary comment|charset=.*|\{\".*",
    re.IGNORECASE | re.DOTALL,
)


def brand(written: str | None) -> str | None:
    """The maker's brand: `NIKON CORPORATION` is `Nikon`; an unknown one as it is written."""
    text = tidy(written)
    folded = (text or "").casefold()
    return next((name for start, name in _BRANDS if folded.startswith(start)), text)


def tidy(written: str | None) -> str | None:
    """The text with single blanks, or None where it holds nothing but them or signs for nothing."""
    text = " ".join((written or "").replace("\0", " ").split())
    return text if re.search(r"\w", text) else None


def caption(written: str | None) -> str | None:
    """What a person wrote about the picture; None for a camera's stock phrase."""
    text = (written or "").strip()
    return None if not tidy(text) or _STOCK.fullmatch(text) else text


def lens_of(focal: tuple[float, ...]) -> str | None:
    """A lens by its specification: shortest and longest focal length in mm, widest apertures there
    (CIPA DC-008, LensSpecification); `18-55 mm f/3.5-5.6`.
    """
    if len(focal) < 4 or not (0 < focal[0] <= focal[1] < 10_000):
        return None
    wide = [value for value in focal[2:4] if 0 < value < 100]
    apertures = f" f/{_span(wide)}" if wide else ""
    return f"{_span(focal[:2])} mm{apertures}"


def _span(values: tuple[float, ...] | list[float]) -> str:
    return "-".join(dict.fromkeys(f"{round(value, 1):g}" for value in values))
