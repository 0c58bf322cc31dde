"""Office documents behind passwords: opened by the right one, and by nothing hostile."""

from __future__ import annotations

import logging
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedulerx.documents import doc, office_locks
from schedulerx.documents.integrity import ole
from schedulerx.errors import RejectedInput
from schedulerx.model.record import ReasonCode
from tests.documents.locked_files import locked_letter, locked_package
from tests.documents.ole_files import ole_file
from tests.steps.broken_files import zipped

PLAIN = zipped(
    {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'content-types"/>',
        "word/document.xml": Random(7).randbytes(9000),
    }
)
AGILE = b"\x04\0\x04\0\x40\0\0\0"


def test_a_package_comes_out_as_it_went_in(tmp_path: Path) -> None:
    path = locked_package(tmp_path / "a.docx", PLAIN, "geheim")
    plain = tmp_path / "plain"
    assert ole.needs_password(path)
    assert office_locks.decrypt(path, ["no", "geheim"], plain) == 1
    assert plain.read_bytes() == PLAIN


def test_a_letter_of_word_97_comes_out_readable(tmp_path: Path) -> None:
    path = locked_letter(tmp_path / "a.doc", "Dear Sir\r", "Pässword")
    plain = tmp_path / "plain"
    assert ole.needs_password(path)
    assert office_locks.decrypt(path, ["password", "Pässword"], plain) == 1
    assert "".join(doc.text(plain)) == "Dear Sir\n"
    assert not ole.needs_password(plain)


def test_without_the_right_password_nothing_is_written(tmp_path: Path) -> None:
    for path in (
        locked_package(tmp_path / "a.docx", PLAIN, "geheim"),
        locked_letter(tmp_path / "a.doc", "Dear Sir\r", "geheim"),
    ):
        assert office_locks.decrypt(path, ["no", "x" * 300], tmp_path / "plain") is None
        assert not (tmp_path / "plain").exists()


def test_passwords_are_never_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = locked_letter(tmp_path / "a.doc", "Dear Sir\r", "geheim")
    with caplog.at_level(logging.DEBUG):
        office_locks.decrypt(path, ["geheim"], tmp_path / "plain")
    assert "geheim" not in caplog.text


@pytest.mark.parametrize(
    ("description", "code"),
    [
        (AGILE + b'<e><p spinCount="9999999"/></e>', ReasonCode.REFUSED),
        (AGILE + b'<!DOCTYPE x [<!ENTITY a "ha">]><e>&a;</e>', ReasonCode.REFUSED),
        (AGILE + b" " * 70_000, ReasonCode.REFUSED),
        (AGILE + b"no XML", ReasonCode.UNREADABLE),
        (AGILE + b"<e/>", ReasonCode.UNREADABLE),
        (b"\x07\0\x07\0", ReasonCode.UNREADABLE),
        (b"", ReasonCode.UNREADABLE),
    ],
)
def test_hostile_locks_are_rejected_before_a_password_is_tried(
    tmp_path: Path, description: bytes, code: ReasonCode
) -> None:
    streams = {"EncryptedPackage": b"x" * 8192, "EncryptionInfo": description}
    path = ole_file(tmp_path / "a.docx", dict(streams))
    with pytest.raises(RejectedInput) as raised:
        office_locks.decrypt(path, ["a"] * 1000, tmp_path / "plain")
    assert raised.value.code is code


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 9000), st.binary(min_size=1, max_size=8))
def test_any_broken_lock_is_rejected_or_stays_shut(tmp_path: Path, at: int, noise: bytes) -> None:
    whole = bytearray(locked_letter(tmp_path / "a.doc", "Dear Sir\r", "geheim").read_bytes())
    whole[at : at + len(noise)] = noise
    path = tmp_path / "broken.doc"
    path.write_bytes(whole)
    try:
        place = office_locks.decrypt(path, ["geheim"], tmp_path / "plain")
    except RejectedInput as error:
        assert error.code in {ReasonCode.UNREADABLE, ReasonCode.REFUSED}  # noqa: PT017
    else:
        assert place in {None, 0}
