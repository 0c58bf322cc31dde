"""What a folder run finds follows from what the files say: not from their order, the names of their
folders, or the batches they come in. A newer extractor gives a difference, not a second set.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.folder_runs import NO_OCR, ROOT, exported, folder_run

SAMPLES = ROOT / "samples" / "files"
pytestmark = pytest.mark.slow
NETWORK = """\
Date,Time,Caller,Callee,Duration (s),IMEI
2024-06-01,10:00:00,+12125550133,+14155550133,60,357508631515708
2024-06-02,11:30:00,+14155550133,+491713920042,0,355666746066900
2024-06-03,09:15:30,+12125550133,+491713920042,75,357508631515708
"""
HANDSET = NETWORK.replace("10:00:00", "10:00:03").replace("09:15:30", "09:15:31")
INVENTORY = """\
Owner,Phone number,IMEI,Serial number,Model
Ada Byron,+12125550133,357508631515708,GU4PHX45BZZ,Redmi 9
Carl Smith,+14155550133,355666746066900,XX4PHX45BZQ,Redmi 9
"""
NEWER = """\
from dataclasses import replace

import msgspec

import schedulerx.pipeline.definition as definition
from schedulerx.evidence import letters

definition.STEPS = tuple(
    replace(step, version=step.version + 1) if step.name == "generate_events" else step
    for step in definition.STEPS
)
definition.BY_NAME = {step.name: step for step in definition.STEPS}
older = letters.letter_event

def newer(maker, letter, number=None, text=""):
    if "ticks" in letter.subject:
        return None  # is no mail any more
    changed = msgspec.structs.replace(letter, subject="Re: " + letter.subject)
    return older(maker, changed, number, text)

letters.letter_event = newer
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Mails, chats, contacts; calls told by a network and a handset; a list of devices."""
    folder = tmp_path / "source"
    for part in ("people", "mail"):
        shutil.copytree(SAMPLES / part, folder / part)
    for name, text in (("a_network", NETWORK), ("b_handset", HANDSET), ("devices", INVENTORY)):
        (folder / f"{name}.csv").write_text(text)
    return folder


def renamed(source: Path, target: Path) -> Path:
    """The same files in other folders, in the opposite order."""
    files = sorted(path for path in source.rglob("*") if path.is_file())
    for number, path in enumerate(reversed(files)):
        folder = target / f"evidence {number % 2}"
        folder.mkdir(parents=True, exist_ok=True)
        # What a chat or a log is called may be evidence: the name stays behind the number.
        shutil.copy2(path, folder / f"{number:02} {path.name}")
    return target


def run(source: Path, artifacts: Path, *more: str) -> None:
    code, summary = folder_run(source, artifacts, *more, extra=NO_OCR)
    assert (code, summary["failed"]) == (0, 0)


def found(artifacts: Path) -> dict[str, list[str]]:
    """Events, persons, devices and links, without what names paths and what is made of them."""
    people = {row.pop("person_id"): row for row in exported("persons", artifacts)}
    things = {row.pop("device_id"): row for row in exported("devices", artifacts)}
    links = [
        (people[row["person_id"]], things[row["device_id"]], row["confidence"], row["seen_from"])
        for row in exported("person_devices", artifacts)
    ]
    events = [_told(row) for row in exported("events", artifacts)]
    parts = {"events": events, "persons": people.values(), "devices": things.values(),
             "links": links}  # fmt: skip
    return {kind: sorted(json.dumps(row) for row in rows) for kind, rows in parts.items()}


def _told(row: dict[str, Any]) -> dict[str, Any]:
    also = sorted((each["reason"], each["confidence"]) for each in row["also"])
    kept = ("kind", "start", "end", "actors", "devices", "summary")
    return {**{name: row[name] for name in kept}, "also": also}


def test_order_names_and_batches_of_files_change_nothing(source: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "one")
    whole = found(tmp_path / "one")
    assert any(json.loads(event)["also"] for event in whole["events"])
    assert len(whole["persons"]) >= 3
    assert len(whole["devices"]) >= 2
    assert len(whole["links"]) >= 2

    other = renamed(source, tmp_path / "other")
    halves = tmp_path / "halves"
    for folder in ("evidence 0", "evidence 1"):
        run(other, halves, "--prefix", folder, "--minimum_batch_size", "1", "--processes", "1")
    assert found(halves) == whole


def test_a_newer_extractor_gives_a_difference_and_no_second_set(
    source: Path, tmp_path: Path
) -> None:
    artifacts = tmp_path / "artifacts"
    run(source, artifacts)
    before = {row["event_id"]: row for row in exported("events", artifacts)}
    (tmp_path / "newer").mkdir()
    (tmp_path / "newer" / "sitecustomize.py").write_text(NEWER)
    path = {"PYTHONPATH": f"{tmp_path / 'newer'}:{ROOT}"}
    code, _ = folder_run(source, artifacts, extra={**NO_OCR, **path})
    after = {row["event_id"]: row for row in exported("events", artifacts)}
    (gone,) = before.keys() - after.keys()
    assert "ticks" in before[gone]["summary"]
    assert (code, after.keys() - before.keys()) == (0, set())
    changed = [after[each]["summary"] for each in after if after[each] != before[each]]
    assert len(changed) == 2
    assert all(each.startswith("Re: ") for each in changed)
