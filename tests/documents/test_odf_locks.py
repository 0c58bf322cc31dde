"""OpenDocument behind passwords, locked as the standard says."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from schedulerx.documents import odf, odf_locks
from schedulerx.documents.integrity import office
from schedulerx.errors import RejectedInput
from schedulerx.model.record import ReasonCode
from tests.documents.locked_files import locked_open_document

CONTENT = (
    b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    b' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
    b"<text:p>Call me: +49 171 3920005</text:p></office:text></office:body>"
    b"</office:document-content>"
)
PARTS = {
    "mimetype": b"application/vnd.oasis.opendocument.text",
    "content.xml": CONTENT,
    "styles.xml": b"<x/>",
}


@pytest.mark.parametrize("start", ["sha1", "sha256"])
def test_a_text_comes_out_by_the_right_password(tmp_path: Path, start: str) -> None:
    path = locked_open_document(tmp_path / "a.odt", PARTS, "gehäim", start=start)
    plain = tmp_path / "plain"
    assert office.needs_password(path)
    assert odf_locks.decrypt(path, ["no", "gehäim"], plain) == 1
    assert "".join(odf.paragraphs(plain)) == "Call me: +49 171 3920005\n"
    assert not office.needs_password(plain)


def test_without_the_right_password_nothing_is_written(tmp_path: Path) -> None:
    path = locked_open_document(tmp_path / "a.odt", PARTS, "geheim")
    assert odf_locks.decrypt(path, ["no", ""], tmp_path / "plain") is None
    assert not (tmp_path / "plain").exists()


def test_a_lock_that_would_take_hours_is_refused(tmp_path: Path) -> None:
    path = locked_open_document(tmp_path / "a.odt", PARTS, "x")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = parts["META-INF/manifest.xml"].replace(b'"1000"', b'"99999999"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**parts, "META-INF/manifest.xml": manifest}.items():
            archive.writestr(name, data)
    with pytest.raises(RejectedInput) as caught:
        odf_locks.decrypt(path, ["x"], tmp_path / "plain")
    assert caught.value.code is ReasonCode.REFUSED


def test_a_lock_that_is_not_known_stays(tmp_path: Path) -> None:
    path = locked_open_document(tmp_path / "a.odt", PARTS, "x")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = parts["META-INF/manifest.xml"].replace(b"aes256-cbc", b"aes256-gcm")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**parts, "META-INF/manifest.xml": manifest}.items():
            archive.writestr(name, data)
    assert odf_locks.decrypt(path, ["x"], tmp_path / "plain") is None


@pytest.mark.parametrize("broken", [b"<x", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"])
def test_a_manifest_that_is_no_plain_xml_is_no_document(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/manifest.xml", broken)
    with pytest.raises(RejectedInput):
        odf_locks.decrypt(path, ["x"], tmp_path / "plain")
