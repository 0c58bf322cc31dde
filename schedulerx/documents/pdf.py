"""PDF pages by pdfium: the text layer, and pixels of pages that have none."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2

from schedulerx.documents.damage import DamagedDocument

if TYPE_CHECKING:
    import numpy as np

    Pixels = np.ndarray[Any, np.dtype[np.uint8]]

POINTS_PER_INCH = 72
_STAMP_CHARACTERS = 32  # on a page that is one picture: a scanner's mark, no text layer
_PICTURE_SHARE = 0.5
# Control characters, unassigned ones, of private use: dingbats are some of a page, never its text.
_NO_CHARACTERS = frozenset({"Cc", "Cn", "Co", "Cs"})
_FEW_BROKEN = 16
_BROKEN_SHARE = 0.3
_MAX_REPAIRED_BYTES = 256 * 1024 * 1024  # rebuilt in memory
# A poster at 200 dpi would not fit in memory; text is read at 1400 px a side anyway.
_MAX_SIDE = 4000


@dataclass(frozen=True)
class PdfPage:
    """One page. `text` is its text layer; `handle` renders it while the document is open."""

    number: int
    text: str
    handle: Any

    @property
    def has_text(self) -> bool:
        """Whether it has a text layer; a mark of a few characters on a scan is none."""
        characters = len(self.text.strip())
        return characters >= _STAMP_CHARACTERS or (characters > 0 and not self._is_picture())

    @property
    def is_garbled(self) -> bool:
        """Whether its layer is of characters that no one can read: fonts without their meaning."""
        return is_garbled(self.text)

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all is drawn on it."""
        return int(pypdfium2.raw.FPDFPage_CountObjects(self.handle)) == 0

    def _is_picture(self) -> bool:
        width, height = self.handle.get_size()
        return any(
            (right - left) * (top - bottom) >= _PICTURE_SHARE * width * height
            for left, bottom, right, top in map(_bounds, self._images())
        )

    def _images(self) -> Iterator[Any]:
        kinds = [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
        return iter(self.handle.get_objects(filter=kinds, max_depth=2))

    def drawn_at(self, dpi: int) -> float:
        """The dots per inch it is drawn at: fewer than asked for where it is a poster."""
        return float(min(dpi, POINTS_PER_INCH * _MAX_SIDE / max(*self.handle.get_size(), 1)))

    def size_at(self, dpi: int) -> tuple[int, int]:
        """Width and height in pixels, as it is drawn."""
        scale = self.drawn_at(dpi) / POINTS_PER_INCH
        width, height = self.handle.get_size()
        return ceil(width * scale), ceil(height * scale)

    def pixels(self, dpi: int) -> Pixels:
        """The page as RGB rows.

        Raises:
            DamagedDocument: the page cannot be drawn.
        """
        scale = self.drawn_at(dpi) / POINTS_PER_INCH
        try:
            bitmap = self.handle.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
            array: Pixels = bitmap.to_numpy()[..., :3].copy()
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise DamagedDocument(f"Page {self.number} cannot be drawn: {error}") from error
        return array


def is_garbled(text: str) -> bool:
    """Whether too many of a text's characters are none: replaced, unassigned, of private use."""
    letters = [letter for letter in text if not letter.isspace()]
    broken = sum(
        letter == "\ufffd" or unicodedata.category(letter) in _NO_CHARACTERS for letter in letters
    )
    return broken >= _FEW_BROKEN and broken > _BROKEN_SHARE * len(letters)


def _opened(path: Path, warnings: list[str], passwords: Iterable[str]) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            return _unlocked(path, passwords)
        repaired = _rewritten(path)
        if repaired is None:
            raise DamagedDocument(f"The PDF does not open: {error}") from error
        warnings.append("The PDF is damaged: it was rebuilt from the objects that are left.")
        return repaired


def _unlocked(path: Path, passwords: Iterable[str]) -> Any:
    """The document opened with the first of the passwords that serves."""
    for password in passwords:
        try:
            return pypdfium2.PdfDocument(path, password=password)
        except pypdfium2.PdfiumError:
            plain = _rewritten(path, password)  # takes passwords of more encodings
            if plain is not None:
                return plain
    raise DamagedDocument("The PDF needs a password.")


def _rewritten(path: Path, password: str = "") -> Any:
    """The document as qpdf writes it, without encryption, from the objects that are left; None
    where it cannot.
    """
    if path.stat().st_size > _MAX_REPAIRED_BYTES:
        return None
    whole = io.BytesIO()
    try:
        with pikepdf.open(path, password=password) as left:
            left.save(whole, encryption=False)
        return pypdfium2.PdfDocument(whole.getvalue())
    except (
        pikepdf.PdfError, pikepdf.PasswordError, pypdfium2.PdfiumError, RuntimeError, ValueError
    ):  # fmt: skip
        return None


def _bounds(image: Any) -> tuple[float, float, float, float]:
    """Left, bottom, right, top in points; nothing where the file does not tell."""
    try:
        left, bottom, right, top = image.get_bounds()
    except pypdfium2.PdfiumError:
        return (0.0, 0.0, 0.0, 0.0)
    return (left, bottom, right, top)


def _page_text(document: Any, index: int) -> tuple[str, Any]:
    page = document[index]
    with closing(page.get_textpage()) as textpage:
        return textpage.get_text_bounded(errors="replace"), page


def _tidy(text: str) -> str:
    """Line ends as everywhere; what pdfium puts in place of a hyphen at a line's end is one."""
    return text.replace("\r\n", "\n").replace("\ufffe", "-").replace("\x02", "-")


def pages(path: Path, warnings: list[str], passwords: Iterable[str] = ()) -> Iterator[PdfPage]:
    """The pages in order; a broken page is passed over with a warning. `passwords` are tried where
    it is locked.

    Raises:
        DamagedDocument: the document does not open.
    """
    with closing(_opened(path, warnings, passwords)) as document:
        for index in range(len(document)):
            try:
                text, handle = _page_text(document, index)
            except pypdfium2.PdfiumError as error:
                warnings.append(f"Page {index + 1} cannot be read: {error}")
                continue
            with closing(handle):
                yield PdfPage(number=index + 1, text=_tidy(text), handle=handle)
