"""Colour profiles made from the figures of their standards (ICC.1:2010: matrix and curves)."""

from __future__ import annotations

import struct

import numpy as np

# Primaries (x, y of red, green, blue) and white point D65.
DISPLAY_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE_RGB = ((0.640, 0.330), (0.210, 0.710), (0.150, 0.060))
SRGB = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
D65, D50 = (0.3127, 0.3290), np.array([0.9642, 1.0, 0.8249])
Primaries = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def to_xyz(primaries: Primaries) -> np.ndarray:
    """Linear RGB to XYZ under D65."""
    columns = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    return columns * np.linalg.solve(columns, _xyz(D65))


def _xyz(white: tuple[float, float]) -> np.ndarray:
    x, y = white
    return np.array([x / y, 1, (1 - x - y) / y])


def profile(primaries: Primaries, gamma: float | None) -> bytes:
    """A display profile; without `gamma` with sRGB's own curve."""
    gain = (_BRADFORD @ D50) / (_BRADFORD @ _xyz(D65))
    adapted = np.linalg.inv(_BRADFORD) @ np.diag(gain) @ _BRADFORD @ to_xyz(primaries)
    tags = {b"wtpt": _point(D50), b"desc": _text("made"), b"cprt": _plain("none")}
    for column, name in enumerate((b"r", b"g", b"b")):
        tags[name + b"XYZ"] = _point(adapted[:, column])
        tags[name + b"TRC"] = _curve(gamma)
    return _put(tags, b"RGB ")


def grey_profile(gamma: float) -> bytes:
    """A grey profile."""
    tags = {b"wtpt": _point(D50), b"desc": _text("made"), b"cprt": _plain("none")}
    return _put(tags | {b"kTRC": _curve(gamma)}, b"GRAY")


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65_536))


def _point(xyz: np.ndarray) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, xyz))


def _curve(gamma: float | None) -> bytes:
    if gamma is not None:
        return b"para\0\0\0\0\0\0\0\0" + _fixed(gamma)
    parts = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return b"para\0\0\0\0\0\3\0\0" + b"".join(map(_fixed, parts))


def _text(words: str) -> bytes:
    head = b"desc\0\0\0\0" + struct.pack(">I", len(words) + 1) + words.encode() + b"\0"
    return head + bytes(8 + 3 + 67)


def _plain(words: str) -> bytes:
    return b"text\0\0\0\0" + words.encode() + b"\0"


def _put(tags: dict[bytes, bytes], space: bytes) -> bytes:
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        padded = data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += padded
    size = at + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"\0" * 4, 0x02400000, b"mntr", space, b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + b"".join(map(_fixed, D50))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def shown_in_srgb(
    colour: tuple[int, int, int], primaries: Primaries, gamma: float | None
) -> tuple[int, ...]:
    """What sRGB values show an 8-bit colour of other primaries, clipped: by plain arithmetic."""
    values = np.array(colour) / 255
    linear = values**gamma if gamma is not None else _linear(values)
    mixed = np.linalg.solve(to_xyz(SRGB), to_xyz(primaries) @ linear).clip(0, 1)
    coded = np.where(mixed <= 0.0031308, 12.92 * mixed, 1.055 * mixed ** (1 / 2.4) - 0.055)
    return tuple(round(float(value) * 255) for value in coded)


def _linear(values: np.ndarray) -> np.ndarray:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
