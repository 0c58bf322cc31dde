"""A folder of photos becomes a sorted, verified library; a second run finds nothing to do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.library.runs import library_run, phase, shelves, tree

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "files"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("library")
    source, library, target = root / "source", root / "library", root / "card"
    for name in ("photos", "videos", "broken"):
        shutil.copytree(SAMPLES / name, source / name)
    target.mkdir()
    before = tree(source)
    code, facts, said = library_run(source, library, "--target", str(target))
    return {
        "code": code, "facts": facts, "said": said, "before": before,
        "source": source, "library": library, "target": target,
    }  # fmt: skip


def test_a_run_ends_well_and_leaves_the_source_as_it_was(kept: dict[str, Any]) -> None:
    assert (kept["code"], kept["said"]) == (0, "")
    assert tree(kept["source"]) == kept["before"]


def test_the_phases_come_in_their_order_each_with_figures(kept: dict[str, Any]) -> None:
    names = [each["phase"] for each in kept["facts"]["phases"]]
    assert names == [
        *("download", "deduplication", "compression", "file_preparation"),
        *("upload", "sorting", "verification"),
    ]
    for each in kept["facts"]["phases"]:
        assert each["is_on"]
        assert each["files"] == each["done"] + each["failed"] + each["quarantined"] > 0


def test_originals_are_stored_as_they_were_read(kept: dict[str, Any]) -> None:
    stored = tree(kept["library"] / "originals")
    assert sorted(stored.values()) == sorted(kept["before"].values())


def test_broken_files_go_no_further_and_are_told(kept: dict[str, Any]) -> None:
    apart = {trouble["path"] for trouble in kept["facts"]["troubles"]}
    assert {path for path in apart if not path.startswith("broken/")} == set()
    names = {Path(path).stem for path in tree(kept["library"] / "uploaded")}
    assert names.isdisjoint({Path(path).stem for path in apart})


def test_what_goes_on_lies_sorted_and_at_the_target(kept: dict[str, Any]) -> None:
    uploaded = tree(kept["library"] / "uploaded")
    assert tree(kept["library"] / "bridge") == {}
    assert sorted(uploaded.values()) == sorted(tree(kept["target"]).values())
    folders = {str(Path(path).parent) for path in uploaded}
    assert all(folder == "undated" or folder[4] == "/" for folder in folders)
    assert len(folders) > 1


def test_compressed_copies_are_smaller(kept: dict[str, Any]) -> None:
    counts = kept["facts"]["counts"]
    assert 0 < counts["ready_bytes"] < counts["original_bytes"]


def test_a_second_run_does_nothing_and_says_so(kept: dict[str, Any]) -> None:
    before = shelves(kept["library"])
    code, facts, _ = library_run(kept["source"], kept["library"], "--target", str(kept["target"]))
    assert code == 0
    assert facts["listed"] == facts["known"]
    assert [each["files"] for each in facts["phases"]] == [0] * 7
    assert shelves(kept["library"]) == before
    assert phase(facts, "verification")["note"].endswith("in place")
