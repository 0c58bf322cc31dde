"""What a PDF holds beside its pages' text: values of form fields, annotations, attached files."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pikepdf

from schedulerx.documents.damage import DamagedDocument

MAX_ATTACHED_BYTES = 512 * 1024 * 1024
_MAX_FIELDS = 20_000
_MAX_NOTES = 20_000
_MAX_DEPTH = 50
_MAX_TEXT = 64 * 1024  # of one value
_MAX_BLIND_BYTES = 1024 * 1024  # of a stream whose growth cannot be held while it is decoded
_SHRINKING = frozenset({"/ASCIIHexDecode", "/ASCII85Decode"})  # make less of what they read
_MAX_ATTACHED = 5000  # files; each is looked for among all
_UNSEEN = frozenset({"/Widget", "/Link", "/Popup", "/FileAttachment"})
_ERRORS = (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError, AttributeError)


@contextmanager
def _opened(path: Path, passwords: Iterable[str]) -> Iterator[pikepdf.Pdf | None]:
    """The document; None where it is locked or does not open: the pages' reader says so."""
    for password in ("", *passwords):
        try:
            document = pikepdf.open(path, password=password, suppress_warnings=True)
        except pikepdf.PasswordError:
            continue
        except _ERRORS:
            break
        with document:
            yield document
            return
    yield None


def lines(path: Path, passwords: Iterable[str] = ()) -> Iterator[str]:
    """A line a filled field, a line an annotation with its page, a line an attached file."""
    with _opened(path, passwords) as document:
        if document is None:
            return
        for part in (_fields, _notes, _files):
            try:
                yield from part(document)
            except _ERRORS:
                continue  # damaged beside its pages, which are read


def _fields(document: pikepdf.Pdf) -> Iterator[str]:
    """Filled fields by their full names (ISO 32000-1, 12.7.3.2)."""
    form = document.Root.get("/AcroForm")
    pending = [(each, "", 0) for each in reversed(_array(form, "/Fields"))]
    seen: set[tuple[int, int]] = set()
    for _ in range(_MAX_FIELDS):
        if not pending:
            return
        field, above, depth = pending.pop()
        if not isinstance(field, pikepdf.Dictionary) or field.objgen in seen - {(0, 0)}:
            continue
        seen.add(field.objgen)
        name = ".".join(filter(None, (above, _text(field.get("/T")))))
        value = _value(field)
        if value:
            yield f"[Field] {name}: {value}\n"
        if depth < _MAX_DEPTH:
            kids = _array(field, "/Kids")
            pending.extend((each, name, depth + 1) for each in reversed(kids))


def _value(field: Any) -> str:
    """What is filled in; a box that is not ticked is empty, a password stays one."""
    flags = field.get("/Ff", 0)
    if isinstance(flags, int) and flags & 1 << 13:
        return ""
    value = field.get("/V")
    several = list(value) if isinstance(value, pikepdf.Array) else [value]
    texts = (str(each)[1:] if isinstance(each, pikepdf.Name) else _text(each) for each in several)
    return ", ".join(text for text in texts if text and text != "Off")


def _notes(document: pikepdf.Pdf) -> Iterator[str]:
    found = 0
    for number, page in enumerate(document.pages, 1):
        for note in _array(page.obj, "/Annots"):
            if not isinstance(note, pikepdf.Dictionary) or str(note.get("/Subtype")) in _UNSEEN:
                continue
            text = _text(note.get("/Contents"))
            found += 1
            if found > _MAX_NOTES:
                return
            if text:
                by = _text(note.get("/T"))
                yield f"[Note on page {number}{f' by {by}' if by else ''}] {text}\n"


def _files(document: pikepdf.Pdf) -> Iterator[str]:
    for name in sorted(document.attachments):
        yield f"[Attachment] {name}\n"


def attachments(path: Path, passwords: Iterable[str] = ()) -> Iterator[tuple[str, bytes]]:
    """The attached files by name, one in memory at a time.

    Raises:
        DamagedDocument: one of them cannot be decoded, or grows over `MAX_ATTACHED_BYTES`, or there
            are too many.
    """
    with _opened(path, passwords) as document:
        if document is None:
            return
        try:
            for number, name in enumerate(sorted(document.attachments)):
                if number >= _MAX_ATTACHED:
                    raise DamagedDocument(f"The PDF has over {_MAX_ATTACHED:,} attachments.")
                yield name, _decoded(document.attachments[name].get_file().obj)
        except (*_ERRORS, zlib.error) as error:
            raise DamagedDocument(f"An attachment of the PDF cannot be read: {error}") from error


def _decoded(stream: Any) -> bytes:
    """A stream's bytes, unpacked within the limit filter by filter (ISO 32000-1, 7.4)."""
    data: bytes = stream.read_raw_bytes()
    kinds = _filters(stream)
    if "/DecodeParms" not in stream and set(kinds) <= {"/FlateDecode"}:
        for _ in kinds:
            data = _inflated(data)
        return data
    growing = sum(kind not in _SHRINKING for kind in kinds)
    if growing > 1 or len(data) > _MAX_BLIND_BYTES:
        words = f"An attachment of the PDF is packed by {' and '.join(kinds)[:200]} and too large."
        raise DamagedDocument(words)
    return bytes(stream.read_bytes())


def _filters(stream: Any) -> list[str]:
    kind = stream.get("/Filter")
    return [] if kind is None else [str(each) for each in _array(stream, "/Filter") or [kind]]


def _inflated(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    plain = unpacker.decompress(data, MAX_ATTACHED_BYTES)
    if unpacker.unconsumed_tail:
        raise DamagedDocument(f"An attachment of the PDF is over {MAX_ATTACHED_BYTES} bytes.")
    return plain


def _array(holder: Any, key: str) -> list[Any]:
    is_holder = isinstance(holder, (pikepdf.Dictionary, pikepdf.Stream))
    found = holder.get(key) if is_holder else None
    return list(found) if isinstance(found, pikepdf.Array) else []


def _text(value: Any) -> str:
    """A text string on one line; long ones are cut, streams and others are none."""
    if not isinstance(value, pikepdf.String | str):
        return ""
    return " ".join(str(value)[:_MAX_TEXT].split())
