"""The samples are what their script makes, small, and told in full by their README."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import openpyxl
import pikepdf
import pillow_heif
import pypdfium2
import pytest
from PIL import Image

pillow_heif.register_heif_opener()

MANY, LARGEST = 30, 4_000_000


@pytest.fixture(scope="module")
def committed(root: Path) -> Path:
    return root / "samples" / "files"


@pytest.fixture(scope="module")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    command = [sys.executable, "-m", "samples.make_samples", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), dtype=float)


def same_picture(one: Path, other: Path) -> bool:
    first, second = pixels(one), pixels(other)
    return first.shape == second.shape and float(np.abs(first - second).mean()) < 2


def same_pdf(one: Path, other: Path) -> bool:
    def texts(path: Path) -> list[str]:
        return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]

    return texts(one) == texts(other)


def same_sheet(one: Path, other: Path) -> bool:
    def rows(path: Path) -> list[tuple[object, ...]]:
        return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))

    return rows(one) == rows(other)


def same_film(one: Path, other: Path) -> bool:
    def facts(path: Path) -> tuple[object, ...]:
        with av.open(path) as film:
            stream = film.streams.video[0]
            return stream.frames, stream.width, stream.height, film.duration

    return facts(one) == facts(other)


def same_members(one: Path, other: Path) -> bool:
    with zipfile.ZipFile(one) as first, zipfile.ZipFile(other) as second:
        return first.namelist() == second.namelist()


def same_length(one: Path, other: Path) -> bool:
    """Files cut from others: an encoder of another version moves the cut a little."""
    return abs(one.stat().st_size - other.stat().st_size) <= 0.1 * one.stat().st_size


# What must agree where an encoder or compressor of another version gives other bytes.
SAME: dict[str, Callable[[Path, Path], bool]] = {
    ".jpg": same_picture,
    ".webp": same_picture,
    ".png": same_picture,
    ".HEIC": same_picture,
    ".pdf": same_pdf,
    ".xlsx": same_sheet,
    ".docx": same_members,
    ".zip": same_members,
    ".MOV": same_film,
    ".mp4": same_film,
    ".eml": same_length,
}
CUT = {"broken/half_downloaded.jpg", "broken/half_a_contract.pdf", "broken/locked_agreement.pdf"}


def test_the_script_makes_exactly_the_committed_files(committed: Path, made: Path) -> None:
    assert names(made) == names(committed)
    for name in names(made):
        one, other = made / name, committed / name
        if one.read_bytes() != other.read_bytes():
            same = same_length if name in CUT else SAME[one.suffix]
            assert same(one, other), name


def test_the_samples_are_many_and_small(committed: Path) -> None:
    sizes = [(committed / name).stat().st_size for name in names(committed)]
    assert len(sizes) >= MANY
    assert sum(sizes) < LARGEST


def test_the_readme_has_one_line_a_file(root: Path, committed: Path) -> None:
    lines = (root / "samples" / "README.md").read_text(encoding="utf-8").splitlines()
    told = sorted(line.split("`")[1] for line in lines if line.startswith("| `"))
    assert told == names(committed)


def test_every_imei_of_the_inventory_passes_its_check_digit(committed: Path) -> None:
    sheet = openpyxl.load_workbook(committed / "documents/devices.xlsx").worksheets[0]
    imeis = [str(row[2]) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert len(imeis) == 4
    for imei in imeis:
        digits = [int(digit) for digit in imei]
        doubled = [2 * digit - 9 * (digit > 4) for digit in digits[1::2]]
        assert (sum(digits[::2]) + sum(doubled)) % 10 == 0, imei


def test_calls_name_phones_of_the_inventory(committed: Path) -> None:
    sheet = openpyxl.load_workbook(committed / "documents/devices.xlsx").worksheets[0]
    listed = {str(row[2]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    log = io.StringIO((committed / "people/call_log_june.csv").read_text(encoding="utf-8"))
    used = {row["imei"] for row in csv.DictReader(log)} - {""}
    assert used
    assert used <= listed


def test_the_locked_files_open_with_the_password_of_the_readme(committed: Path) -> None:
    with zipfile.ZipFile(committed / "broken/locked_backup.zip") as archive:
        assert b"Depot 2" in archive.read("shift_note.txt", pwd=b"tidewater")
        with pytest.raises(RuntimeError, match="password"):
            archive.read("shift_note.txt")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(committed / "broken/locked_agreement.pdf")
    with pikepdf.open(committed / "broken/locked_agreement.pdf", password="tidewater") as pdf:
        assert len(pdf.pages) == 2


def test_a_copy_has_the_same_bytes_under_another_name(committed: Path) -> None:
    original = (committed / "photos/IMG_0412_clock_restored.jpg").read_bytes()
    assert (committed / "from_otto/IMG_0412 (1).jpg").read_bytes() == original


def test_the_sideways_photo_says_so(committed: Path) -> None:
    with Image.open(committed / "photos/IMG_0413_parcel_packed.jpg") as image:
        assert image.size == (1600, 1200)
        assert image.getexif()[274] == 6


def test_nobody_in_the_samples_can_be_called_or_written_to(committed: Path) -> None:
    texts = "".join(
        (committed / name).read_text(encoding="utf-8")
        for name in names(committed)
        if name.startswith("people/")
    )
    for word in texts.replace(",", " ").replace(":", " ").replace('"', " ").split():
        if "@" in word:
            assert word.rpartition("@")[2].startswith("example."), word
