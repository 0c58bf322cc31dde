"""Seconds of each FILE step, for each file and each MB of it: the constants of an estimate.

    python run.py FOLDER RESULTS --processes 1 && python bench/step_seconds.py RESULTS

Fits seconds = a + b * MB over the records of a folder run, by least squares with neither below
zero. A step that does not concern a file counts with its own (small) seconds, so the figures hold
for a mix like that of the files measured.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from schedulerx.model.record import Record, decode_record
from schedulerx.pipeline.definition import steps_of
from schedulerx.pipeline.step import Scope

MB = 1_000_000


def fit(sizes_mb: list[float], seconds: list[float]) -> tuple[float, float]:
    """Seconds a file and seconds a MB."""
    slope, constant = np.polyfit(sizes_mb, seconds, 1)
    if slope < 0:
        return float(np.mean(seconds)), 0.0
    if constant < 0:
        sizes = np.asarray(sizes_mb)
        return 0.0, float(sizes @ np.asarray(seconds) / (sizes @ sizes))
    return float(constant), float(slope)


def main() -> None:
    """Prints a line a step."""
    folder = Path(sys.argv[1]) / "artifacts" / "records"
    records: list[Record] = [decode_record(path.read_bytes()) for path in folder.rglob("*.json")]
    print(f"{len(records)} records, {sum(r.origin.bytes for r in records) / MB:.0f} MB")
    print(f"{'step':16} {'files':>6} {'seconds':>8} {'s a file':>9} {'s a MB':>8}")
    for step in steps_of(Scope.FILE):
        taken = [(r.origin.bytes / MB, r.steps[step.name].seconds) for r in records
                 if step.name in r.steps]  # fmt: skip
        sizes, seconds = [size for size, _ in taken], [second for _, second in taken]
        constant, slope = fit(sizes, seconds)
        total = f"{len(taken):6} {sum(seconds):8.2f}"
        print(f"{step.name:16} {total} {constant:9.4f} {slope:8.4f}")


if __name__ == "__main__":
    main()
