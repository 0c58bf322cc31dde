"""Persons out of synthetic evidence, in the database and by plain union-find over all rows.

    python -m bench.resolution [--events 1000000] [--files 200]

Seconds are of CPU: of this process, and of the embedded server's. Memory is the peak of this
process. First all files at once, then one file more; the plain way reads every event again.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from schedulerx.evidence.clusters import Clusters
from schedulerx.evidence.keys import person_keys
from schedulerx.model.event import Actor, DeviceMention, Event, EventKind, Provenance, event_id
from schedulerx.model.identity import object_id
from schedulerx.model.record import Origin, Record
from schedulerx.stores.postgres.embedded import start_embedded
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.migrations import migrate

PEOPLE_A_THOUSAND = 50  # people among a thousand events
_FIRST = ("Ada", "Carl", "Eve", "Konstantin", "Ruth", "Megan", "Terence", "Lynne", "Josef", "Ana")


def actor(person: int, role: str, rng: random.Random) -> Actor:
    """Somebody as one event names them: by number, by address, seldom by both, at times by name."""
    name = f"{_FIRST[person % 10]} Surname{person // 10}"
    phone, email = f"+49171{person:07}", f"user{person}@example.com"
    kind = rng.random()
    if kind < 0.7:
        return Actor(role=role, phone=phone)
    if kind < 0.9:
        return Actor(role=role, name=name, email=email)
    return Actor(role=role, name=name, phone=phone, email=email)


def file_of(number: int, events: int, people: int) -> tuple[Record, Iterator[Event]]:
    """One file of calls, the same for the same number."""
    path = f"calls-{number:05}.csv"
    record = Record(
        object_id=object_id(path.encode(), "0", ""), origin=Origin(path=path, bytes=1, etag="0")
    )
    return record, _events(record, number, events, people)


def _events(record: Record, number: int, events: int, people: int) -> Iterator[Event]:
    rng = random.Random(number)
    circle = [rng.randrange(people) for _ in range(200)]  # a file is about a circle of people
    for row in range(events):
        one, other = rng.choice(circle), rng.choice(circle)
        second = rng.randrange(365 * 86400)
        start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1704067200 + second))
        device = DeviceMention(serial=f"DEVICE{one:07}", phone_number=f"+49171{one:07}")
        yield Event(
            event_id=event_id(record.object_id, EventKind.CALL, f"row {row}"),
            kind=EventKind.CALL,
            start=start,
            actors=(actor(one, "caller", rng), actor(other, "callee", rng)),
            devices=(device,) if row % 3 == 0 else (),
            provenance=Provenance(sha256="0" * 64, extractor="bench/1", row=row),
        )


def plain(files: int, events: int, people: int) -> int:
    """Union-find over the keys of every actor of every event, names kept with them."""
    clusters, names = Clusters(), defaultdict(set)
    for number in range(files):
        for event in file_of(number, events, people)[1]:
            for each in event.actors:
                keys = person_keys(each).strong
                clusters.join(keys)
                names[keys[0]].add(each.name)
    return len({clusters.leader(key) for key in names})


def server_seconds(folder: Path) -> float:
    """CPU seconds of the processes of the server in this folder, and of those that ended."""
    pid = int((folder / "postmaster.pid").read_text().split()[0])
    ticks = 0
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(each.parent.name) == pid:
            ticks += sum(int(value) for value in fields[11:15])
        elif int(fields[1]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / 100


def measured(folder: Path, work: Callable[[], object]) -> dict[str, float]:
    """Seconds of this process and the server for a piece of work, and the wall's."""
    ours, theirs, wall = time.process_time(), server_seconds(folder), time.perf_counter()
    work()
    return {
        "process_s": round(time.process_time() - ours, 2),
        "server_s": round(server_seconds(folder) - theirs, 2),
        "wall_s": round(time.perf_counter() - wall, 2),
    }


def main() -> None:
    """Prints the numbers as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=200)
    arguments = parser.parse_args()
    each = arguments.events // arguments.files
    people = max(100, arguments.events * PEOPLE_A_THOUSAND // 1000)
    print(json.dumps(run(arguments.files, each, people), indent=1))


def run(files: int, each: int, people: int) -> dict[str, object]:
    """All files, one more, and the same by the plain way."""
    with tempfile.TemporaryDirectory() as folder, start_embedded(Path(folder)) as server:
        migrate(server.profile)
        data = next(Path(folder).rglob("postmaster.pid")).parent
        with PostgresEvidence(server.profile) as store:

            def resolve() -> None:
                store.resolve_persons()
                store.resolve_devices()
                store.link_persons_and_devices()

            for number in range(files):
                store.upload([file_of(number, each, people)])
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            full = measured(data, resolve)
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            persons = sum(1 for _ in store.persons())
            happenings = measured(data, store.link_happenings)
            store.upload([file_of(files, each, people)])
            more = measured(data, resolve)
    start = time.process_time()
    plain_persons = plain(files, each, people)
    seconds = time.process_time() - start
    start = time.process_time()
    for number in range(files):
        for _ in file_of(number, each, people)[1]:
            pass
    made = time.process_time() - start
    plain_s = round(seconds - made, 2)
    return {
        "events": files * each,
        "persons": persons,
        "full": full,
        "one_file_more": more,
        "happenings": happenings,
        "peak_rss_mb": {"before": before, "after": after},
        "plain": {
            "process_s": plain_s,
            "persons": plain_persons,
            "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        },
        "one_file_more_to_plain": round((more["process_s"] + more["server_s"]) / plain_s, 3),
    }


if __name__ == "__main__":
    main()
