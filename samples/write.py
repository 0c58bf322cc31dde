"""Writing files so that every run of the script gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from PIL import Image

ZIP_TIME = (2024, 6, 10, 9, 0, 0)


def put(folder: Path, name: str, data: bytes | str) -> Path:
    """Writes one file, making its folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The image as a file's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **({"quality": 84} | options if kind == "JPEG" else options))
    return buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive with fixed times and rights."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()


# What reportlab writes for every time when it is asked for the same bytes each run.
_INVARIANT_DATE = b"D:20000101000000+00'00'"


def dated(pdf: bytes, date: str) -> bytes:
    """A reportlab PDF with its dates set, as in "20240604090000-04'00'": the same length."""
    assert _INVARIANT_DATE in pdf
    return pdf.replace(_INVARIANT_DATE, b"D:" + date.encode())
