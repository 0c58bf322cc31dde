"""Members through a processor: outcomes one by one, nothing twice, nothing uncounted."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from schedulerx.model import keys
from schedulerx.model.identity import raw_path
from schedulerx.model.member import Member
from schedulerx.model.passwords import NO_PASSWORDS, Passwords
from schedulerx.model.record import ReasonCode, Status, decode_record
from schedulerx.model.record_name import RecordName
from schedulerx.model.run import Tally
from schedulerx.pipeline.outcome import FileOutcome
from schedulerx.pipeline.processing import FileProcessor
from schedulerx.pipeline.progress import Loss, Progress
from schedulerx.pipeline.scratch import Scratch
from schedulerx.pipeline.task import Task
from schedulerx.settings import ProcessingSettings, ReadSettings, ValidateSettings
from schedulerx.stores.folders import FolderArtifacts

STEPS = ("validate", "describe", "read", "generate_events")
SETTINGS = ProcessingSettings(read=ReadSettings(ocr_engine="none"))
MAIL = (
    b"From: ada@example.org\nTo: bob@example.org\nDate: Mon, 1 Jan 2024 10:00:00 +0000\n"
    b"Subject: The list\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
    b"--x\nContent-Type: text/plain\n\nSee the list.\n"
    b'--x\nContent-Type: text/csv\nContent-Disposition: attachment; filename="list.csv"\n\n'
    b"name,phone\nAda,+14155550100\n--x--\n"
)


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return data.getvalue()


NESTED = {
    "a.txt": b"alpha",
    "inner.zip": zipped({"b.txt": b"beta", "c.txt": b"gamma"}),
    "mail.eml": MAIL,
    "z.txt": b"zeta",
}
ALL = [
    "x.zip!/a.txt",
    "x.zip!/inner.zip!/b.txt",
    "x.zip!/inner.zip!/c.txt",
    "x.zip!/inner.zip",
    "x.zip!/mail.eml!/list.csv",
    "x.zip!/mail.eml",
    "x.zip!/z.txt",
]


class Folder:
    """A source of one folder, without what makes it slow."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def members(self) -> Iterator[Member]:
        for path in sorted(self._root.iterdir()):
            yield Member(path=path.name, bytes=path.stat().st_size)

    @contextmanager
    def local_file(self, member: Member) -> Iterator[Path]:
        yield self._root / member.path

    def location(self) -> str:
        return str(self._root)


class Bench:
    """One file, processed again and again."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "source"
        self.root.mkdir()
        self.scratch = tmp_path / "scratch"
        self.artifacts = FolderArtifacts(tmp_path / "artifacts")
        self.told: list[FileOutcome | None] = []

    def process(
        self,
        data: bytes,
        *,
        passwords: Passwords = NO_PASSWORDS,
        losses: dict[int, Loss] | None = None,
        settings: ProcessingSettings = SETTINGS,
        name: str = "x.zip",
    ) -> FileOutcome:
        (self.root / name).write_bytes(data)
        self.told = []
        task = Task(STEPS, settings, tries_passwords=bool(passwords))
        scratch = Scratch(self.scratch)
        processor = FileProcessor(
            task, Folder(self.root), self.artifacts, passwords, lambda: scratch
        )
        member = Member(path=name, bytes=len(data))
        return processor(member, Progress(self.told.append, losses))

    @property
    def outcomes(self) -> list[FileOutcome]:
        return [one for one in self.told if one is not None]

    @property
    def paths(self) -> list[str]:
        return [one.member.path for one in self.outcomes]

    def names(self) -> list[str]:
        return sorted(self.artifacts.keys(keys.RECORDS))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_every_member_of_a_nest_is_told_and_what_holds_it_after_it(bench: Bench) -> None:
    outcome = bench.process(zipped(NESTED))
    assert bench.paths == ALL
    assert {one.status for one in bench.outcomes} == {Status.DONE}
    tally = Tally()
    for one in bench.outcomes:
        path = raw_path(one.member.path, one.member.raw)
        tally = tally.plus(Tally.of(path, one.member.bytes))
    assert outcome.members == tally
    assert RecordName.parse(outcome.fingerprint).contents == tally


def test_members_have_records_events_and_their_container(bench: Bench) -> None:
    outcome = bench.process(zipped(NESTED))
    records = {
        record.origin.path: record
        for record in (decode_record(bench.artifacts.get(key)) for key in bench.names())
    }
    assert set(records) == {"x.zip", *ALL}
    assert records["x.zip"].members == len(ALL)
    assert {records[path].origin.container for path in ALL} == {outcome.object_id}
    assert records["x.zip!/mail.eml"].event_count == 1
    assert records["x.zip!/mail.eml!/list.csv"].event_count == 1


def test_a_second_time_everything_is_found_and_nothing_is_written(bench: Bench) -> None:
    bench.process(zipped(NESTED))
    before = {key: bench.artifacts.get(key) for key in bench.names()}
    outcome = bench.process(zipped(NESTED))
    assert {one.status for one in (*bench.outcomes, outcome)} == {Status.SKIPPED}
    assert bench.paths == ALL
    assert {key: bench.artifacts.get(key) for key in bench.names()} == before


def test_scratch_is_empty_in_the_end(bench: Bench) -> None:
    bench.process(zipped(NESTED))
    assert [path.name for path in bench.scratch.rglob("*") if path.is_file()] == [".lock"] * 2


@pytest.mark.parametrize("place", range(len(ALL) + 3))
def test_a_part_that_is_given_up_costs_itself_alone(bench: Bench, place: int) -> None:
    outcome = bench.process(
        zipped(NESTED), losses={place: Loss(reason="it was killed", overran=False)}
    )
    failed = [one.member.path for one in bench.outcomes if one.status is Status.FAILED]
    assert len(failed) <= 1
    assert outcome.members is not None
    assert outcome.members.count == len(bench.outcomes)
    assert RecordName.parse(outcome.fingerprint).is_open == bool(failed)


def test_a_member_that_failed_is_done_by_the_next_run_alone(bench: Bench) -> None:
    bench.process(zipped(NESTED), losses={1: Loss(reason="it was killed", overran=False)})
    outcome = bench.process(zipped(NESTED))
    done = [one.member.path for one in bench.outcomes if one.status is Status.DONE]
    assert done == ["x.zip!/a.txt"]
    name = RecordName.parse(outcome.fingerprint)
    assert (name.is_open, name.contents.count) == (False, len(ALL))
    assert len(bench.names()) == len(ALL) + 1


def test_a_newer_archive_keeps_the_members_it_still_has(bench: Bench) -> None:
    first = bench.process(zipped(NESTED))
    ids = {one.member.path: one.object_id for one in bench.outcomes}
    second = bench.process(zipped({**NESTED, "new.txt": b"new"}))
    assert second.object_id != first.object_id
    assert {path: ids[path] for path in ids} == {
        one.member.path: one.object_id for one in bench.outcomes if one.member.path in ids
    }
    kept = decode_record(
        bench.artifacts.get(keys.record_key(ids[ALL[0]], bench.outcomes[0].fingerprint))
    )
    assert kept.origin.container == second.object_id


def test_a_refused_archive_gives_nothing(bench: Bench) -> None:
    outcome = bench.process(zipped({"fine.txt": b"1", "../up.txt": b"2"}))
    assert (outcome.reason_code, outcome.members, bench.told) == (ReasonCode.REFUSED, None, [])


def test_a_refused_archive_within_another_is_one_bad_member(bench: Bench) -> None:
    outcome = bench.process(zipped({"a.txt": b"a", "bad.zip": zipped({"../up": b"2"})}))
    assert outcome.status is Status.DONE
    assert [one.reason_code for one in bench.outcomes] == [None, ReasonCode.REFUSED]


def test_links_are_quarantined_one_by_one_where_archives_are_not_taken_strictly(
    bench: Bench,
) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(zipfile.ZipInfo("plain.txt"), "x")
    assert bench.process(data.getvalue()).reason_code is ReasonCode.REFUSED
    lenient = ProcessingSettings(
        read=SETTINGS.read, validate=ValidateSettings(strict_archives=False)
    )
    outcome = bench.process(data.getvalue(), settings=lenient)
    assert outcome.members is not None
    assert {one.member.path: one.reason_code for one in bench.outcomes} == {
        "x.zip!/plain.txt": None,
        "x.zip!/link": ReasonCode.SPECIAL,
    }


def test_a_member_locked_to_all_passwords_is_tried_again_with_new_ones_alone(
    bench: Bench, shared: Path
) -> None:
    locked = (shared / "corpora/open/files/hostile/enc_aes.zip").read_bytes()
    outer = zipped({"a.txt": b"alpha", "locked.zip": locked})
    first = bench.process(outer)
    assert RecordName.parse(first.fingerprint).is_locked
    assert [one.reason_code for one in bench.outcomes] == [None, ReasonCode.LOCKED]
    again = bench.process(outer)
    assert again.status is Status.SKIPPED
    opened = bench.process(outer, passwords=Passwords.parse("no\ncorrect horse"))
    assert not RecordName.parse(opened.fingerprint).is_locked
    assert {one.member.path: one.status for one in bench.outcomes} == {
        "x.zip!/a.txt": Status.SKIPPED,
        "x.zip!/locked.zip!/pic.jpg": Status.DONE,
        "x.zip!/locked.zip!/notes/secret.txt": Status.DONE,
        "x.zip!/locked.zip": Status.DONE,
    }
    records = [decode_record(bench.artifacts.get(key)) for key in bench.names()]
    assert {record.password_line for record in records} == {None, 2}
    warned = [record.origin.path for record in records if "line 2" in str(record.warnings)]
    assert warned == ["x.zip!/locked.zip"]
    assert all("correct horse" not in json.dumps(str(record)) for record in records)


@pytest.mark.parametrize("room", range(7))
def test_a_full_disk_fails_the_archive_and_the_sums_still_agree(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    lent = Scratch.file
    left = iter([True] * room)

    @contextmanager
    def file(scratch: Scratch) -> Iterator[Path]:
        if not next(left, False):
            raise OSError(28, "No space left on device")
        with lent(scratch) as path:
            yield path

    monkeypatch.setattr(Scratch, "file", file)
    outcome = bench.process(zipped(NESTED))
    assert outcome.status is Status.FAILED
    assert "No space left" in (outcome.reason or "")
    assert (outcome.members or Tally()).count == len(bench.outcomes)
    monkeypatch.undo()
    assert bench.process(zipped(NESTED)).status is Status.DONE
    assert {one.status for one in bench.outcomes} <= {Status.DONE, Status.SKIPPED}


def test_the_folder_of_a_process_that_is_no_more_is_swept(tmp_path: Path) -> None:
    left = tmp_path / "members-of-the-dead"
    left.mkdir()
    (left / "secret").write_text("x")
    living = Scratch(tmp_path)
    with living.file() as path:
        Scratch(tmp_path)
        assert path.exists()
    assert not left.exists()


def test_mails_forwarded_without_end_are_refused_and_end_no_worker(bench: Bench) -> None:
    forwarded = b"From: a@example.org\r\nContent-Type: message/rfc822\r\n\r\n"
    outcome = bench.process(400 * forwarded + b"From: a@example.org\r\n\r\nHi", name="x.eml")
    assert (outcome.status, outcome.reason_code) == (Status.QUARANTINED, ReasonCode.REFUSED)
