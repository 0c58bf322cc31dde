"""The FILE steps validate, describe and render against a corpus whose truth other tools told."""

from __future__ import annotations

import csv
import os
import shutil
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schedulerx.model.identity import hash_file, portable_path
from schedulerx.model.member import Member
from schedulerx.model.record import Origin, ReasonCode, Record
from schedulerx.model.work import FileWork
from schedulerx.settings import ProcessingSettings
from schedulerx.steps import describe, render, validate
from tests.steps.files import MemoryArtifacts

Row = dict[str, str]
Results = list[tuple[Row, Record]]

# What a corpus calls the state of a file that ends with this reason.
STATES = {
    None: "ok",
    ReasonCode.DAMAGED: "damaged",
    ReasonCode.UNREADABLE: "bad",
    ReasonCode.LOCKED: "locked",
    ReasonCode.REFUSED: "rejected",
    ReasonCode.UNSUPPORTED: "rejected",
    ReasonCode.EMPTY: "empty",
}
# Names for the same type, as the corpus's own scoring has them.
SYNONYMS: tuple[frozenset[str], ...] = (
    frozenset({"image/heic", "image/heif"}),
    frozenset({"text/csv", "text/plain"}),
    frozenset({"application/x-ndjson", "application/json", "text/plain"}),
    frozenset({"text/markdown", "text/plain"}),
    frozenset({"application/mbox", "text/plain"}),
    frozenset({"message/rfc822", "text/plain"}),
)


@pytest.fixture(scope="module")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the corpus with the hostile names laid out; links are the walker's matter."""
    source = shared / "corpora" / "open"
    copy = tmp_path_factory.mktemp("corpus")
    shutil.copytree(source / "files", copy / "files", copy_function=shutil.copyfile)
    with tarfile.open(source / "hostile_names_and_links.tar") as archive:
        files = [member for member in archive if member.isfile()]
        archive.extractall(copy / "files", members=files, filter="data")
    shutil.copyfile(source / "MANIFEST.csv", copy / "MANIFEST.csv")
    return copy


def rows(corpus: Path) -> Iterator[Row]:
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["expected"] != "symlink")


def path_of(corpus: Path, row: Row) -> Path:
    """The file of a row; the one name that is not UTF-8 is escaped in the table."""
    name = row["path"].replace(r"caf\xe9", "caf\udce9")
    return corpus / "files" / name


@pytest.fixture(scope="module")
def results(corpus: Path) -> Results:
    return [(row, through(path_of(corpus, row))) for row in rows(corpus)]


def through(path: Path) -> Record:
    """The record after the three steps, as the worker takes a file through them."""
    name, raw = portable_path(os.fsencode(path.name))
    size = path.stat().st_size
    member = Member(path=name, raw=raw, bytes=size)
    work = FileWork(member, path, MemoryArtifacts(), ProcessingSettings(), "f" * 16)
    sha256, etag = hash_file(path)
    origin = Origin(path=name, raw_path=raw, bytes=size, etag=etag)
    record = Record(object_id=member.object_id(etag=etag), origin=origin, sha256=sha256)
    record = validate.run(work, record)
    if record.reason_code in {None, ReasonCode.DAMAGED}:
        record = render.run(work, describe.run(work, record))
    return record


def same_type(found: str | None, true: str) -> bool:
    return found == true or any(found in names and true in names for names in SYNONYMS)


def near(found: float, true: str) -> bool:
    return abs(found - float(true)) < 1e-4


def agrees_place(row: Row, record: Record) -> bool:
    gps = record.description.gps
    if row["gps_status"] != "ok":
        return gps is None
    return gps is not None and near(gps[0], row["gps_lat"]) and near(gps[1], row["gps_lon"])


def agrees_time(row: Row, record: Record) -> bool:
    """The truth is EXIF's; a picture without a time there may have one in XMP or IPTC."""
    what = record.description
    if not row["capture_time"] and not (what.captured_from or "").startswith("EXIF"):
        return True
    return (what.captured_at or "")[:19] == row["capture_time"]


def opened(row: Row) -> bool:
    return row["status_accept"] in {"ok", "damaged"}


# What is compared, of which files, and the least share that must agree.
AGREEMENTS: tuple[
    tuple[str, Callable[[Row], object], Callable[[Row, Record], bool], float], ...
] = (
    ("sha256", lambda row: row["sha256"], lambda row, rec: rec.sha256 == row["sha256"], 1.0),
    (
        "state",
        lambda row: row["status_accept"],
        lambda row, rec: STATES[rec.reason_code] in row["status_accept"].split("|"),
        0.99,  # one linearized PDF whose hints do not fit is whole to us
    ),
    (
        "media type",
        lambda row: row["mime_true"] and row["expected"] != "empty",
        lambda row, rec: same_type(rec.media_type, row["mime_true"]),
        0.985,  # two JPEG files named .nef, and a table with NUL characters
    ),
    (
        "pixels",
        lambda row: row["width"] and opened(row),
        lambda row, rec: (
            (str(rec.description.width), str(rec.description.height))
            == (row["width"], row["height"])
        ),
        1.0,
    ),
    (
        "frames",
        lambda row: row["frames"] not in {"", "1"} and opened(row),
        lambda row, rec: str(rec.description.frames) == row["frames"],
        1.0,
    ),
    (
        "capture time",
        lambda row: row["capture_time_status"],
        agrees_time,
        1.0,
    ),
    (
        "camera",
        lambda row: row["exif_model"],
        lambda row, rec: (rec.description.camera_model or "").lower() == row["exif_model"].lower(),
        1.0,
    ),
    ("place", lambda row: row["gps_status"], agrees_place, 1.0),
    (
        "orientation",
        lambda row: row["exif_orientation"] in {*"12345678"},
        lambda row, rec: str(rec.description.orientation) == row["exif_orientation"],
        1.0,
    ),
    (
        "pages",
        lambda row: row["pages"],
        lambda row, rec: str(rec.description.pages) == row["pages"],
        1.0,
    ),
    (
        "duration",
        lambda row: row["duration_s"] and row["status_accept"] == "ok",
        lambda row, rec: abs((rec.description.duration_s or 0) - float(row["duration_s"])) < 0.05,
        1.0,
    ),
)


@pytest.mark.parametrize(
    ("told", "known", "agrees", "least"), AGREEMENTS, ids=[each[0] for each in AGREEMENTS]
)
def test_agrees_with_other_tools(
    results: Results,
    told: str,
    known: Callable[[Row], object],
    agrees: Callable[[Row, Record], bool],
    least: float,
) -> None:
    compared = [(row, record) for row, record in results if known(row)]
    missed = [row["path"] for row, record in compared if not agrees(row, record)]
    print(f"{told:14}{len(compared) - len(missed):4} of {len(compared):4}  {missed}")
    assert compared
    assert 1 - len(missed) / len(compared) >= least, missed


def test_every_picture_that_opens_is_rendered(results: Results) -> None:
    pictures = [
        (row["path"], record)
        for row, record in results
        if (record.media_type or "").startswith("image/")
        and record.reason_code in {None, ReasonCode.DAMAGED}
    ]
    assert [path for path, record in pictures if len(record.renditions) != 2] == []


def test_a_rejected_file_says_why_and_keeps_its_type(results: Results) -> None:
    rejected = [record for _, record in results if record.reason_code is not None]
    assert all(record.reason and record.media_type for record in rejected)


def test_no_reason_names_a_folder_of_this_machine(results: Results, corpus: Path) -> None:
    told = [text for _, rec in results for text in (rec.reason or "", *rec.warnings)]
    assert [text for text in told if str(corpus) in text] == []


def test_no_good_file_is_rejected(results: Results) -> None:
    good = [(row["path"], rec) for row, rec in results if row["expected"] == "valid"]
    verdicts = Counter(
        (path, str(rec.reason_code)) for path, rec in good if rec.reason_code is not None
    )
    assert verdicts == Counter()
