"""All near pairs among a million perceptual hashes, beside numpy and faiss comparing each with all.

    python bench/near_duplicates.py [--hashes 1000000] [--radius 8] [--plain_rows 2000]

Seconds are of CPU. faiss takes part where it is installed (`pip install faiss-cpu`); nothing in the
package needs it. Each runs in a process of its own on one thread, on the same hashes: random ones,
a tenth of them copies with up to 8 bits changed. The others compare `--plain_rows` of them with
all, and their time for all pairs is that, times the hashes over twice the rows. All must find the
same pairs of those rows.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from schedulerx.media.neighbours import Hashes, pairs_between

FLIPPED = 8  # bits at most in a copy
COPIES = 10  # one in so many


def made(count: int) -> Hashes:
    """Hashes, the same for the same count."""
    rng = np.random.default_rng(7)
    hashes = rng.integers(0, 2**63, count, dtype=np.uint64)
    copies = count // COPIES
    hashes[:copies] = hashes[copies : 2 * copies]
    for _ in range(FLIPPED):
        change = rng.integers(0, 2, copies, dtype=np.uint64)
        hashes[:copies] ^= change << rng.integers(0, 63, copies, dtype=np.uint64)
    return hashes


def banded(hashes: Hashes, radius: int, rows: int) -> tuple[float, int, int]:
    """Seconds, pairs, and how many pairs have a first position below `rows`."""
    start = time.process_time()
    count = low = 0
    for one, other in pairs_between(hashes, hashes, radius):
        once = one < other
        count += int(once.sum())
        low += int((once & (one < rows)).sum())
    return time.process_time() - start, count, low


def plain(hashes: Hashes, radius: int, rows: int) -> tuple[float, int, int]:
    """Seconds for all rows as extrapolated, and the pairs of the rows compared."""
    start, low = time.process_time(), 0
    for position in range(rows):
        low += int((np.bitwise_count(hashes ^ hashes[position])[position + 1 :] <= radius).sum())
    return (time.process_time() - start) * len(hashes) / (2 * rows), 0, low


def flat(hashes: Hashes, radius: int, rows: int) -> tuple[float, int, int]:
    """As `plain`, by faiss' exhaustive binary index."""
    faiss = import_module("faiss")
    faiss.omp_set_num_threads(1)
    index = faiss.IndexBinaryFlat(64)
    vectors = hashes.view(np.uint8).reshape(-1, 8)
    index.add(vectors)
    start = time.process_time()
    limits, _, found = index.range_search(vectors[:rows], radius + 1)  # it searches below
    seconds = time.process_time() - start
    asking = np.repeat(np.arange(rows), np.diff(limits.astype(np.int64)))
    return seconds * len(hashes) / (2 * rows), 0, int((found > asking).sum())


WAYS: dict[str, Callable[[Hashes, int, int], tuple[float, int, int]]] = {
    "banded": banded,
    "plain": plain,
    "faiss": flat,
}


def one(arguments: argparse.Namespace) -> None:
    """Runs one way and prints its line."""
    hashes = made(arguments.hashes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, pairs, low = WAYS[arguments.one](hashes, arguments.radius, arguments.plain_rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "pairs": pairs, "low": low,
                      "peak_mb": round(peak), "before_mb": round(before)}))  # fmt: skip


def measured(way: str, argv: list[str]) -> dict[str, float]:
    """One way in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, *argv, "--one", way], stdout=subprocess.PIPE, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Prints both ways and their ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hashes", type=int, default=1_000_000)
    parser.add_argument("--radius", type=int, default=8)
    parser.add_argument("--plain_rows", type=int, default=2000)
    parser.add_argument("--one", choices=tuple(WAYS))
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments)
        return
    ways = [way for way in WAYS if way != "faiss" or find_spec("faiss")]
    results = {way: measured(way, sys.argv[1:]) for way in ways}
    ours = results["banded"]
    for way, result in results.items():
        if result["low"] != ours["low"]:
            sys.exit(
                f"banded found {ours['low']} pairs of the rows compared, {way} {result['low']}"
            )
    print(f"{'way':8}{'seconds':>10}{'peak MB':>9}{'before':>8}")
    for way, result in results.items():
        ratio = result["seconds"] / ours["seconds"]
        print(f"{way:8}{result['seconds']:10.1f}{result['peak_mb']:9}{result['before_mb']:8}"
              f"{ratio:8.1f} x{'' if way == 'banded' else '  (extrapolated)'}")  # fmt: skip
    print(f"{ours['pairs']:,} pairs within {arguments.radius} of {arguments.hashes:,} hashes")


if __name__ == "__main__":
    main()
