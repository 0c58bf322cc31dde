"""The folder run, typed as a user types it, over the samples."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from schedulerx.compose.layout import ArtifactFolder
from schedulerx.pipeline.definition import NAMES
from schedulerx.stores.postgres.export import FIELDS
from tests.folder_runs import NO_OCR, exported, folder_run, outputs, python, start

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "files"

pytestmark = pytest.mark.slow


class Done(NamedTuple):
    """A finished run over the samples."""

    source: Path
    artifacts: Path
    code: int
    summary: dict[str, Any]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("run")
    source = folder / "source"
    shutil.copytree(SAMPLES, source)
    code, summary = folder_run(source, folder / "artifacts")
    return Done(source, folder / "artifacts", code, summary)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A few quick files."""
    source = tmp_path / "source"
    for part in ("people", "documents"):
        shutil.copytree(SAMPLES / part, source / part)
    return source


def test_the_samples_end_balanced_with_nothing_failed(done: Done) -> None:
    summary = done.summary
    parts = ("done", "skipped", "failed", "quarantined")
    assert done.code == 0
    assert summary["balanced"] is True
    assert summary["inputs"] == sum(summary[part] for part in parts) >= 25
    assert summary["failed"] == 0
    assert summary["quarantined"] >= 5


def test_the_summary_has_its_documented_fields_and_names_real_files(done: Done) -> None:
    assert list(done.summary) == [
        "run_id", "inputs", "done", "skipped", "failed", "quarantined", "balanced", "seconds",
        "certificate", "report",
    ]  # fmt: skip
    assert json.loads(Path(done.summary["certificate"]).read_text())["balanced"] is True
    assert Path(done.summary["report"]).read_text().lower().startswith("<!doctype html>")


def test_the_certificate_has_a_row_for_every_step_but_those_after_it(done: Done) -> None:
    certificate = json.loads(Path(done.summary["certificate"]).read_text())
    assert [step["name"] for step in certificate["steps"]] == list(NAMES[:-2])


@pytest.mark.parametrize("kind", FIELDS)
def test_every_kind_is_exported_under_its_documented_fields(done: Done, kind: str) -> None:
    rows = exported(kind, done.artifacts)
    assert rows
    assert all(tuple(row) == FIELDS[kind] for row in rows)


def test_the_export_accounts_for_every_input(done: Done) -> None:
    rows = exported("records", done.artifacts)
    files = [
        str(path.relative_to(done.source)) for path in done.source.rglob("*") if path.is_file()
    ]
    assert [row["path"] for row in rows if "!/" not in row["path"]] == sorted(files)
    assert len(rows) == done.summary["inputs"]


def test_what_lies_in_archives_and_mails_is_told_by_its_way(done: Done) -> None:
    paths = {row["path"] for row in exported("records", done.artifacts)}
    assert {path.partition("!/")[0] for path in paths if "!/" in path} == {
        "archives/courier_papers.zip",
        "mail/2_with_contract_and_photo.eml",
    }


def test_the_quarantined_say_why_to_machines_and_to_people(done: Done) -> None:
    rows = [row for row in exported("records", done.artifacts) if row["status"] == "quarantined"]
    codes = {row["path"]: row["reason_code"] for row in rows}
    assert codes["broken/empty.jpg"] == "empty"
    assert codes["broken/half_downloaded.jpg"] == "damaged"
    assert codes["broken/locked_agreement.pdf"] == "locked"
    assert codes["broken/poster_60000x60000.png"] == "refused"
    assert all(row["reason"] for row in rows)


def test_an_exact_copy_names_its_original(done: Done) -> None:
    rows = {row["path"]: row for row in exported("records", done.artifacts)}
    pair = ("from_otto/IMG_0412 (1).jpg", "photos/IMG_0412_clock_restored.jpg")
    assert [rows[path]["duplicate_of"] for path in pair] == [None, pair[0]]


def test_scans_are_read_and_text_layers_are_not_recognised(done: Done) -> None:
    rows = {row["path"]: row for row in exported("records", done.artifacts)}
    assert "Gullwing" in rows["scans/letter_to_gullwing.png"]["text"]
    assert rows["scans/delivery_note.pdf"]["has_text_layer"] is False
    assert rows["scans/delivery_note.pdf"]["text"].strip()
    assert rows["documents/shipping_contract.pdf"]["has_text_layer"] is True


def test_csv_is_exported_with_a_header(done: Done) -> None:
    printed = python(
        "-m", "schedulerx.cli", "export", "devices", "--artifact_dir", done.artifacts,
        "--format", "csv",
    )  # fmt: skip
    assert printed.stdout.splitlines()[0] == ",".join(FIELDS["devices"])


def test_a_second_run_does_no_work_and_says_so(done: Done) -> None:
    before = outputs(done.artifacts)
    rows = {kind: exported(kind, done.artifacts) for kind in FIELDS}
    again = python("run.py", done.source, done.artifacts)
    assert again.returncode == 0, again.stderr
    assert "Nothing to do" in again.stdout
    assert outputs(done.artifacts) == before
    assert {kind: exported(kind, done.artifacts) for kind in FIELDS} == rows


def test_touching_a_file_does_not_make_it_another(done: Done) -> None:
    os.utime(done.source / "documents" / "notes.md")
    before = outputs(done.artifacts)
    code, summary = folder_run(done.source, done.artifacts)
    assert (code, summary["skipped"]) == (0, summary["inputs"])
    assert outputs(done.artifacts) == before


def test_nothing_in_the_source_is_changed(done: Done) -> None:
    for path in SAMPLES.rglob("*"):
        if path.is_file():
            assert (done.source / path.relative_to(SAMPLES)).read_bytes() == path.read_bytes()


def test_a_changed_file_replaces_its_older_self(small: Path, tmp_path: Path) -> None:
    artifacts = tmp_path / "artifacts"
    folder_run(small, artifacts, extra=NO_OCR)
    notes = small / "documents" / "notes.md"
    original = notes.read_text()
    for text in ("something else", original):
        notes.write_text(text)
        code, summary = folder_run(small, artifacts, extra=NO_OCR)
        assert (code, summary["done"], summary["balanced"]) == (0, 1, True)
        found = [r for r in exported("records", artifacts) if r["path"] == "documents/notes.md"]
        assert [row["text"].strip() for row in found] == [text.strip()]


def test_two_folders_with_files_of_one_name_keep_both(tmp_path: Path) -> None:
    artifacts = tmp_path / "artifacts"
    for name in ("phone", "laptop"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "note.txt").write_text(f"written on the {name}")
        folder_run(tmp_path / name, artifacts, extra=NO_OCR)
    texts = {row["text"].strip() for row in exported("records", artifacts)}
    assert texts == {"written on the phone", "written on the laptop"}


def test_a_file_changed_back_while_nothing_was_uploaded_is_uploaded_again(tmp_path: Path) -> None:
    source, artifacts = tmp_path / "source", tmp_path / "artifacts"
    source.mkdir()
    for text in ("one", "two"):
        (source / "note.txt").write_text(text)
        folder_run(source, artifacts, extra=NO_OCR)
    (source / "note.txt").write_text("one")
    folder_run(source, artifacts, "--steps", "render", "generate_events", extra=NO_OCR)
    code, summary = folder_run(source, artifacts, extra=NO_OCR)
    assert (code, summary["balanced"]) == (0, True)
    assert [row["text"].strip() for row in exported("records", artifacts)] == ["one"]
    code, summary = folder_run(source, artifacts, extra=NO_OCR)
    assert (code, summary["skipped"]) == (0, 1)


def test_overwriting_writes_every_record_again(small: Path, tmp_path: Path) -> None:
    folder_run(small, tmp_path / "artifacts", extra=NO_OCR)
    before = outputs(tmp_path / "artifacts", ["records"])
    events = exported("events", tmp_path / "artifacts")
    code, summary = folder_run(small, tmp_path / "artifacts", "--overwrite_existing", extra=NO_OCR)
    after = outputs(tmp_path / "artifacts", ["records"])
    assert (code, summary["skipped"]) == (0, 0)
    assert all(after[key] > before[key] for key in before)
    assert exported("events", tmp_path / "artifacts") == events


def test_a_subset_of_steps_runs_just_those_and_what_they_need(small: Path, tmp_path: Path) -> None:
    code, summary = folder_run(
        small, tmp_path / "artifacts", "--steps", "read", "generate_events", extra=NO_OCR
    )
    certificate = json.loads(Path(summary["certificate"]).read_text())
    ran = {step["name"] for step in certificate["steps"] if step["done"]}
    assert (code, ran) == (0, {"validate", "describe", "read", "generate_events"})
    assert exported("records", tmp_path / "artifacts") == []


def test_the_full_run_starts_from_the_records_of_a_subset(small: Path, tmp_path: Path) -> None:
    folder_run(small, tmp_path / "artifacts", "--steps", "read", extra=NO_OCR)
    _, summary = folder_run(small, tmp_path / "artifacts", extra=NO_OCR)
    certificate = json.loads(Path(summary["certificate"]).read_text())
    steps = {step["name"]: step for step in certificate["steps"]}
    assert steps["read"]["reused"] == summary["inputs"]
    assert steps["read"]["done"] == 0


def test_run_steps_alone_open_no_file(small: Path, tmp_path: Path) -> None:
    folder_run(small, tmp_path / "artifacts", extra=NO_OCR)
    before = outputs(tmp_path / "artifacts")
    code, summary = folder_run(
        small, tmp_path / "artifacts", "--steps", "create_persons", "--overwrite_existing",
        extra=NO_OCR,
    )  # fmt: skip
    assert (code, summary["inputs"], summary["balanced"]) == (0, 0, True)
    assert outputs(tmp_path / "artifacts") == before


def test_event_generation_can_be_left_out(small: Path, tmp_path: Path) -> None:
    code, _ = folder_run(small, tmp_path / "artifacts", "--skip_event_generation", extra=NO_OCR)
    assert code == 0
    assert exported("events", tmp_path / "artifacts") == []
    assert exported("records", tmp_path / "artifacts")


def test_a_database_lost_is_filled_from_the_records(small: Path, tmp_path: Path) -> None:
    artifacts = tmp_path / "artifacts"
    folder_run(small, artifacts, extra=NO_OCR)
    rows, before = exported("events", artifacts), outputs(artifacts)
    shutil.rmtree(artifacts / "database")
    code, summary = folder_run(small, artifacts, extra=NO_OCR)
    assert (code, summary["balanced"]) == (0, True)
    assert exported("events", artifacts) == rows
    assert outputs(artifacts) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["absent", "out"], "absent is not a folder"),
        ([".", "."], "results need a folder of their own"),
        ([".", "out", "--processes", "0"], "--processes is 0"),
        ([".", "out", "--minimum_batch_size", "0"], "--minimum_batch_size is 0"),
        ([".", "out", "--steps", "devour"], "'devour' is none of validate"),
        (["", "out"], "the name of a folder is empty"),
        ([".", ""], "the name of a folder is empty"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    run = Path(__file__).resolve().parent.parent / "run.py"
    done = python(run, *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_cache_of_etags_costs_a_second_read_and_nothing_else(
    small: Path, tmp_path: Path
) -> None:
    folder_run(small, tmp_path / "artifacts", extra=NO_OCR)
    before = outputs(tmp_path / "artifacts")
    for file in (tmp_path / "artifacts" / "inventory").glob("etags.sqlite3*"):
        file.write_bytes(b"not a database, not at all, not even a little" * 100)
    code, summary = folder_run(small, tmp_path / "artifacts", extra=NO_OCR)
    assert (code, summary["skipped"]) == (0, summary["inputs"])
    assert outputs(tmp_path / "artifacts") == before


def test_a_damaged_record_does_not_stop_a_run(small: Path, tmp_path: Path) -> None:
    folder_run(small, tmp_path / "artifacts", extra=NO_OCR)
    record = next((tmp_path / "artifacts" / "artifacts" / "records").rglob("*.json"))
    record.write_bytes(b"garbage")
    code, _ = folder_run(small, tmp_path / "artifacts", extra=NO_OCR)
    assert code == 0


def test_names_are_read_in_any_locale(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "Überweisung.txt").write_text("x")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **NO_OCR}
    code, summary = folder_run(tmp_path / "source", tmp_path / "artifacts", extra=ascii_only)
    assert (code, summary["done"]) == (0, 1)


def test_an_empty_folder_is_a_balanced_run_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    code, summary = folder_run(tmp_path / "source", tmp_path / "artifacts")
    assert (code, summary["inputs"], summary["balanced"]) == (0, 0, True)


def test_a_prefix_that_no_path_has_is_told(tmp_path: Path) -> None:
    (tmp_path / "in" / "letters").mkdir(parents=True)
    (tmp_path / "in" / "letters" / "a.txt").write_text("hello")
    done = python("run.py", tmp_path / "in", tmp_path / "out", "--prefix", "leters/")
    assert done.returncode == 0, done.stderr
    assert "no path begins with leters/" in done.stderr


def test_a_second_run_at_once_is_turned_away(small: Path, tmp_path: Path) -> None:
    with ArtifactFolder(tmp_path / "artifacts").locked():
        second = python("run.py", small, tmp_path / "artifacts", extra=NO_OCR)
    assert second.returncode == 2
    assert f"another run (process {os.getpid()}) is using" in second.stderr


def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(small: Path, tmp_path: Path) -> None:
    artifacts = tmp_path / "artifacts"
    words = (SAMPLES, artifacts, "--processes", "1", "--json")
    first = start("run.py", *words, extra=NO_OCR, stdout=subprocess.PIPE)
    while not any((artifacts / "artifacts" / "records").rglob("*.json")):
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGINT)
    told = json.loads(first.communicate()[0])
    assert first.returncode == 130
    assert (told["balanced"], told["certificate"], told["report"]) == (False, None, None)
    assert 1 <= told["done"] + told["quarantined"] < told["inputs"]
    assert list((artifacts / "artifacts" / ".partial").iterdir()) == []
    code, summary = folder_run(SAMPLES, artifacts, extra=NO_OCR)
    assert (code, summary["balanced"]) == (0, True)


def test_the_command_line_explains_itself() -> None:
    printed = python("run.py", "--help")
    assert printed.returncode == 0
    assert all(name in printed.stdout for name in NAMES)
    assert sys.executable not in printed.stdout
