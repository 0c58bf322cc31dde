"""A picture ready to be shown: upright, sRGB, held as a JPEG holds it (4:2:0, full range).

Scaling is libswscale's, the fastest at hand by far, which takes the shortest way from a decoder's
RGB to an encoder's planes; its flags make it give the same bytes on every processor.
"""

from __future__ import annotations

from typing import cast

import av
import numpy as np
import simplejpeg
from av.video.reformatter import Interpolation
from PIL import Image

from schedulerx.media.shown import Box, Pixels, Size

_PLANAR, _COLOUR, _GREY = "yuvj420p", "rgb24", "gray"
_HOW = (
    Interpolation.BICUBIC
    | Interpolation.FULL_CHR_H_INP  # chroma of every pixel: better, and faster
    | Interpolation.ACCURATE_RND
    | Interpolation.BITEXACT
)
# Turns and mirrors that put a plane upright that was stored in this EXIF orientation: whether
# rows and columns change places, then whether rows and columns run backwards.
_TURNS = {
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


def is_turned(orientation: int | None) -> bool:
    """Whether upright, width and height change places."""
    return orientation in _TURNS and _TURNS[orientation][0]


def scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    """RGB or grey pixels at another size, for what must be done to them before they are shown."""
    layout = _layout(pixels)
    frame = av.VideoFrame.from_numpy_buffer(pixels, layout)
    return cast("Pixels", _scaled(frame, width, height, layout).to_ndarray())


class Picture:
    """An upright picture in sRGB, see `Shown`. Everything made of it is a new one."""

    def __init__(self, frame: av.VideoFrame, original: Size | None = None) -> None:
        self._frame = frame
        self._original = original or (int(frame.width), int(frame.height))

    @classmethod
    def of(
        cls,
        pixels: Pixels,
        width: int,
        height: int,
        orientation: int | None = 1,
        stored: Size | None = None,
    ) -> Picture:
        """From RGB (height x width x 3) or grey pixels in sRGB as they are stored, scaled to
        `width` x `height` as they are stored, then turned upright. `stored` is how large the
        picture was before any scaling.
        """
        frame = av.VideoFrame.from_numpy_buffer(pixels, _layout(pixels))
        original = stored or (pixels.shape[1], pixels.shape[0])
        if is_turned(orientation):
            original = original[1], original[0]
        return cls(_turned(_scaled(frame, width, height, _PLANAR), orientation), original)

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self._frame.width)

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self._frame.height)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    @property
    def original(self) -> Size:
        """See `Shown`."""
        return self._original

    @property
    def is_transparent(self) -> bool:
        """See `Shown`."""
        return False

    def part(self, box: Box, size: Size) -> Picture:
        """See `Shown`. The box is rounded to pixels."""
        left, top, right, bottom = (round(side) for side in box)
        whole = (left, top, right, bottom) == (0, 0, *self.size)
        width, height = max(1, right - left), max(1, bottom - top)
        part = self if whole else self.cropped(left, top, width, height)
        return part.resized(*size)

    def resized(self, width: int, height: int) -> Picture:
        """Scaled to exactly this size; itself where it has it."""
        if self.size == (width, height):
            return self
        return Picture(_scaled(self._frame, width, height, _PLANAR))

    def cropped(self, left: int, top: int, width: int, height: int) -> Picture:
        """The part from `left`, `top` on, each rounded down to an even number of pixels."""
        left, top = left - left % 2, top - top % 2
        luma, *chroma = _planes(self._frame)
        parts = [luma[top : top + height, left : left + width]]
        for plane in chroma:
            rows, columns = slice(top // 2, _half(top + height)), slice(left // 2, None)
            parts.append(plane[rows, columns][:, : _half(width)])
        return Picture(_framed(parts))

    def grey(self, side: int) -> Pixels:
        """In grey, fitted into a square of `side` pixels."""
        scale = min(1.0, side / max(self.size))
        width, height = (max(1, round(length * scale)) for length in self.size)
        luma = np.ascontiguousarray(_planes(self._frame)[0])
        return scaled(luma, width, height)

    def image(self) -> Image.Image:
        """As RGB, for encoders that take no planes."""
        plain = self._frame.reformat(format=_COLOUR, interpolation=_HOW, threads=1)
        return Image.fromarray(plain.to_ndarray())

    def jpeg(self, quality: int) -> bytes:
        """A baseline JPEG, the same bytes for the same picture."""
        luma, *chroma = _planes(self._frame)
        planes = _held_even(luma), *chroma
        return bytes(simplejpeg.encode_jpeg_yuv_planes(*planes, quality=quality))


def _scaled(frame: av.VideoFrame, width: int, height: int, layout: str) -> av.VideoFrame:
    return frame.reformat(width, height, layout, interpolation=_HOW, threads=1)


def _layout(pixels: Pixels) -> str:
    return _GREY if pixels.ndim == 2 else _COLOUR


def _half(length: int) -> int:
    return (length + 1) // 2


def _planes(frame: av.VideoFrame) -> list[Pixels]:
    """Views of luma and the two chroma planes, without the padding at the ends of their lines."""
    sizes = [(frame.width, frame.height)]
    sizes += [(_half(frame.width), _half(frame.height))] * 2
    return [
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:height, :width]
        for plane, (width, height) in zip(frame.planes, sizes, strict=True)
    ]


def _held_even(plane: Pixels) -> Pixels:
    """The plane, with an even number of lines and columns in memory: the encoder reads all of the
    last block of chroma, whatever lies there.
    """
    height, width = plane.shape
    if height % 2 == 0 and width % 2 == 0:
        return plane
    return np.pad(plane, ((0, height % 2), (0, width % 2)), mode="edge")[:height, :width]


def _framed(planes: list[Pixels]) -> av.VideoFrame:
    height, width = planes[0].shape
    frame = av.VideoFrame(width, height, _PLANAR)
    for place, plane in zip(_planes(frame), planes, strict=True):
        place[:] = plane
    return frame


def _turned(frame: av.VideoFrame, orientation: int | None) -> av.VideoFrame:
    if orientation not in _TURNS:
        return frame
    transposed, rows_back, columns_back = _TURNS[orientation]
    planes = []
    for stored in _planes(frame):
        plane = stored.T if transposed else stored
        planes.append(plane[:: -1 if rows_back else 1, :: -1 if columns_back else 1])
    return _framed(planes)
