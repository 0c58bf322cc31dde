"""Some pages of a PDF, as a PDF of their own."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import pikepdf

from schedulerx.documents.damage import DamagedDocument


def subset(path: Path, numbers: Sequence[int], passwords: Iterable[str] = ()) -> bytes:
    """The pages with these numbers, from 1, without encryption; the same bytes each time.

    Raises:
        DamagedDocument: the document does not open.
    """
    out = io.BytesIO()
    with opened(path, passwords) as whole, pikepdf.new() as some:
        for number in numbers:
            some.pages.append(whole.pages[number - 1])
        some.save(out, deterministic_id=True)
    return out.getvalue()


def opened(path: Path, passwords: Iterable[str]) -> pikepdf.Pdf:
    """The document, unlocked by the first password that serves.

    Raises:
        DamagedDocument: it does not open.
    """
    for password in ("", *passwords):
        try:
            return pikepdf.open(path, password=password)
        except pikepdf.PasswordError:
            continue
        except (pikepdf.PdfError, RuntimeError, ValueError) as error:
            raise DamagedDocument(f"The PDF does not open: {error}") from error
    raise DamagedDocument("The PDF needs a password.")
