"""Happenings, persons, devices and links out of synthetic evidence, in the database and plainly.

    python -m bench.resolution [--events 1000000] [--files 500] [--shape mix]

CPU seconds of this process and of the embedded server, phase by phase: first all files at once,
then one file more. The plain way is a union-find in memory over every actor of every event, all
again each time; the making of the events is subtracted. `--shape` takes an awkward one instead.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bench.evidence_mix import mixed
from bench.evidence_shapes import SHAPES, File, shaped
from bench.server_usage import Usage
from schedulerx.evidence.clusters import Clusters
from schedulerx.evidence.keys import person_keys
from schedulerx.stores.postgres.embedded import start_embedded
from schedulerx.stores.postgres.evidence_store import PostgresEvidence
from schedulerx.stores.postgres.migrations import migrate

PEOPLE_A_THOUSAND = 50  # people among a thousand events
_A_GROUP = 20  # files uploaded at once

Files = Callable[[], Iterable[File]]
Phases = dict[str, dict[str, float]]


def main() -> None:
    """Prints the numbers as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--shape", choices=("mix", *SHAPES), default="mix")
    arguments = parser.parse_args()
    each = arguments.events // arguments.files
    people = max(100, arguments.events * PEOPLE_A_THOUSAND // 1000)

    def files() -> Iterator[File]:
        if arguments.shape != "mix":
            return shaped(arguments.shape)
        return (mixed(number, each, people) for number in range(arguments.files))

    # The fifth of ten is a log of calls told in another.
    more = [mixed(arguments.files // 10 * 10 + 4, min(each, 2000), people)]
    print(json.dumps(run(files, lambda: more), indent=1))


def run(files: Files, more: Files) -> dict[str, object]:
    """All files, one more, and the same by the plain way."""
    with tempfile.TemporaryDirectory() as folder, start_embedded(Path(folder)) as server:
        migrate(server.profile)
        usage = Usage(server, Path(folder))
        with PostgresEvidence(server.profile) as store:
            uploaded = usage.of(lambda: _upload(store, files()))
            full = _phases(store, usage)
            _upload(store, more())
            one_more = _phases(store, usage)
            counted = {kind: sum(1 for _ in store.export(kind)) for kind in ("persons", "devices")}
    plain = _plain(files)
    return {
        **counted,
        "upload": uploaded,
        "full": full,
        "one_file_more": one_more,
        "plain": plain,
        "full_to_plain": _ratio(full, plain),
        "one_file_more_to_plain": _ratio(one_more, plain),
    }


def _upload(store: PostgresEvidence, files: Iterable[File]) -> None:
    waiting = list[File]()
    for file in files:
        waiting.append(file)
        if len(waiting) == _A_GROUP:
            store.upload(waiting)
            waiting.clear()
    store.upload(waiting)


def _phases(store: PostgresEvidence, usage: Usage) -> Phases:
    return {
        "happenings": usage.of(store.link_happenings),
        "persons": usage.of(store.resolve_persons),
        "devices": usage.of(store.resolve_devices),
        "links": usage.of(store.link_persons_and_devices),
    }


def _ratio(phases: Phases, plain: dict[str, float]) -> float:
    ours = sum(each["process_s"] + each["server_s"] for each in phases.values())
    return round(ours / max(plain["process_s"], 0.01), 2)


def _plain(files: Files) -> dict[str, float]:
    made = _seconds(lambda: [None for _, events in files() for _ in events][:0])
    found = dict[str, float]()
    took = _seconds(lambda: found.update(persons=_united(files())))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"process_s": round(took - made, 2), "peak_mb": peak, **found}


def _united(files: Iterable[File]) -> int:
    """Union-find over the keys of every actor of every event, names kept with them."""
    clusters, names = Clusters(), defaultdict[str, set[str | None]](set)
    for _, events in files:
        for event in events:
            for each in event.actors:
                keys = person_keys(each).strong
                if keys:
                    clusters.join(keys)
                    names[keys[0]].add(each.name)
    return len({clusters.leader(key) for key in names})


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
