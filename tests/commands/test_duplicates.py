"""`schedulerx duplicates` on the results of a real folder run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.folder_runs import NO_OCR, folder_run, python
from tests.media.pictures import cropped, jpeg, scene


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`source` with one photo, an equal, a mirrored and a cropped one, and another; `results`."""
    folder = tmp_path_factory.mktemp("duplicates")
    photo = scene(1, (640, 480))
    files = {
        "a.jpg": jpeg(photo, 95),
        "copies/equal.jpg": jpeg(photo, 95),
        "copies/mirrored.jpg": jpeg(photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 60),
        "cropped.jpg": jpeg(cropped(photo, 0.05)),
        "other.jpg": jpeg(scene(2, (640, 480))),
    }
    for name, data in files.items():
        path = folder / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    code, summary = folder_run(folder / "source", folder / "results", extra=NO_OCR)
    assert (code, summary["balanced"]) == (0, True)
    return folder


@pytest.fixture
def source(made: Path, tmp_path: Path) -> Path:
    """A copy of the source, to be moved from."""
    return shutil.copytree(made / "source", tmp_path / "source")


def duplicates(made: Path, *arguments: str | Path) -> tuple[int, str, str]:
    done = python(
        "-m", "schedulerx.cli", "duplicates", "--artifact_dir", made / "results", *arguments
    )
    return done.returncode, done.stdout, done.stderr


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_equal_files_are_listed_with_what_moving_them_gains(made: Path) -> None:
    code, out, _ = duplicates(made)
    size = (made / "source" / "a.jpg").stat().st_size
    assert code == 0
    assert out.splitlines() == [
        "a.jpg",
        f"  equal       {size:>13,}  copies/equal.jpg",
        f"1 copies of 1 originals; moving them gains {size:,} bytes",
    ]


def test_near_copies_are_listed_with_their_likeness(made: Path) -> None:
    code, out, _ = duplicates(made, "--near")
    lines = out.splitlines()
    assert (code, lines[0], len(lines)) == (0, "a.jpg", 5)
    for name in ("copies/mirrored.jpg", "cropped.jpg"):
        line = next(line for line in lines if line.endswith(name))
        assert float(line.split()[1]) >= 0.95


def test_for_machines_each_copy_is_a_line_and_so_is_what_became_of_it(
    made: Path, source: Path, tmp_path: Path
) -> None:
    code, out, _ = duplicates(made, "--json")
    (line,) = map(json.loads, out.splitlines())
    assert (code, line["path"], line["original"]) == (0, "copies/equal.jpg", "a.jpg")
    assert (line["score"], line["is_near"]) == (1.0, False)
    assert line["sha256"] == line["original_sha256"]
    target = tmp_path / "moved"
    (source / "cropped.jpg").unlink()
    code, out, _ = duplicates(made, "--near", "--json", "--source", source, "--move", target)
    ended = {line["path"]: line for line in map(json.loads, out.splitlines())}
    assert code == 1
    assert ended["copies/equal.jpg"]["moved_to"] == str(target)
    assert ended["cropped.jpg"]["moved_to"] is None
    assert "is not in the source" in ended["cropped.jpg"]["stays"]


def test_copies_are_moved_with_their_paths(made: Path, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "moved"
    before = {name: (source / name).read_bytes() for name in files(source)}
    code, out, _ = duplicates(made, "--near", "--source", source, "--move", target)
    assert code == 0
    assert "3 copies moved" in out
    assert files(source) == {"a.jpg", "other.jpg"}
    assert {name: (target / name).read_bytes() for name in files(target)} == {
        name: before[name] for name in ("copies/equal.jpg", "copies/mirrored.jpg", "cropped.jpg")
    }


def test_a_changed_copy_stays(made: Path, source: Path, tmp_path: Path) -> None:
    (source / "cropped.jpg").write_bytes(b"another")
    code, _, err = duplicates(made, "--near", "--source", source, "--move", tmp_path / "moved")
    assert code == 1
    assert "cropped.jpg stays: the copy changed since it was read" in err
    assert files(source) == {"a.jpg", "cropped.jpg", "other.jpg"}


@pytest.mark.parametrize("change", ["gone", "changed", "link"])
def test_no_copy_moves_without_its_original(
    made: Path, source: Path, tmp_path: Path, change: str
) -> None:
    original = source / "a.jpg"
    data = original.read_bytes()
    original.unlink()
    if change == "changed":
        original.write_bytes(data[:-1])
    if change == "link":
        (tmp_path / "elsewhere.jpg").write_bytes(data)
        original.symlink_to(tmp_path / "elsewhere.jpg")
    before = files(source)
    code, out, err = duplicates(made, "--near", "--source", source, "--move", tmp_path / "moved")
    assert code == 1
    assert "0 copies moved" in out
    assert err.count("the original") == 3
    assert files(source) == before


def test_nothing_is_overwritten(made: Path, source: Path, tmp_path: Path) -> None:
    there = tmp_path / "moved" / "cropped.jpg"
    there.parent.mkdir()
    there.write_text("mine")
    code, _, err = duplicates(made, "--near", "--source", source, "--move", there.parent)
    assert code == 1
    assert "cropped.jpg stays: something lies where it would go" in err
    assert there.read_text() == "mine"
    assert (source / "cropped.jpg").exists()


def test_copies_are_not_moved_within_the_source(made: Path, source: Path) -> None:
    before = files(source)
    code, _, err = duplicates(made, "--source", source, "--move", source / "moved")
    assert code == 2
    assert "name a folder outside" in err
    assert files(source) == before


def test_without_results_the_run_to_start_is_named(tmp_path: Path) -> None:
    done = python("-m", "schedulerx.cli", "duplicates", "--artifact_dir", tmp_path / "none")
    assert done.returncode == 2
    assert "run.py" in done.stderr
