"""The report step: from the stores to a page among the reports."""

from __future__ import annotations

import html
import shlex
from pathlib import Path
from typing import cast

import msgspec
import pytest

from run import parser as run_parser
from schedulerx.commands.asked import FolderRun, command
from schedulerx.errors import ArtifactNotFound
from schedulerx.model import keys
from schedulerx.model.evidence import Device, Person, PersonDevice
from schedulerx.model.ports import ArtifactStore, EvidenceStore
from schedulerx.model.run import Certificate, StepResult
from schedulerx.model.work import RunWork
from schedulerx.pipeline.pool import cores
from schedulerx.report.earlier import EARLIER
from schedulerx.report.pictures import LARGEST, PICTURES
from schedulerx.report.timeline import ENTRIES
from schedulerx.steps.report import run
from schedulerx.stores.folders import FolderArtifacts
from tests.pipeline.memory import MemoryArtifacts
from tests.report.made_up import (
    RUN_ID,
    MadeUpEvidence,
    certificate,
    event,
    problem,
    run_of,
    tally,
    with_picture,
)

FIVE_MB = 5_000_000


class World:
    """The stores of one run."""

    def __init__(self, stated: Certificate | None = None) -> None:
        self.inventory: ArtifactStore = MemoryArtifacts()
        self.artifacts = MemoryArtifacts()
        self.reports = MemoryArtifacts()
        self.evidence = MadeUpEvidence()
        self.reports.put(keys.certificate_key(RUN_ID), msgspec.json.encode(stated or certificate()))

    def records(self, record_keys: list[str]) -> None:
        listing = "\n".join(record_keys).encode()
        self.artifacts.put(keys.group_records_key(RUN_ID, "g1"), listing)

    def run(self, source: str = "/evidence/parcel") -> dict[str, int]:
        evidence = cast("EvidenceStore", self.evidence)
        return run(RunWork(run_of(source), self.inventory, self.artifacts, self.reports, evidence))

    @property
    def page(self) -> str:
        return self.reports.get(keys.report_key(RUN_ID)).decode()


def test_a_run_without_events_pictures_or_persons_has_a_page() -> None:
    world = World()
    assert world.run() == {"pictures": 0, "events": 0, "retired": 0}
    assert world.page.startswith("<!DOCTYPE html>")


def test_without_a_certificate_there_is_no_page() -> None:
    world = World()
    world.reports.delete(keys.certificate_key(RUN_ID))
    with pytest.raises(ArtifactNotFound):
        world.run()


def test_thumbnails_of_the_run_are_inside_the_page() -> None:
    world = World()
    world.records([with_picture(world.artifacts, 1, "photos/a.jpg")])
    assert world.run()["pictures"] == 1
    assert "a.jpg" in world.page
    assert "3 June 2024, 06:12 -04:00" in world.page


def test_equal_pictures_are_shown_once() -> None:
    world = World()
    first = with_picture(world.artifacts, 1, "photos/a.jpg")
    record = world.artifacts.get(first).replace(b"photos/a.jpg", b"copies/b.jpg")
    second = keys.record_key("f" * 32, "f" * 16)
    world.artifacts.put(second, record)
    world.records([first, second])
    assert world.run()["pictures"] == 1
    assert "+ 1 copy" in world.page


def test_what_was_complete_before_the_run_is_shown_too() -> None:
    world = World()
    with_picture(world.artifacts, 7, "photos/earlier.jpg")
    world.inventory.put(keys.skipped_key(RUN_ID), (7).to_bytes(16, "big"))
    assert world.run()["pictures"] == 1


def test_of_many_pictures_and_events_a_bounded_part_is_shown() -> None:
    world = World()
    world.records([with_picture(world.artifacts, n, f"photos/{n}.jpg") for n in range(900)])
    world.evidence.events = [event(n) for n in range(900)]
    shown = world.run()
    assert shown["pictures"] == PICTURES
    assert shown["events"] == ENTRIES
    assert len(world.artifacts.gets) < 600


def test_the_page_stays_small_whatever_it_is_given() -> None:
    nasty = "\u202e<&\"'" * 800
    many = tuple(
        problem(f"{n}{nasty}", "quarantined", code, nasty)
        for code in (
            "damaged",
            "unreadable",
            "locked",
            "refused",
            "empty",
            "unsupported",
            "special",
        )
        for n in range(1400)
    )
    world = World(certificate(problems=many))
    large = b"\xff\xd8" + bytes(LARGEST - 2)
    world.records([with_picture(world.artifacts, n, f"{n}{nasty}", large) for n in range(100)])
    crowd = [{"role": "sender", "name": nasty}] * 20
    world.evidence.events = [event(n, summary=nasty, path=nasty, actors=crowd) for n in range(600)]
    people = [
        Person(person_id=f"p{n}", names=(nasty,) * 9, emails=(nasty,) * 9) for n in range(500)
    ]
    world.evidence.people = people
    world.evidence.hardware = [
        Device(device_id=f"d{n}", label=nasty, imei=nasty) for n in range(500)
    ]
    world.evidence.links = [
        PersonDevice(person_id=f"p{n}", device_id=f"d{m}", confidence=0.5, evidence=(nasty,) * 9)
        for n in range(500)
        for m in range(9)
    ]
    world.evidence.unused = [
        *many,
        *(problem(f"e{n}{nasty}", "failed", None, nasty) for n in range(500)),
    ]
    world.run()
    assert len(world.page.encode()) < FIVE_MB


def test_a_thumbnail_that_is_gone_is_left_out() -> None:
    world = World()
    world.records([with_picture(world.artifacts, 1, "photos/a.jpg")])
    world.artifacts.delete("renditions/1/thumbnail.jpg")
    assert world.run()["pictures"] == 0


def test_persons_stand_beside_their_devices_with_how_sure_that_is() -> None:
    world = World()
    world.evidence.people = [
        Person(person_id="p0", names=("Aaron Nobody",)),
        Person(person_id="p1", names=("Nell Tidewater",), phones=("+12025550117",)),
    ]
    world.evidence.hardware = [
        Device(device_id="d1", label="Northlight N2", imei="352099001761481")
    ]
    world.evidence.links = [
        PersonDevice(person_id="p1", device_id="d1", confidence=0.9, evidence=("inventory row 2",))
    ]
    world.run()
    page = world.page
    assert page.index("Nell Tidewater") < page.index("Aaron Nobody")
    for words in ("Northlight N2", "90 % sure", "inventory row 2", "352099001761481"):
        assert words in page


def test_every_step_of_the_run_has_a_row() -> None:
    world = World()
    result = StepResult(step="verify", seconds=1.5, counts={})
    world.artifacts.put(keys.run_step_key(RUN_ID, "verify"), msgspec.json.encode(result))
    world.run()
    for step in run_of().steps:
        assert f'<th scope="row">{step}</th>' in world.page
    assert "1.5 s" in world.page


def test_what_earlier_runs_could_not_use_is_shown_when_all_is_skipped() -> None:
    nothing = tally(0)
    world = World(
        certificate(
            inputs=tally(2), skipped=tally(2), done=nothing, failed=nothing, quarantined=nothing,
            problems=(),
        )
    )  # fmt: skip
    world.evidence.unused = [problem("a.pdf", "quarantined", "locked", "needs a password")]
    world.run()
    assert "From earlier runs" in world.page
    assert "needs a password" in world.page
    assert "Everything was done already." in world.page
    assert "Earlier runs could not use some; each has its reason." in world.page


def test_what_this_run_could_not_use_is_not_said_to_be_of_earlier_ones() -> None:
    world = World()
    world.evidence.unused = list(certificate().problems)
    world.run()
    assert "From earlier runs" not in world.page


def test_of_many_earlier_problems_a_bounded_part_is_shown_and_said_to_be() -> None:
    world = World()
    world.evidence.unused = [
        *certificate().problems,
        *(problem(f"{n:03}.pdf", "quarantined", code, "x") for n in range(150)
          for code in ("locked", "empty")),
    ]  # fmt: skip
    world.run()
    shown = world.page.split('id="earlier"')[1].split("</section>\n\n")[0]
    assert shown.count('class="path"') == EARLIER
    assert "schedulerx export records</code> has all" in shown


def test_a_certificate_that_could_not_name_all_has_no_earlier_ones() -> None:
    world = World(certificate(quarantined=tally(20_000)))
    world.evidence.unused = [problem("a.pdf", "quarantined", "locked", "needs a password")]
    world.run()
    assert "From earlier runs" not in world.page


def test_the_command_to_repeat_the_run_is_told_whole_and_quoted(tmp_path: Path) -> None:
    source = tmp_path / "two words"
    source.mkdir()
    asked = FolderRun(
        source=source,
        artifact_dir=tmp_path / "out",
        steps=("read", "upload"),
        prefixes=("a b/", "c{d},e/"),
        skip_event_generation=True,
        minimum_batch_size=5,
        processes=cores(),
    )
    world = World()
    world.inventory = FolderArtifacts(tmp_path / "out" / "inventory")
    world.inventory.put(keys.command_key(RUN_ID), command(asked).encode())
    world.run()
    told = html.unescape(world.page.split('<pre tabindex="0">')[1].split("</pre>")[0])
    words = shlex.split(told)
    assert words[:2] == ["python", "run.py"]
    parsed = run_parser().parse_args(words[2:])
    assert (parsed.source_dir, parsed.artifact_dir) == (source, tmp_path / "out")
    assert (parsed.steps, parsed.prefix) == (["read", "upload"], ["a b/", "c{d},e/"])
    assert (parsed.skip_event_generation, parsed.minimum_batch_size) == (True, 5)
    assert parsed.processes == cores()


def test_without_a_command_nothing_is_said_of_one() -> None:
    world = World()
    world.run()
    assert "To do it again" not in world.page


def test_ten_reports_are_kept() -> None:
    world = World()
    for day in range(1, 15):
        old = certificate(run_id=f"r{day}", finished_at=f"2024-05-{day:02}T10:00:00+00:00")
        world.reports.put(keys.certificate_key(f"r{day}"), msgspec.json.encode(old))
        world.reports.put(keys.report_key(f"r{day}"), b"<html>")
    assert world.run()["retired"] == 5
    assert len([key for key in world.reports.objects if key.endswith("report.html")]) == 10
