"""Scans as PDFs whose text can be searched and copied: the page as it is, and over it its words,
invisible, at their places.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import hypot
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from PIL import Image

from schedulerx.documents.ocr.engine import Page, Pixels, Point, Word
from schedulerx.documents.pdf_subset import opened

POINTS_PER_INCH = 72
ASSUMED_DPI = 200  # of an image, which has no size on paper
_JPEG_QUALITY = 85
_EM = 0.5  # width of every letter of the font, in its size
_DESCENT = 0.2  # of a word's height lies below its baseline
_FONT = "/SchedulerXInvisible"


def searchable_pdf(path: Path, pages: Mapping[int, Page], passwords: Iterable[str] = ()) -> bytes:
    """The PDF with the words of these pages, by number from 1; its sizes and pictures as they were,
    without encryption.

    Raises:
        DamagedDocument: it does not open.
    """
    with opened(path, passwords) as document:
        font = document.make_indirect(_font(document))
        for number, found in pages.items():
            _overlay(document.pages[number - 1], found, font)
        return _saved(document)


def searchable_images(frames: Sequence[Pixels], pages: Mapping[int, Page]) -> bytes:
    """The pages of an image as a PDF, with the words that were found on them."""
    with pikepdf.new() as document:
        font = document.make_indirect(_font(document))
        for number, frame in enumerate(frames, 1):
            drawn = document.add_blank_page(page_size=_points(frame))
            _place(document, drawn, frame)
            if number in pages:
                _overlay(drawn, pages[number], font)
        return _saved(document)


def _saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out, deterministic_id=True, encryption=False)
    return out.getvalue()


def _points(frame: Pixels) -> tuple[float, float]:
    height, width = frame.shape[:2]
    return width * POINTS_PER_INCH / ASSUMED_DPI, height * POINTS_PER_INCH / ASSUMED_DPI


def _place(document: pikepdf.Pdf, page: pikepdf.Page, frame: Pixels) -> None:
    data = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(frame)).save(data, "JPEG", quality=_JPEG_QUALITY)
    picture = document.make_stream(data.getvalue())
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height = frame.shape[1], frame.shape[0]
    picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
    picture.Filter = pikepdf.Name.DCTDecode
    name = page.add_resource(picture, pikepdf.Name.XObject, pikepdf.Name.Scan)
    width, height = _points(frame)
    page.contents_add(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm {name} Do Q".encode())


def _overlay(page: pikepdf.Page, found: Page, font: Any) -> None:
    page.add_resource(font, pikepdf.Name.Font, pikepdf.Name(_FONT))
    shown = " ".join(_shown(page, found))
    # What the page leaves changed at its end must not move the words.
    page.contents_add(b"q", prepend=True)
    page.contents_add(f"Q q BT 3 Tr {shown} ET Q".encode("ascii"))


def _shown(page: pikepdf.Page, found: Page) -> Iterator[str]:
    for line in found.lines:
        for word in line.words:
            yield from _word(page, found, word)


def _word(page: pikepdf.Page, found: Page, word: Word) -> Iterator[str]:
    upper, _, right, left = (_on_paper(page, found, corner) for corner in word.box)
    size = hypot(upper[0] - left[0], upper[1] - left[1])
    length = hypot(right[0] - left[0], right[1] - left[1])
    code = "".join(f"{min(ord(letter), 0xFFFD):04X}" for letter in word.text)
    if not (size and length and code):
        return
    stretched = 100 * length / (len(word.text) * _EM * size)
    cosine, sine = (right[0] - left[0]) / length, (right[1] - left[1]) / length
    x, y = (left[i] + _DESCENT * (upper[i] - left[i]) for i in (0, 1))
    yield f"{_FONT} {size:.2f} Tf {stretched:.2f} Tz"
    yield f"{cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} {x:.3f} {y:.3f} Tm"
    yield f"<{code}0020> Tj"


def _on_paper(page: pikepdf.Page, found: Page, point: Point) -> Point:
    """A point of the page as it is shown, in pixels, in the page's own units: it may say that it
    is to be shown turned.
    """
    x0, y0, x1, y1 = map(float, page.cropbox)
    width, height = abs(x1 - x0), abs(y1 - y0)
    turn = int(page.obj.get("/Rotate", 0)) % 360
    shown = (height, width) if turn in {90, 270} else (width, height)
    across = point[0] / found.width * shown[0]
    up = shown[1] - point[1] / found.height * shown[1]
    x, y = {
        90: (width - up, across),
        180: (width - across, height - up),
        270: (up, height - across),
    }.get(turn, (across, up))
    return min(x0, x1) + x, min(y0, y1) + y


def _font(document: pikepdf.Pdf) -> pikepdf.Dictionary:
    """A font without glyphs, whose codes are letters' numbers in Unicode."""
    name = pikepdf.Name(_FONT)
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        DW=int(1000 * _EM),
        CIDToGIDMap=pikepdf.Name.Identity,
        FontDescriptor=pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=name,
            Flags=5,
            FontBBox=[0, 0, int(1000 * _EM), 1000],
            ItalicAngle=0,
            Ascent=800,
            Descent=-200,
            CapHeight=800,
            StemV=80,
        ),
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=name,
        Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=[descendant],
        ToUnicode=document.make_stream(_to_unicode()),
    )


def _to_unicode() -> bytes:
    """Every code is the letter of that number (Adobe Technical Note 5411)."""
    ranges = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in range(256)]
    blocks = "\n".join(
        f"{len(part)} beginbfrange\n" + "\n".join(part) + "\nendbfrange"
        for part in (ranges[start : start + 100] for start in range(0, 256, 100))
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /SchedulerX def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{blocks}\nendcmap end end\n"
    ).encode("ascii")
