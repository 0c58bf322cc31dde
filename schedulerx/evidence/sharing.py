"""Identities that evidently many share: a switchboard, info@, a family's landline, a serial number
that a maker gave twice. They join nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from schedulerx.evidence.clusters import Clusters
from schedulerx.evidence.keys import is_for_many
from schedulerx.evidence.names import initial_keys, is_whole, name_key
from schedulerx.evidence.nobodies import is_nobodys_name, may_be_a_company
from schedulerx.evidence.sounds import consonants, sound
from schedulerx.evidence.spellings import spellings

# Somebody may be listed under two names (a nickname) with two addresses; hardly under three.
_MANY = 3
_MANY_OF_A_KIND_FOR_MANY = 2
# A phone of two SIM cards has two IMEIs.
_MANY_DEVICES = 3

# A name as it is written, and another identity that a mention has beside the one in question; empty
# where it has none.
Beside = tuple[str, str]


def shared_by_people(key: str, besides: Iterable[Beside]) -> str | None:
    """Why this identity is no single person's; None where it may be.

    It is shared where it is listed under several names that do not fit each other, and each of
    them has an identity that none of the others has: under three such names, or under two full
    ones with no word in common. A landline and info@ are shared where two full names bear them.
    """
    written = dict[str, str]()
    named = set[Beside]()
    for name, other in sorted(besides):
        if not is_nobodys_name(compared := name_key(name)):
            written.setdefault(compared, name)
            named.add((compared, other))
    leaders = _one_by_name(name for name, _ in named)
    people, why = _people(key, named, leaders)
    if not people:
        return None
    some = ", ".join(sorted(written[each] for each in people)[:_MANY])
    return f"shared by {len(people)} people{why}: {some}"


def _people(key: str, named: Iterable[Beside], leaders: Mapping[str, str]) -> tuple[set[str], str]:
    """Those who share it, and what tells so; nobody where it may be one person's."""
    owners, unlike = _owners(named, leaders), _unlike(leaders)
    own = ", each with an identity of their own"
    if len(owners) >= (_MANY_OF_A_KIND_FOR_MANY if is_for_many(key) else _MANY):
        return owners, own
    if len(owners & unlike) > 1:
        return owners & unlike, own
    return (unlike, "") if is_for_many(key) and len(unlike) > 1 else (set(), "")


def _owners(named: Iterable[Beside], leaders: Mapping[str, str]) -> set[str]:
    """The names that have an identity of their own, each by the first of those that fit it."""
    of_other: dict[str, set[str]] = defaultdict(set)
    for name, other in named:
        if other:
            of_other[other].add(name)
    owning = ({leaders[name] for name in names if name in leaders} for names in of_other.values())
    return {next(iter(each)) for each in owning if len(each) == 1}


def _unlike(leaders: Mapping[str, str]) -> set[str]:
    """Those among them that are full names of persons, and have no word in common with any other,
    however it is spelled: a married name and a nickname keep a word, or are none. Names that stay
    in their own script are not compared with Latin ones.
    """
    words: dict[str, set[str]] = defaultdict(set)
    whole = set(leaders.values())
    for name, leader in leaders.items():
        for spelled in (name, *(spellings(name) if name.isascii() else ())):
            words[leader].update(map(consonants, spelled.split(" ")))
        if not is_whole(name) or may_be_a_company(name):
            whole.discard(leader)
    if any(name.isascii() for name in whole):
        whole = {name for name in whole if name.isascii()}
    bearers = Counter(word for its in words.values() for word in its)
    return {leader for leader in whole if all(bearers[word] == 1 for word in words[leader])}


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
