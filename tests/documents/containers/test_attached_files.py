"""What is attached to Outlook's messages and to PDFs comes out as files of their own."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from schedulerx.documents import pdf_parts
from schedulerx.model.passwords import NO_PASSWORDS, Passwords
from tests.documents.containers.receiving import opened, unpacked
from tests.documents.ole_files import Tree, ole_file

PDF, OUTLOOK = "application/pdf", "application/vnd.ms-outlook"
FILES = {"a/../b.txt": b"alpha", "big.bin": bytes(100_000)}


def pdf_with(path: Path, password: str | None = None) -> Path:
    with pikepdf.new() as document:
        document.add_blank_page()
        for name, data in FILES.items():
            document.attachments[name] = data
        locked = pikepdf.Encryption(owner="o", user=password) if password else False
        document.save(path, encryption=locked)
    return path


def test_a_pdfs_attachments_are_members_without_folders(tmp_path: Path) -> None:
    container = opened(PDF, pdf_with(tmp_path / "a.pdf"))
    assert unpacked(container) == {"a_.._b.txt": b"alpha", "big.bin": bytes(100_000)}


@pytest.mark.parametrize(
    ("passwords", "count"), [(Passwords(("wrong", "right")), 2), (NO_PASSWORDS, 0)]
)
def test_a_locked_pdfs_attachments_need_its_password(
    tmp_path: Path, passwords: Passwords, count: int
) -> None:
    container = opened(PDF, pdf_with(tmp_path / "a.pdf", "right"), passwords=passwords)
    assert len(container.entries) == count


def test_an_attachment_that_cannot_be_had_leaves_those_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pdf_with(tmp_path / "a.pdf")
    whole = io.BytesIO(path.read_bytes())
    with pikepdf.open(whole) as document:
        document.save(path, compress_streams=True, recompress_flate=True)
    monkeypatch.setattr(pdf_parts, "MAX_ATTACHED_BYTES", 50_000)
    assert list(unpacked(opened(PDF, path))) == ["a_.._b.txt"]


def test_an_outlook_messages_attachments_are_members(tmp_path: Path) -> None:
    def attached(name: str, data: bytes) -> Tree:
        return {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": data,
        }

    path = ole_file(
        tmp_path / "a.msg",
        {
            "__properties_version1.0": bytes(32),
            "__attach_version1.0_#00000000": attached("x.csv", b"a,b"),
            "__attach_version1.0_#00000001": attached("x.csv", bytes(5000)),
        },
    )
    assert unpacked(opened(OUTLOOK, path)) == {"x.csv": b"a,b", "x (2).csv": bytes(5000)}
