"""Identities that evidently many share: a switchboard, info@, a family's landline, a serial number
that a maker gave twice. They join nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from schedulerx.evidence.clusters import Clusters
from schedulerx.evidence.keys import is_for_many
from schedulerx.evidence.names import initial_keys
from schedulerx.evidence.spellings import sound

# Somebody may be listed under two names (a nickname) with two addresses; hardly under three.
_MANY = 3
_MANY_OF_A_KIND_FOR_MANY = 2
# A phone of two SIM cards has two IMEIs.
_MANY_DEVICES = 3

# A name and another identity that a mention has beside the one in question.
Beside = tuple[str, str]


def shared_by_people(key: str, besides: Iterable[Beside]) -> str | None:
    """Why this identity is no single person's; None where it may be.

    It is shared where it is listed under several names that do not fit each other, and each of
    them has an identity that none of the others has.
    """
    names_of: dict[str, set[str]] = defaultdict(set)
    names: set[str] = set()
    for name, other in besides:
        names_of[other].add(name)
        names.add(name)
    leaders = _one_by_name(names)
    owners = {
        next(iter(owning))
        for owning in (
            {leaders[name] for name in named if name in leaders} for named in names_of.values()
        )
        if len(owning) == 1
    }
    many = _MANY_OF_A_KIND_FOR_MANY if is_for_many(key) else _MANY
    if len(owners) < many:
        return None
    some = ", ".join(sorted(owners)[:_MANY])
    return f"shared by {len(owners)} people, each with an identity of their own: {some}"


def _one_by_name(names: Iterable[str]) -> dict[str, str]:
    """Each name with the first of those that fit it: an initial, words of it alone, or another
    spelling. One that fits two who do not fit each other is left out: it tells of neither.
    """
    words = {name: frozenset(name.split(" ")) for name in sorted(names)}
    clusters, unclear = Clusters(), set[str]()
    by_sound: dict[str, str] = {}
    for name in words:
        clusters.join((by_sound.setdefault(sound(name), name), name))
    fuller = _fuller(words)
    for name in sorted(words, key=lambda name: (-len(words[name]), -len(name), name)):
        fits = {clusters.leader(each) for each in fuller[name] if each not in unclear}
        if len(fits) > 1:
            unclear.add(name)
        else:
            clusters.join((name, *fits))
    return {name: clusters.leader(name) for name in words if name not in unclear}


def _fuller(words: dict[str, frozenset[str]]) -> dict[str, list[str]]:
    """Of each name those that it abbreviates, or is words of."""
    bearing, abbreviating = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for name, its_words in words.items():
        for word in its_words:
            bearing[word].append(name)
        for cut in initial_keys(name):
            abbreviating[cut].append(name)
    fuller = dict[str, list[str]]()
    for name, its_words in words.items():
        rarest = min((bearing[word] for word in its_words), key=len)
        within = [each for each in rarest if its_words < words[each]]
        fuller[name] = [*within, *(each for each in abbreviating[name] if each != name)]
    return fuller


def shared_by_devices(others: Iterable[str]) -> str | None:
    """Why this serial number or MAC address is no single device's; None where it may be."""
    of_kind: dict[str, set[str]] = defaultdict(set)
    for other in others:
        of_kind[other.partition(":")[0]].add(other)
    for kind in ("imei", "serial"):
        if len(of_kind[kind]) >= _MANY_DEVICES:
            return f"seen with {len(of_kind[kind])} different numbers of the kind {kind}"
    return None
