"""The folder run over the open corpus, compared with truth made by other tools."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tarfile
from base64 import b64decode
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from schedulerx.model.identity import portable_path
from tests.folder_runs import ROOT, exported, folder_run

# How the scorer calls what the exports call by reason code.
_STATUS = {
    None: "ok",
    "damaged": "damaged",
    "unreadable": "bad",
    "locked": "locked",
    "refused": "rejected",
    "empty": "empty",
    "unsupported": "rejected",
    "special": "skipped",
}


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "corpora" / "open"


@pytest.fixture(scope="module")
def artifacts(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over a copy, with the hostile names and links laid over it."""
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(corpus / "files", folder / "source", symlinks=True)
    with tarfile.open(corpus / "hostile_names_and_links.tar", errors="surrogateescape") as tar:
        # Its links lead out of the folder on purpose: that they are not followed is the test.
        tar.extractall(folder / "source", filter="fully_trusted")
    code, summary = folder_run(folder / "source", folder / "artifacts")
    assert (code, summary["balanced"], summary["failed"]) == (0, True, 0)
    return folder / "artifacts"


@pytest.fixture(scope="module")
def records(artifacts: Path) -> list[dict[str, Any]]:
    return exported("records", artifacts)


def score(command: str, corpus: Path, prediction: Path) -> dict[str, Any]:
    """One command of the corpus' own scorer."""
    done = subprocess.run(
        [sys.executable, corpus.parent / "score" / "score.py", command, corpus, prediction],
        capture_output=True,
        text=True,
        check=True,
    )
    print(done.stdout)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_files_end_as_other_tools_say_they_should(
    corpus: Path, records: list[dict[str, Any]], tmp_path: Path
) -> None:
    prediction = tmp_path / "files.jsonl"
    prediction.write_text("".join(json.dumps(_prediction(row)) + "\n" for row in records))
    scored = score("files", corpus, prediction)
    assert scored["missing"] == scored["symlink_followed"] == 0
    assert scored["mime_acc"] >= 0.985
    assert scored["status_acc"] >= 0.99
    assert scored["cap_acc"] == scored["model_acc"] == scored["gps_acc"] == 1.0
    assert scored["cap_bogus_accepted"] == scored["gps_bogus_accepted"] == 0
    assert scored["pages_acc"] == 1.0
    assert scored["textlayer_acc"] >= 0.87  # the rest needs a password
    assert scored.get("good_rejected", 0) == 0


def _prediction(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "path": row["path"],
        "mime": row["media_type"],
        "status": _STATUS[row["reason_code"]],
        "capture_time": row["captured_at"],
        "camera_model": row["camera_model"],
        "gps": row["gps"],
        "pages": row["pages"],
        "has_text": row["has_text_layer"],
    }


def test_every_file_has_its_true_hash_and_size(corpus: Path, records: list[dict[str, Any]]) -> None:
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        manifest = [row for row in csv.DictReader(file) if row["expected"] != "symlink"]
    found = {row["path"]: (row["sha256"], str(row["bytes"])) for row in records}
    assert {row["path"]: found.get(row["path"]) for row in manifest} == {
        row["path"]: (row["sha256"], row["size"]) for row in manifest
    }


def test_dimensions_agree(corpus: Path, records: list[dict[str, Any]]) -> None:
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        manifest = {row["path"]: row for row in csv.DictReader(file) if row["width"]}
    rows = {row["path"]: row for row in records}
    differing = [
        path
        for path, truth in manifest.items()
        if rows[path]["reason_code"] in {None, "damaged"}
        and (str(rows[path]["width"]), str(rows[path]["height"]))
        != (truth["width"], truth["height"])
    ]
    assert differing == []


def test_links_and_hostile_names_are_accounted_for(records: list[dict[str, Any]]) -> None:
    links = [row for row in records if row["path"].startswith("hostile/links/")]
    assert {row["reason_code"] for row in links} == {"special"}
    assert len(links) == 4
    names = [row for row in records if row["path"].startswith("hostile/names/")]
    assert len(names) == 15
    assert {row["status"] for row in names} == {"done"}


def test_every_hostile_file_ends_where_its_manifest_says(
    corpus: Path, records: list[dict[str, Any]]
) -> None:
    accepted = {
        row["path_b64"]: row["status_accept"].split("|") for row in rows_of(corpus, "MANIFEST")
    }
    ended = {row["path"]: _STATUS[row["reason_code"]] for row in records}
    expected = {
        portable_path(b64decode(row["path_b64"]))[0]: accepted[row["path_b64"]]
        for row in rows_of(corpus, "hostile_expectations")
    }
    assert len(expected) > 50
    wrong = {
        path: ended.get(path) for path, ends in expected.items() if ended.get(path) not in ends
    }
    assert wrong == {}


def rows_of(corpus: Path, name: str) -> list[dict[str, str]]:
    with (corpus / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _pairs(records: list[dict[str, Any]], path: Path, *links: str) -> Path:
    """Every two files that the links lead to one original."""
    link = {row["path"]: next(filter(None, map(row.get, links)), None) for row in records}
    clusters: defaultdict[str, list[str]] = defaultdict(list)
    for name in link:
        original = name
        while (before := link[original]) is not None:
            original = before
        clusters[original].append(name)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file_a", "file_b"])
        for names in clusters.values():  # the corpus scores files, not what lies in them
            writer.writerows(combinations([name for name in names if "!/" not in name], 2))
    return path


def test_exact_copies_are_found_and_nothing_else(
    corpus: Path, records: list[dict[str, Any]], tmp_path: Path
) -> None:
    pairs = _pairs(records, tmp_path / "pairs.csv", "duplicate_of")
    scored = score("dedupe", corpus, pairs)
    assert scored["exact_recall"] == 1.0
    assert scored["all"]["fp"] == 0


def test_near_duplicates_are_found_and_look_alikes_stay_apart(
    corpus: Path, records: list[dict[str, Any]], tmp_path: Path
) -> None:
    pairs = _pairs(records, tmp_path / "pairs.csv", "duplicate_of", "near_duplicate_of")
    scored = score("dedupe", corpus, pairs)
    assert scored["all"]["precision"] == 1.0
    assert scored["all"]["recall"] >= 0.969  # not: half a photo, and one black video
    assert scored["confusable_called_dup"] == "0/16"
    found = scored["recall_by_transform"]
    for change in ("resize50", "q40", "crop5", "rot90", "watermark", "webp", "stripped"):
        assert found[change] == "4/4", change


def test_only_one_kind_of_link_is_set(records: list[dict[str, Any]]) -> None:
    assert [r["path"] for r in records if r["duplicate_of"] and r["near_duplicate_of"]] == []


def test_scans_are_read(corpus: Path, records: list[dict[str, Any]], tmp_path: Path) -> None:
    prediction = tmp_path / "ocr.jsonl"
    prediction.write_text(
        "".join(json.dumps({"path": row["path"], "text": row["text"]}) + "\n" for row in records)
    )
    scored = score("ocr", corpus, prediction)
    assert scored["mean_word_recall"] >= 0.965
    assert scored["mean_cer"] <= 0.115


@pytest.mark.skipif(not Path("/usr/bin/prlimit").exists(), reason="prlimit is not installed")
def test_the_hostile_files_leave_no_trace_outside(corpus: Path) -> None:
    guard = corpus.parent / "score" / "hostile_guard.sh"
    done = subprocess.run(
        ["bash", guard, corpus, "240", "2048", "--", sys.executable, ROOT / "run.py", "{}", "art"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SCHEDULERX_SETTINGS": ""},
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, found["rc"]) == (0, 0), done.stderr
    assert found["escaped_files"] == found["secret_or_canary_in_output"] == 0
