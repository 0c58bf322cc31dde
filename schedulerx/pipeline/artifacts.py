"""When an artifact is complete. `schedulerx.model.keys` says where it lies.

A record's key ends in the fingerprint of the FILE steps it holds, so a LIST alone tells which
objects are complete. A record that holds more steps than asked for is complete as well: the set
of satisfying fingerprints is computed, never read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from itertools import combinations

import msgspec

from schedulerx.model.record_name import locked
from schedulerx.pipeline.definition import BY_NAME, steps_of
from schedulerx.pipeline.step import Scope
from schedulerx.settings import ProcessingSettings


def _digest(*parts: bytes) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


@cache
def step_fingerprint(name: str, settings: ProcessingSettings) -> str:
    """Of a FILE step's version, its settings and the fingerprints of what it needs."""
    step = BY_NAME[name]
    section = msgspec.json.encode(getattr(settings, name), order="deterministic")
    needs = (step_fingerprint(need, settings).encode() for need in step.needs)
    return _digest(name.encode(), str(step.version).encode(), section, *needs)


def fingerprint(names: Iterable[str], settings: ProcessingSettings) -> str:
    """Of a set of FILE steps; other names are passed over."""
    wanted = set(names)
    return _digest(
        *(
            step_fingerprint(step.name, settings).encode()
            for step in steps_of(Scope.FILE)
            if step.name in wanted
        )
    )


def satisfying(names: Iterable[str], settings: ProcessingSettings) -> frozenset[str]:
    """The fingerprints of every set of FILE steps that holds these."""
    file_names = [step.name for step in steps_of(Scope.FILE)]
    wanted = [name for name in file_names if name in set(names)]
    others = [name for name in file_names if name not in wanted]
    return frozenset(
        fingerprint([*wanted, *more], settings)
        for size in range(len(others) + 1)
        for more in combinations(others, size)
    )


def complete_groups(
    names: Iterable[str], settings: ProcessingSettings, *, tries_passwords: bool
) -> frozenset[str]:
    """The groups of record names that are complete for these steps (`model.record_name`). What is
    locked is, where there are no passwords to try.
    """
    whole = satisfying(names, settings)
    return whole if tries_passwords else whole | {locked(one) for one in whole}
