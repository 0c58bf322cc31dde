"""All near pairs among a million perceptual hashes, beside comparing each with all in numpy.

    python bench/near_duplicates.py [--hashes 1000000] [--radius 8] [--plain_rows 2000]

Each runs in a process of its own on one thread, on the same hashes: random ones, a tenth of them
copies with up to 8 bits changed. The plain way compares `--plain_rows` of them with all, and its
time for all pairs is that, times the hashes over twice the rows. Both must find the same pairs of
those rows.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

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
    start = time.perf_counter()
    count = low = 0
    for one, other in pairs_between(hashes, hashes, radius):
        once = one < other
        count += int(once.sum())
        low += int((once & (one < rows)).sum())
    return time.perf_counter() - start, count, low


def plain(hashes: Hashes, radius: int, rows: int) -> tuple[float, int, int]:
    """Seconds for all rows as extrapolated, and the pairs of the rows compared."""
    start, low = time.perf_counter(), 0
    for position in range(rows):
        low += int((np.bitwise_count(hashes ^ hashes[position])[position + 1 :] <= radius).sum())
    return (time.perf_counter() - start) * len(hashes) / (2 * rows), 0, low


WAYS: dict[str, Callable[[Hashes, int, int], tuple[float, int, int]]] = {
    "banded": banded,
    "plain": plain,
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
    ours, theirs = measured("banded", sys.argv[1:]), measured("plain", sys.argv[1:])
    if ours["low"] != theirs["low"]:
        sys.exit(f"banded found {ours['low']} pairs of the rows compared, plain {theirs['low']}")
    print(f"{'way':8}{'seconds':>10}{'peak MB':>9}{'before':>8}")
    print(f"{'banded':8}{ours['seconds']:10.1f}{ours['peak_mb']:9}{ours['before_mb']:8}")
    print(f"{'plain':8}{theirs['seconds']:10.1f}{theirs['peak_mb']:9}{theirs['before_mb']:8}"
          "  (extrapolated)")  # fmt: skip
    print(f"{ours['pairs']:,} pairs within {arguments.radius} of {arguments.hashes:,} hashes; "
          f"ratio {theirs['seconds'] / ours['seconds']:.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
