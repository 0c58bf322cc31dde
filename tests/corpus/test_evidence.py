"""Reading and evidence against files with truth. The levels are measured ones: raise them."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from msgspec.structs import replace

from schedulerx.documents.ocr.engines import engine
from schedulerx.documents.ocr.gate import LOOK_SIDE, may_hold_text, shows_lines
from schedulerx.documents.pixels import frames, grey
from schedulerx.evidence.storage import iter_events
from schedulerx.model.event import Event
from schedulerx.model.record import Record
from schedulerx.settings import GenerateEventsSettings, ProcessingSettings, ReadSettings
from schedulerx.steps import (
    generate_events,
    read,
)
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.profiles import Profile
from tests.steps.files import file_work

csv.field_size_limit(10**7)
REGION = "DE"  # truth/generated/README.json
SETTINGS = ProcessingSettings(
    read=ReadSettings(ocr_engine="none"), generate_events=GenerateEventsSettings(region=REGION)
)


@dataclass(frozen=True)
class Done:
    """A file after both steps."""

    path: str
    record: Record
    events: tuple[Event, ...]


class Corpus:
    """The corpus and what its manifest says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = {row["path"]: row for row in self.table("MANIFEST.csv")}

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def file(self, path: str) -> Path:
        return self.folder / "files" / path

    def paths(self, *folders: str) -> list[str]:
        return [path for path in self.manifest if path.startswith(folders)]

    def process(self, path: str, settings: ProcessingSettings = SETTINGS) -> Done:
        media_type = self.manifest[path]["mime_true"]
        work, record = file_work(self.file(path), media_type, settings=settings)
        named = replace(record, origin=replace(record.origin, path=path))
        after = generate_events.run(work, read.run(work, named))
        return Done(path, after, tuple(iter_events(after, work.artifacts)))


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Corpus:
    return Corpus(shared / "corpora" / "open")


@pytest.fixture(scope="module")
def world(corpus: Corpus) -> list[Done]:
    return [corpus.process(path) for path in corpus.paths("identity/")]


@pytest.fixture(scope="module")
def evidence(world: list[Done], postgres_server: Profile) -> Iterator[PostgresEvidence]:
    name = f"corpus_{uuid4().hex}"
    with psycopg.connect(postgres_server.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        with PostgresEvidence(dataclasses.replace(postgres_server, dbname=name)) as made:
            made.upload((done.record, done.events) for done in world)
            made.resolve_persons()
            made.resolve_devices()
            made.link_persons_and_devices()
            yield made
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def score(found: Iterable[object], true: Iterable[object], name: str) -> tuple[float, float]:
    """Precision and recall, printed as a row."""
    ours, theirs = set(found), set(true)
    both = len(ours & theirs)
    precision, recall = both / max(1, len(ours)), both / max(1, len(theirs))
    print(f"{name:<28} precision {precision:.3f}  recall {recall:.3f}  of {len(theirs)}")
    return precision, recall


def rows_of(world: list[Done]) -> Iterator[tuple[str, str, str, str]]:
    for done in world:
        log = "wifi" in done.path
        for event in done.events:
            if event.kind in {"call", "message"} or log:
                kind = "wifi_assoc" if log else str(event.kind)
                file = done.path.removeprefix("identity/")
                yield file, str(event.provenance.row), kind, (event.start or "")[:19]


def test_every_call_message_and_sighting_is_an_event_at_its_time(
    corpus: Corpus, world: list[Done]
) -> None:
    truth = corpus.table("truth/generated/events.csv")
    true = ((row["file"], row["row"], row["event"], row["start_utc"][:19]) for row in truth)
    assert score(rows_of(world), true, "events") == (1.0, 1.0)


@pytest.mark.parametrize(
    ("file", "kind", "recall"),
    [
        ("cdr_export.csv", "phone", 1.0),
        ("contacts.csv", "phone", 1.0),
        ("contacts.csv", "email", 0.9),
        ("contacts.vcf", "phone", 1.0),
    ],
)
def test_people_are_reachable_as_the_truth_says(
    corpus: Corpus, world: list[Done], file: str, kind: str, recall: float
) -> None:
    truth = corpus.table("truth/generated/mentions.csv")
    true = {
        row["normalized"].lower()
        for row in truth
        if row["file"] == file and row["entity_type"] == kind
    }
    actors = (
        actor
        for done in world
        if done.path.endswith(file)
        for event in done.events
        for actor in event.actors
    )
    found = {getattr(actor, kind) for actor in actors} - {None}
    assert score(found, true, f"{file} {kind}")[1] >= recall


def test_every_device_is_found_once_and_no_other(
    corpus: Corpus, evidence: PostgresEvidence
) -> None:
    true = (row["imei"] for row in corpus.table("truth/generated/devices.csv"))
    found = [device.imei for device in evidence.devices()]
    assert score(found, true, "devices") == (1.0, 1.0)
    assert len(found) == len(set(found))


def test_no_two_people_are_taken_for_one(corpus: Corpus, evidence: PostgresEvidence) -> None:
    owner = owners(corpus)
    for person in evidence.persons():
        held = {owner[key] for key in (*person.phones, *person.emails) if key in owner}
        assert len(held) <= 1, person


def owners(corpus: Corpus) -> dict[str, str]:
    return {
        key.lower(): row["person_id"]
        for row in corpus.table("truth/generated/persons.csv")
        for key in (*row["phones"].split("|"), *row["emails"].split("|"))
    }


def test_pairs_of_one_persons_identities_are_together(
    corpus: Corpus, evidence: PostgresEvidence
) -> None:
    owner = owners(corpus)
    mentioned = {key for person in evidence.persons() for key in (*person.phones, *person.emails)}
    true = pairs(group(owner, mentioned))
    held = ({key for key in (*person.phones, *person.emails) if key in owner}
            for person in evidence.persons())  # fmt: skip
    precision, recall = score(pairs(held), true, "persons, pairwise")
    assert precision >= 0.95
    assert recall >= 0.95


def group(owner: dict[str, str], keys: Iterable[str]) -> list[set[str]]:
    of: dict[str, set[str]] = {}
    for key in keys:
        if key in owner:
            of.setdefault(owner[key], set()).add(key)
    return list(of.values())


def pairs(groups: Iterable[set[str]]) -> set[tuple[str, str]]:
    return {pair for each in groups for pair in combinations(sorted(each), 2)}


def test_persons_have_their_devices(corpus: Corpus, evidence: PostgresEvidence) -> None:
    owner = owners(corpus)
    devices = {row["imei"]: row["id"] for row in corpus.table("truth/generated/devices.csv")}
    truth = {
        (row["person_id"], row["device_id"]): row
        for row in corpus.table("truth/generated/person_device.csv")
    }
    imeis = {device.device_id: device.imei for device in evidence.devices()}
    persons = {
        person.person_id: next(iter((*person.phones, *person.emails, *person.names)))
        for person in evidence.persons()
    }
    found = {
        (owner.get(persons[row["person_id"]], persons[row["person_id"]]), devices[imei]): row
        for row in evidence.export("person_devices")
        if (imei := imeis[row["device_id"]]) is not None
    }
    precision, recall = score(found, truth, "person_devices")
    both = found.keys() & truth.keys()
    began = sum((found[k]["seen_from"] or "")[:10] == truth[k]["valid_from"] for k in both)
    ended = sum((found[k]["seen_to"] or "")[:10] == truth[k]["valid_to"] for k in both)
    print(f"periods: {began} begin and {ended} end as the truth says, of {len(both)}")
    assert recall == 1.0
    assert precision >= 0.89
    assert began / len(both) >= 0.9
    assert ended / len(both) >= 0.9


def test_chats_have_their_messages_and_senders(corpus: Corpus) -> None:
    for row in corpus.table("truth/chats.csv"):
        done = corpus.process(row["path"])
        senders = Counter(event.actors[0].name for event in done.events)
        assert done.record.reading is not None
        assert done.record.reading.rows == int(row["messages"]), row["path"]
        assert senders == json.loads(row["senders"]), row["path"]
        assert all(event.start for event in done.events), row["path"]


def test_json_chats_and_contacts_and_letters_are_events(corpus: Corpus) -> None:
    paths = (*corpus.paths("chat/", "contacts/"), *corpus.paths("email/"))
    counts = {path: len(corpus.process(path).events) for path in paths}
    without = sorted(path for path, count in counts.items() if count == 0)
    assert without == ["email/complex.mbox"]  # its messages are inputs of their own


def test_letters_have_their_sender_and_offset(corpus: Corpus) -> None:
    done = corpus.process("email/testThunderbirdEml.eml")
    (event,) = done.events
    assert event.start is not None
    assert event.start[-6] in "+-"
    assert event.actors[0].role == "sender"


def test_text_layers_are_seen_where_they_are(corpus: Corpus) -> None:
    wrong = []
    for path, row in corpus.manifest.items():
        readable = row["expected"] in {"valid", "damaged-readable"}
        if row["mime_true"] == "application/pdf" and row["has_text_layer"] and readable:
            reading = corpus.process(path).record.reading
            if reading is None or reading.has_text_layer != (row["has_text_layer"] == "yes"):
                wrong.append(path)
    assert wrong == []


def test_no_scan_is_missed_and_few_photos_are_recognised(corpus: Corpus) -> None:
    chosen = {
        folder: [path for path in corpus.paths(folder) if worth(corpus, path)]
        for folder in ("scans/", "photos/")
    }
    scans, photos = len(corpus.paths("scans/")), len(corpus.paths("photos/"))
    print(
        f"recognised: {len(chosen['scans/'])} of {scans} scans, "
        f"{len(chosen['photos/'])} of {photos} photos"
    )
    assert len(chosen["scans/"]) == scans
    assert len(chosen["photos/"]) <= 5


def worth(corpus: Corpus, path: str) -> bool:
    file = corpus.file(path)
    look = read.look_at(*file_work(file, corpus.manifest[path]["mime_true"]))
    if look is not None and not may_hold_text(look):
        return False
    first = frames(file, 1)[0]
    return may_hold_text(grey(first, LOOK_SIDE)) and shows_lines(first, engine("rapidocr"))


@pytest.mark.parametrize("path", ["scans/phototest.tif", "scans/eurotext.tif"])
def test_scans_are_read_as_people_read_them(corpus: Corpus, path: str) -> None:
    truth = next(row["truth"] for row in corpus.table("truth/ocr.csv") if row["path"] == path)
    true = Counter((corpus.folder / truth).read_text(encoding="utf-8").lower().split())
    reading = corpus.process(path, ProcessingSettings()).record.reading
    assert reading is not None
    words = Counter(reading.text.lower().split())
    recall = sum((true & words).values()) / sum(true.values())
    print(f"{path:<28} word recall {recall:.3f}")
    assert recall >= 0.85


def test_phone_databases_tell_every_call_and_message_of_the_truth(corpus: Corpus) -> None:
    for path in ("devices/android_contacts2.db", "devices/android_mmssms.db"):
        true = [row for row in corpus.table("truth/real_events.csv") if row["file"] == path]
        times = sorted(row["time_utc"].removesuffix("Z") for row in true)
        events = corpus.process(path).events
        assert sorted((event.start or "")[:19] for event in events) == times, path


@pytest.mark.parametrize(
    ("path", "kind", "share"),
    [
        ("devices/com.apple.iPod.plist", "imei", 1.0),
        ("devices/com.apple.iPod.plist", "serial", 1.0),
        ("devices/com.apple.bluetooth.plist", "mac", 1.0),
    ],
)
def test_property_lists_tell_the_devices_of_the_truth(
    corpus: Corpus, path: str, kind: str, share: float
) -> None:
    true = {
        row["value_normalized"].lower()
        for row in corpus.table("truth/real_identities.csv")
        if (row["file"], row["entity_type"]) == (path, kind) and row["confidence"] == "stated"
    }
    events = corpus.process(path).events
    named = (getattr(device, kind) for event in events for device in event.devices)
    assert score({(each or "").lower() for each in named}, true, f"{path} {kind}")[1] >= share


@pytest.mark.parametrize(
    ("kind", "least"),
    [("phone", 0.96), ("imei", 1.0), ("iccid", 1.0), ("mac", 1.0), ("serial", 1.0)],
)
def test_real_files_name_the_identities_of_the_truth(
    corpus: Corpus, kind: str, least: float
) -> None:
    rows = [
        row
        for row in corpus.table("truth/real_identities.csv")
        if row["entity_type"] == kind and row["confidence"] == "stated"
        and not row["file"].endswith(".zip")
    ]  # fmt: skip
    true = {(row["file"], comparable(row["value_normalized"])) for row in rows}
    found = set()
    for file in {row["file"] for row in rows}:
        for event in corpus.process(file).events:
            named = [getattr(each, kind, None) for each in event.devices]
            named += [each.phone_number for each in event.devices if kind == "phone"]
            named += [getattr(each, kind, None) for each in event.actors]
            handles = [each.handle or "" for each in event.actors]
            named += [each[4:] for each in handles if kind == "phone" and each.startswith("tel:")]
            found |= {(file, comparable(each)) for each in named if each}
    assert score(found & true, true, f"real {kind}")[1] >= least


def comparable(value: str) -> str:
    """The end of a number: what a region puts before it is not in the truth."""
    return "".join(letter for letter in value.lower() if letter.isalnum())[-8:]
