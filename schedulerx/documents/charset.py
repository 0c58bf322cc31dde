"""Text out of bytes of unknown charset: BOM, then UTF-8, then what its words would be in each."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes

from schedulerx.documents.single_byte import likely_page

SAMPLE_BYTES = 64 * 1024
LINE_CHARACTERS = 8 * 1024 * 1024  # a longer line comes in pieces: files without line ends exist
_COMMONEST = "cp1252"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


# As HTML and XML name their own charset.
_DECLARED = re.compile(
    rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
_SEVEN_BIT = ("iso2022", "hz")  # their texts look like ASCII
_WEB_NAMES = {"latin-1": "cp1252", "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030"}


def detect(sample: bytes) -> str:
    """The charset's Python name. `sample` may end within a character."""
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    wide = _utf16_without_bom(sample)
    if wide is not None:
        return wide
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return _declared(sample) or _guessed(sample)
    declared = _declared(sample) if b"\x1b$" in sample or b"~{" in sample else None
    return declared if declared and declared.startswith(_SEVEN_BIT) else "utf-8"


def _declared(sample: bytes) -> str | None:
    """The charset that markup names, where there is such and the sample is of it."""
    found = _DECLARED.search(sample, 0, _DECLARED_WITHIN)
    name = next(filter(None, found.groups()), b"").decode("ascii") if found else ""
    try:
        b"".decode(name)  # a LookupError for codecs that are not of text
        codec = codecs.lookup(name)
        codecs.getincrementaldecoder(codec.name)().decode(sample)
    except (LookupError, ValueError):
        return None
    # As browsers do: these names are used for what contains them (WHATWG Encoding).
    return _WEB_NAMES.get(codec.name, codec.name)


def _guessed(sample: bytes) -> str:
    """The likeliest charset; Windows-1252, the commonest, where nothing is likelier."""
    page = likely_page(sample)
    if page is not None:
        return page
    matches = from_bytes(sample)
    best = matches.best()
    if best is None or not best.coherence:
        return _COMMONEST
    equals = {
        match.encoding
        for match in matches
        if (match.chaos, match.coherence) == (best.chaos, best.coherence)
    }
    return _COMMONEST if _COMMONEST in equals else best.encoding


def _utf16_without_bom(sample: bytes) -> str | None:
    """UTF-16 of a Latin script: a zero in nearly every second byte, hardly any in the others."""
    pairs = len(sample) // 2
    if pairs < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.7 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.7 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return None


def detect_file(path: Path) -> str:
    """The charset of a file, from its beginning."""
    with path.open("rb") as file:
        return detect(file.read(SAMPLE_BYTES))


def decode(data: bytes) -> str:
    """The text, without NULs; bytes that are no text of its charset become U+FFFD."""
    return data.decode(detect(data[:SAMPLE_BYTES]), "replace").replace("\0", "")


def open_text(path: Path, *, newline: str | None = None) -> io.TextIOWrapper:
    """The file as text. `newline` as for `open`: None makes all line ends alike."""
    return path.open(encoding=detect_file(path), errors="replace", newline=newline)


def chunks(path: Path, characters: int = 1 << 20) -> Iterator[str]:
    """The file's text piece by piece, without NULs."""
    with open_text(path) as file:
        while piece := file.read(characters):
            yield piece.replace("\0", "")


def lines(path: Path, *, newline: str | None = None) -> Iterator[str]:
    """The file's lines with their ends, without NULs; `newline` as for `open`."""
    with open_text(path, newline=newline) as file:
        while line := file.readline(LINE_CHARACTERS):
            yield line.replace("\0", "")
