"""Databases with their logs: one input each, one version together, wherever they come from."""

from __future__ import annotations

import io
import sqlite3
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.model import keys
from schedulerx.model.member import Beside, Member, MemberKind
from schedulerx.model.record import Record, Status, decode_record
from schedulerx.pipeline.databases import with_logs
from schedulerx.pipeline.families import family_key
from schedulerx.pipeline.processing import FileProcessor
from schedulerx.pipeline.progress import Progress
from schedulerx.pipeline.scratch import Scratch
from schedulerx.pipeline.task import Task
from schedulerx.settings import ProcessingSettings
from schedulerx.stores.folder_source import FolderSource
from schedulerx.stores.folders import FolderArtifacts

STEPS = ("validate", "describe", "read", "generate_events")


def listed(*paths: str) -> list[Member]:
    return [Member(path=path, bytes=1, etag=path) for path in sorted(paths, key=str.encode)]


def test_a_file_has_the_logs_that_bear_its_name() -> None:
    members = listed("a/sms.db", "a/sms.db-wal", "a/sms.db-shm", "a/sms.db.bak", "a/x.db-wal")
    told = {member.path: member.beside for member in with_logs(members)}
    assert told.pop("a/sms.db") == (Beside(suffix="-wal", bytes=1, etag="a/sms.db-wal"),)
    assert set(told.values()) == {()}


def test_a_link_completes_nothing() -> None:
    link = Member(path="a.db-wal", bytes=0, etag="link", kind=MemberKind.LINK)
    assert list(with_logs([*listed("a.db"), link])) == [*listed("a.db"), link]


@given(
    st.lists(st.text("ab-/", max_size=4), unique=True, max_size=8),
    st.sets(st.sampled_from(["-wal", "-journal"])),
)
def test_every_member_stays_in_its_place(names: list[str], suffixes: set[str]) -> None:
    paths = {*names, *(name + suffix for name in names for suffix in suffixes)}
    members = listed(*paths)
    told = list(with_logs(members))
    assert [member.path for member in told] == [member.path for member in members]
    for member in told:
        there = [s for s in ("-wal", "-journal") if member.path + s in paths]
        assert [each.suffix for each in member.beside] == there


@given(st.text("ab./-", min_size=1, max_size=8), st.sampled_from(["-wal", "-journal"]))
def test_a_log_is_of_its_databases_family(path: str, suffix: str) -> None:
    assert family_key(path + suffix) == family_key(path)
    assert (path + suffix).startswith(family_key(path))


def test_another_log_is_another_version_and_another_object() -> None:
    before, after = (
        Member(path="a.db", bytes=1, etag="e", beside=(Beside(suffix="-wal", bytes=1, etag=log),))
        for log in ("one", "two")
    )
    assert before.version != after.version
    assert len({Member(path="a.db", bytes=1, etag="e").object_id(), before.object_id(),
                after.object_id()}) == 3  # fmt: skip
    unread = Member(path="a.db", bytes=1, etag="e", beside=(Beside(suffix="-wal", bytes=1),))
    assert unread.version is None


def database(folder: Path, calls: int) -> dict[str, bytes]:
    """A call log with one call in the database, and more in its write-ahead log."""
    path = folder / "made.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=wal")
        made.execute("CREATE TABLE calls (number, date, duration, type, name)")
        made.execute("INSERT INTO calls VALUES ('+14155550125', 1704099900000, 5, 1, '')")
        made.commit()
        made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for each in range(calls):
            made.execute(
                "INSERT INTO calls VALUES ('+14155550125', ?, 5, 1, '')", (1704200000000 + each,)
            )
        made.commit()
        parts = {each: Path(f"{path}{each}").read_bytes() for each in ("", "-wal", "-shm")}
    for suffix in parts:
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    return parts


class Bench:
    """A folder that is processed again and again."""

    def __init__(self, tmp_path: Path) -> None:
        self.made = tmp_path
        self.source = tmp_path / "source"
        self.source.mkdir()
        self.scratch = tmp_path / "scratch"
        self.artifacts = FolderArtifacts(tmp_path / "artifacts")

    def process(self) -> dict[str, Status]:
        source, scratch = FolderSource(self.source), Scratch(self.scratch)
        processor = FileProcessor(
            Task(STEPS, ProcessingSettings()), source, self.artifacts, scratch=lambda: scratch
        )
        members = list(with_logs(source.members()))
        return {member.path: processor(member, Progress()).status for member in members}

    def records(self) -> Iterator[Record]:
        for key in self.artifacts.keys(keys.RECORDS):
            yield decode_record(self.artifacts.get(key))

    def calls(self) -> dict[str, list[int]]:
        """How many calls each database tells, by path."""
        found: dict[str, list[int]] = {}
        for record in self.records():
            if record.media_type == "application/vnd.sqlite3":
                found.setdefault(record.origin.path, []).append(record.event_count)
        return {path: sorted(counts) for path, counts in found.items()}

    def write(self, name: str, calls: int) -> None:
        for suffix, data in database(self.made, calls).items():
            (self.source / f"{name}{suffix}").write_bytes(data)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_changed_log_does_its_database_again(bench: Bench) -> None:
    bench.write("calls.db", 1)
    assert set(bench.process().values()) == {Status.DONE}
    assert bench.calls() == {"calls.db": [2]}
    whole = (bench.source / "calls.db").read_bytes()
    again = bench.process()
    assert set(again.values()) == {Status.SKIPPED}
    bench.write("calls.db", 3)
    assert (bench.source / "calls.db").read_bytes() == whole
    assert bench.process()["calls.db"] is Status.DONE
    assert bench.calls() == {"calls.db": [2, 4]}


def test_logs_are_inputs_of_their_own(bench: Bench) -> None:
    bench.write("calls.db", 1)
    bench.process()
    assert {record.origin.path: record.media_type for record in bench.records()} == {
        "calls.db": "application/vnd.sqlite3",
        "calls.db-shm": "application/x-sqlite3-shm",
        "calls.db-wal": "application/x-sqlite3-wal",
    }
    assert not any(record.reason for record in bench.records())


@pytest.mark.parametrize("order", [("", "-wal", "-shm"), ("-shm", "-wal", "")])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_database_in_an_archive_waits_for_its_log(
    bench: Bench, order: tuple[str, ...], kind: str
) -> None:
    parts = database(bench.made, 2)
    names = [f"data/calls.db{suffix}" for suffix in order]
    held = {name: parts[name.removeprefix("data/calls.db")] for name in names}
    held = {names[0]: held[names[0]], "data/between.txt": b"hello", **held}
    if kind == "zip":
        with zipfile.ZipFile(bench.source / "phone.zip", "w") as archive:
            for name, data in held.items():
                archive.writestr(name, data)
    else:
        with tarfile.open(bench.source / "phone.tar", "w") as tar:
            for name, data in held.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
    assert set(bench.process().values()) == {Status.DONE}
    assert bench.calls() == {f"phone.{kind}!/data/calls.db": [3]}
    assert len(list(bench.records())) == 5
    assert [path.name for folder in bench.scratch.glob("*") if folder.is_dir()
            for path in folder.iterdir()] == [".lock"]  # fmt: skip
    assert set(bench.process().values()) == {Status.SKIPPED}


def test_a_journal_takes_back_what_was_not_finished(bench: Bench) -> None:
    path = bench.made / "made.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        made.execute("PRAGMA cache_size=1")
        made.execute("CREATE TABLE calls (number, date, duration, type, name)")
        made.execute("BEGIN")
        made.executemany(
            "INSERT INTO calls VALUES ('+14155550125', ?, 5, 1, '')",
            ((1704200000000 + each,) for each in range(900)),
        )
        made.execute("COMMIT")
        made.execute("BEGIN")
        made.execute("DELETE FROM calls WHERE rowid % 2")  # half of it is on disk by now
        for suffix in ("", "-journal"):
            data = Path(f"{path}{suffix}").read_bytes()
            (bench.source / f"calls.db{suffix}").write_bytes(data)
    assert (bench.source / "calls.db-journal").stat().st_size > 0
    bench.process()
    assert bench.calls() == {"calls.db": [900]}
