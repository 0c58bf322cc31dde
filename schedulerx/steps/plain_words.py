"""What libraries say of broken files, in words that tell a person what is wrong."""

from __future__ import annotations

import re

# Pattern and words, as `re.sub` takes them; each library's phrases as its source has them.
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        # libjpeg
        (r"Premature end of JPEG (?:file|data)", "the file ends before the picture does"),
        (
            r"Corrupt JPEG data: (\d+) extraneous bytes before marker 0x\w+",
            r"\1 bytes stand where none belong",
        ),
        (r"Corrupt JPEG data: premature end of data segment", "a part of the picture is cut short"),
        (r"Corrupt JPEG data: bad Huffman code", "its compressed data makes no sense in places"),
        (
            r"Corrupt JPEG data: found marker 0x\w+ instead of RST\d",
            "a part of the picture is missing",
        ),
        (r"Unsupported marker type 0x(\w+)", r"it holds a part (0x\1) of no JPEG file"),
        (r"Invalid SOS parameters for sequential JPEG", "its header contradicts itself"),
        (r"Bogus Huffman table definition", "its tables make no sense"),
        # Pillow
        (r"(?:decoder|encoder) error -\d+(?: when reading image file)?", "its data is broken"),
        (r"broken data stream when reading image file", "its data is broken"),
        (
            r"image file is truncated(?: \(\d+ bytes not processed\))?",
            "the file ends before the picture does",
        ),
        (r"Truncated File Read", "the file ends too early"),
        (r"cannot identify image file(?: of this name)?", "no decoder knows its header"),
        (r"unrecognized data stream contents when reading image file", "its data is broken"),
        # zipfile
        (r"Bad magic number for central directory", "what should be its directory is none"),
        (r"File is not a zip file", "it was cut off, or is none"),
        # qpdf
        (r"damaged: file is damaged", "damaged: its table of objects is broken"),
        # Python's e-mail parser
        (r"StartBoundaryNotFound\w*", "the line that parts its sections never comes"),
        (r"CloseBoundaryNotFound\w*", "its last section is not closed"),
        (r"NoBoundaryInMultipart\w*", "sections come without the line that parts them"),
        (r"MultipartInvariantViolation\w*", "sections are announced, and there are none"),
        (r"MissingHeaderBodySeparator\w*", "no empty line parts the header from the text"),
        (r"FirstHeaderLineIsContinuation\w*", "its first line continues a line that is not there"),
        (r"InvalidBase64\w*", "an attachment is not whole"),
        # Grammar
        (r"\b1 of the archive's 1 members need\b", "the archive's one member needs"),
        (r"\b1 of the archive's ([\d,]+) members need\b", r"1 of the archive's \1 members needs"),
        (r"(?<![\d,.])1 (byte|cell|character|NUL character|page|row)s\b(?! stand)", r"1 \1"),
        (r"(?<![\d,.])1 bytes stand\b", "1 byte stands"),
    )
)  # fmt: skip


def plain(reason: str) -> str:
    """The reason with the phrases of libraries in plain words."""
    for pattern, words in _PHRASES:
        reason = pattern.sub(words, reason)
    return reason
