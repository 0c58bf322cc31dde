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
    other = {still: movies[key] for key, still in stills.items()}
    other |= {movie: still for still, movie in other.items()}
    for item in ledger.items():
        if item.pair != other.get(item.item_id):
            yield msgspec.structs.replace(item, pair=other.get(item.item_id))


def still_of(ledger: Ledger, item: Item) -> Item:
    """The still of a movie's Live Photo; any other item itself."""
    if item.pair is None or item.kind != "video":
        return item
    return ledger.item(item.pair) or item


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
