"""Recall of near-duplicates at a false-match rate, beside imagehash (and PDQ, where installed).

    pip install imagehash pdqhash        # what it is beside; neither is needed by the package
    python -m bench.looks CORPUS_FILES

Each photo of the corpus is changed in the ways of `bench/copies.py`, in this process. Recall is the
mean over the changes of the share of copies found. The hashes of others get the largest threshold
at which at most FALSE of the pairs (a copy, another photo's original) match; ours has its own.
Series and the quarters of photos are told separately: they are alike, and no copies.
"""

from __future__ import annotations

import argparse
import io
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.copies import CHANGES, PHOTOS, SERIES, photo, resaved, tiles
from schedulerx.media.clusters import RADIUS
from schedulerx.media.likeness import ALIKE, Views
from schedulerx.media.looks import look_of
from schedulerx.media.perceptual import greys_of
from schedulerx.media.sequences import pictures_likeness

FALSE = 1e-4
THUMBNAIL = 320
Distance = Callable[[Any, Any], float]


@dataclass(frozen=True)
class Way:
    """How to tell copies: pairs are called copies up to `limit`; None: as FALSE allows."""

    name: str
    prepare: Callable[[Image.Image], Any]
    distance: Distance
    limit: float | None = None


@dataclass(frozen=True)
class Ours:
    """A picture as the package knows it."""

    asked: np.ndarray
    found_by: np.ndarray
    views: tuple[Views, ...]
    stored: int  # bytes


def ours(image: Image.Image) -> Ours | None:
    """From the thumbnail, as `render` does."""
    small, out = image.convert("RGB"), io.BytesIO()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    small.save(out, "JPEG", quality=78)
    look = look_of(out.getvalue())
    if look is None:
        return None
    both = look.hashes + look.parts
    views = tuple(Views(grey) for grey in greys_of(look.grey))
    return Ours(np.array(look.hashes), np.array(both), views, len(look.grey) + 8 * len(both))


def is_candidate(one: Ours, other: Ours) -> bool:
    """Whether either asks by a hash near one of the other."""
    pairs = ((one, other), (other, one))
    return any(
        (np.bitwise_count(asking.asked[:, None] ^ answering.found_by) <= RADIUS).any()
        for asking, answering in pairs
    )


def unlikeness(one: Ours | None, other: Ours | None) -> float:
    """1 minus the likeness; 1 where the hashes are too far apart for a second look."""
    if one is None or other is None or not is_candidate(one, other):
        return 1.0
    return 1.0 - pictures_likeness(one.views, other.views)


def ways() -> list[Way]:
    """Ours, and those that are installed."""
    found = [Way("schedulerx", ours, unlikeness, 1.0 - ALIKE)]
    try:
        imagehash = import_module("imagehash")
        found += [
            Way(f"imagehash {name}", getattr(imagehash, name), lambda a, b: a - b)
            for name in ("phash", "dhash")
        ]
    except ImportError:
        print("imagehash is not installed")
    try:
        pdqhash = import_module("pdqhash")
        found.append(
            Way("PDQ", lambda image: pdqhash.compute(np.asarray(image.convert("RGB")))[0],
                lambda a, b: int((a != b).sum()))
        )  # fmt: skip
    except ImportError:
        print("pdqhash is not installed")
    return found


@dataclass(frozen=True)
class Measured:
    """Of one way: the share found of each change, the limit, false pairs, CPU ms a picture."""

    found: dict[str, float]
    limit: float
    false: str
    series: str
    quarters: str
    ms: float


def measured(
    way: Way,
    originals: list[Image.Image],
    copies: dict[str, list[Image.Image]],
    series: Sequence[list[Image.Image]],
    quarters: list[Image.Image],
) -> Measured:
    """One way over all copies."""
    start = time.process_time()
    known = [way.prepare(image) for image in originals]
    changed = {name: [way.prepare(image) for image in some] for name, some in copies.items()}
    pictures = len(known) * (1 + len(changed))
    ms = (time.process_time() - start) * 1000 / pictures
    true = {
        name: [way.distance(copy, known[at]) for at, copy in enumerate(some)]
        for name, some in changed.items()
    }
    false = sorted(
        way.distance(copy, original)
        for some in [known, *changed.values()]
        for at, copy in enumerate(some)
        for other, original in enumerate(known)
        if at != other
    )
    limit = way.limit if way.limit is not None else false[int(FALSE * len(false))] - 1
    alike = [
        [way.distance(*pair) for pair in itertools.combinations(map(way.prepare, some), 2)]
        for some in (*series, quarters)
    ]
    return Measured(
        {name: float(np.mean([each <= limit for each in some])) for name, some in true.items()},
        limit,
        _counted([false], limit), _counted(alike[:-1], limit), _counted(alike[-1:], limit), ms,
    )  # fmt: skip


def _counted(distances: Sequence[Sequence[float]], limit: float) -> str:
    flat = [each for some in distances for each in some]
    return f"{sum(each <= limit for each in flat)}/{len(flat)}"


def main() -> None:
    """Prints a table: a line a change, a column a way."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", type=Path, help="corpora/open/files")
    files = parser.parse_args().files
    originals = [photo(files / name) for name in PHOTOS]
    copies = {
        name: [resaved(change(image), 85) for image in originals]
        for name, change in CHANGES.items()
    }
    series = [[photo(files / name) for name in some] for some in SERIES]
    quarters = [part for image in originals if min(image.size) >= 400 for part in tiles(image)]
    results = {way.name: measured(way, originals, copies, series, quarters) for way in ways()}
    print(f"{len(originals)} photos, {len(CHANGES)} changes")
    print(f"{'':28}" + "".join(f"{name:>17}" for name in results))
    for change in CHANGES:
        print(f"{change:28}" + "".join(f"{one.found[change]:17.2f}" for one in results.values()))
    _print("recall", [f"{np.mean(list(one.found.values())):.3f}" for one in results.values()])
    _print("limit", [f"{one.limit:g}" for one in results.values()])
    _print("false pairs", [one.false for one in results.values()])
    _print("confusable: of a series", [one.series for one in results.values()])
    _print("confusable: quarters", [one.quarters for one in results.values()])
    _print("CPU ms a picture", [f"{one.ms:.2f}" for one in results.values()])
    stored = [prepared.stored for prepared in map(ours, originals) if prepared]
    print(f"stored: {np.mean(stored):.0f} bytes a picture")


def _print(label: str, values: list[str]) -> None:
    print(f"{label:28}" + "".join(f"{value:>17}" for value in values))


if __name__ == "__main__":
    main()
