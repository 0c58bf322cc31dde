"""Live Photos: a still and the seconds around it, two files that go together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from schedulerx.library.ports import Ledger
from schedulerx.model.library import Item
from schedulerx.pipeline.families import family_key

LONGEST_S = 10.0  # phones take three seconds; a clip that shares a name by chance is longer
_STILLS = frozenset({"image/heic", "image/heif", "image/jpeg"})


def paired(ledger: Ledger) -> Iterator[Item]:
    """The items whose pair is not as they say, with the one that is right."""
    movies = _movies(ledger.items())
    stills = _stills(ledger.items(), movies) if movies else {}
    for item in ledger.items():
        key = _key(item)
        pair = stills.get(key)
        if pair is not None and item.item_id not in {pair, movies[key]}:
            pair = None
        if item.pair != pair:
            yield msgspec.structs.replace(item, pair=pair)


def _key(item: Item) -> tuple[str, str]:
    return item.source, family_key(item.path)


def _movies(items: Iterable[Item]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for item in items:
        seconds = item.description.duration_s
        if _is_sound(item) and item.kind == "video" and seconds and seconds <= LONGEST_S:
            found.setdefault(_key(item), item.item_id)
    return found


def _stills(
    items: Iterable[Item], movies: dict[tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for item in items:
        if _is_sound(item) and item.media_type in _STILLS and _key(item) in movies:
            found.setdefault(_key(item), item.item_id)
    return found


def _is_sound(item: Item) -> bool:
    return item.reason_code is None
