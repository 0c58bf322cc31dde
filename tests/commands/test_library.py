"""What `schedulerx library` says to the operator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schedulerx.cli import main
from schedulerx.compose.library import state_of
from tests.library.conftest import photo


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No .env, no profile; a source with one photo."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DB_PROFILE", raising=False)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a.jpg").write_bytes(photo(1))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["library", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_run_and_its_status_tell_the_same(
    alone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(capsys, "run", "source", "library", "--processes", "1")
    assert (code, err) == (0, "")
    assert "The library is in order." in out
    assert "upload" in out
    assert "off" in out
    code, out, _ = said(capsys, "status", "library")
    assert code == 0
    assert "The library holds 1 photo, 0 videos, 0 other files" in out
    code, out, _ = said(capsys, "status", "library", "--json")
    assert json.loads(out)["last_run"]["counts"] == json.loads(out)["counts"]
    (page,) = (alone / "library" / "reports").glob("*/report.html")
    assert "The library is in order." in page.read_text()


def test_two_runs_at_once_are_refused(alone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with state_of(alone / "library").locked():
        code, _, err = said(capsys, "run", "source", "library")
    assert code == 2
    assert "is using library; wait for it to end" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "nowhere", "library"), "the source nowhere is no folder"),
        (("run", "source", "source"), "the source source lies in the library source"),
        (("run", "source", "source/a.jpg"), "is a file; name a folder for the library"),
        (("run", "source", "library", "--target", "card"), "the upload target card is not there"),
        (("run", "source", "library", "--processes", "0"), "--processes is 0"),
        (("status", "library"), "library is no library yet"),
    ],
)
def test_what_cannot_be_meant_is_told(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(capsys, *words)
    assert (code, message in err) == (2, True), err


def test_a_folder_with_other_files_is_no_library(
    alone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (alone / "library").mkdir()
    (alone / "library" / "taxes.pdf").write_bytes(b"%PDF-1.4")
    code, _, err = said(capsys, "run", "source", "library")
    assert code == 2
    assert "library holds other files (taxes.pdf)" in err


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ENABLE_SORTING", "maybe", "set it to true or false"),
        ("ENABLE_PIXEL_UPLOAD", "true", "set PIXEL_UPLOAD_TARGET to"),
        ("LIBRARY_SORT_TEMPLATE", "{year}", "Its fields are {captured}, {camera}"),
    ],
)
def test_a_wrong_setting_is_told_before_anything_is_begun(
    name: str,
    value: str,
    message: str,
    alone: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(name, value)
    code, _, err = said(capsys, "run", "source", "library")
    assert code == 2
    assert message in err
    assert not (alone / "library" / "originals").exists()


def test_toggles_are_read_from_dotenv(alone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (alone / ".env").write_text("ENABLE_SORTING=false\nENABLE_COMPRESSION=false\n")
    code, out, _ = said(capsys, "run", "source", "library", "--processes", "1", "--json")
    facts = json.loads(out)
    assert code == 0
    assert {each["phase"] for each in facts["phases"] if not each["is_on"]} == {
        *("compression", "upload", "sorting"),
    }
    assert facts["toggles"]["ENABLE_SORTING"] is False
