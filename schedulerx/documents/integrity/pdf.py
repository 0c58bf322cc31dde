"""PDF: opens, opens without a password, and every stream decodes."""

from __future__ import annotations

import io
import re
import warnings
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pikepdf
from msgspec.structs import replace

from schedulerx.errors import RejectedInput
from schedulerx.model.findings import Findings
from schedulerx.model.passwords import Passwords
from schedulerx.model.record import ReasonCode
from schedulerx.settings import ValidateSettings

_PAGE_TREE = re.compile(rb"/Type\s*/Pages\b")
_COUNT = re.compile(rb"/Count\s+(\d{1,6})\b")
_LINEARIZED = re.compile(rb"/Linearized\b[^>]*/N\s+(\d{1,6})\b")
_NEAR = 64 * 1024
_TREES = 200  # page trees looked at; the root's count is the largest


def check(path: Path, limits: ValidateSettings) -> Findings:
    """Whether the document is whole. One that opens with the empty password counts as open.

    Raises:
        RejectedInput: it needs a password, has too many pages, or nothing can be had of it.
    """
    try:
        return _found(path, limits, "")
    except pikepdf.PasswordError as error:
        raise RejectedInput(ReasonCode.LOCKED, "the PDF document needs a password") from error


def unlock(path: Path, limits: ValidateSettings, passwords: Passwords) -> Findings | None:
    """What is found with the password that opens the document, and its line; None where none does.

    Raises:
        RejectedInput: it has too many pages, or nothing can be had of it.
    """
    for line, password in passwords.first():
        try:
            return replace(_found(path, limits, password), password_line=line)
        except pikepdf.PasswordError:
            continue
    return None


def _found(path: Path, limits: ValidateSettings, password: str) -> Findings:
    """Raises RejectedInput, and pikepdf.PasswordError where the password does not open it."""
    try:
        with pikepdf.open(path, password=password, suppress_warnings=True) as pdf:
            pages = len(pdf.pages)
            _hold_pages(pages, limits)
            complaints = [_bare(str(warning), path) for warning in pdf.get_warnings()]
            if _size(path) <= limits.max_checked_bytes:
                complaints += _checked(pdf, path)
            oddities = _linearization_oddities(pdf)
    # pikepdf raises PdfError, and whatever its C++ parser meets in broken objects.
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError) as error:
        reason = f"the PDF document cannot be opened: {_bare(str(error), path)}"
        raise RejectedInput(ReasonCode.UNREADABLE, reason) from error
    if not pages:
        raise RejectedInput(ReasonCode.UNREADABLE, "the PDF document has no page")
    damage = f"the PDF document is damaged: {complaints[0]}" if complaints else None
    return Findings(damage=damage, warnings=oddities)


def _size(path: Path) -> int:
    return path.stat().st_size


def _hold_pages(pages: int, limits: ValidateSettings) -> None:
    if pages > limits.max_pages:
        raise RejectedInput(
            ReasonCode.REFUSED,
            f"the PDF document has {pages:,} pages, over the limit of {limits.max_pages:,}; "
            "raise max_pages if it is genuine",
        )


def _checked(pdf: pikepdf.Pdf, path: Path) -> list[str]:
    """Decodes every stream and parses every page, keeping nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pikepdf tells which rare decoders it lacks
        return [_bare(str(problem), path) for problem in pdf.check_pdf_syntax()]


def _linearization_oddities(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Hints for reading page by page that do not fit: readers fall back, nothing is lost."""
    if pdf.is_linearized and not pdf.check_linearization(io.StringIO()):
        return ("the document's hints for reading it page by page do not fit its content",)
    return ()


def _bare(complaint: str, path: Path) -> str:
    """The complaint without the name of the local copy."""
    return re.sub(r"^[:\s]+", "", complaint.replace(str(path), "")).removeprefix("WARNING: ")


def visible_page_count(path: Path) -> int | None:
    """Pages of a locked document where they are written in plain: encryption hides no numbers."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        linearized = _LINEARIZED.search(data, 0, _NEAR)
        if linearized is not None:
            return int(linearized.group(1))
        trees = (
            _object_around(data, found.start())
            for found in islice(_PAGE_TREE.finditer(data), _TREES)
        )
        counts = [int(found.group(1)) for tree in trees if (found := _COUNT.search(tree))]
    return max(counts, default=None)


def _object_around(data: mmap, at: int) -> bytes:
    """The object that holds offset `at`, or the few kilobytes around it."""
    start = data.rfind(b"obj", max(0, at - _NEAR), at)
    end = data.find(b"endobj", at, at + _NEAR)
    return data[max(start, at - _NEAR, 0) : end if end >= 0 else at + _NEAR]
