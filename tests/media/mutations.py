"""Damaged files made of real ones, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

Change = Callable[[random.Random, bytearray, bytes], None]

_HEAD = 4096  # bytes in which most kinds tell what they are; half of the changes go there
_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutated(files: Mapping[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of `count` files, one to three changes each; every kind as often."""
    rng = random.Random(seed)
    names, changes = sorted(files), list(CHANGES.items())
    for number in range(count):
        name = names[number % len(names)]
        data, done = bytearray(files[name]), []
        for _ in range(rng.randint(1, 3)):
            called, change = rng.choice(changes)
            change(rng, data, files[rng.choice(names)])
            done.append(called)
        stem, _, ending = name.rpartition(".")
        yield f"{number:05}-{stem}-{'-'.join(done)}.{ending}", bytes(data)


def _at(rng: random.Random, data: bytearray) -> int:
    limit = min(len(data), _HEAD) if rng.random() < 0.5 else len(data)
    return rng.randrange(max(1, limit))


def _slice(rng: random.Random, data: bytearray) -> slice:
    begin = _at(rng, data)
    return slice(begin, begin + int(2 ** rng.uniform(0, 14)))


def _bits(rng: random.Random, data: bytearray, _: bytes) -> None:
    for _each in range(rng.choice((1, 1, 4, 32))):
        if data:
            data[_at(rng, data)] ^= 1 << rng.randrange(8)


def _number(rng: random.Random, data: bytearray, _: bytes) -> None:
    width, order = rng.choice((1, 2, 4)), rng.choice(("little", "big"))
    value = rng.choice(_EXTREMES) & ((1 << 8 * width) - 1)
    begin = _at(rng, data)
    data[begin : begin + width] = value.to_bytes(width, "little" if order == "little" else "big")


def _cut(rng: random.Random, data: bytearray, _: bytes) -> None:
    del data[_at(rng, data) :]


def _lost(rng: random.Random, data: bytearray, _: bytes) -> None:
    del data[_slice(rng, data)]


def _blank(rng: random.Random, data: bytearray, _: bytes) -> None:
    where = _slice(rng, data)
    data[where] = bytes(len(data[where]))


def _twice(rng: random.Random, data: bytearray, _: bytes) -> None:
    where = _slice(rng, data)
    data[where.stop : where.stop] = data[where] * rng.choice((1, 1, 50))


def _noise(rng: random.Random, data: bytearray, _: bytes) -> None:
    where = _slice(rng, data)
    data[where] = rng.randbytes(len(data[where]))


def _grafted(rng: random.Random, data: bytearray, other: bytes) -> None:
    """A piece of another file, of whatever kind."""
    begin = rng.randrange(max(1, len(other)))
    data[_slice(rng, data)] = other[begin : begin + int(2 ** rng.uniform(4, 14))]


def _followed(rng: random.Random, data: bytearray, other: bytes) -> None:
    """Two files in one."""
    begin = _at(rng, data) if rng.random() < 0.5 else len(data)
    data[begin:] = other


CHANGES: dict[str, Change] = {
    "bits": _bits, "number": _number, "cut": _cut, "lost": _lost, "blank": _blank,
    "twice": _twice, "noise": _noise, "grafted": _grafted, "followed": _followed,
}  # fmt: skip
