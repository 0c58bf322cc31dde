"""Persons out of mentions: a shared phone, e-mail or handle joins; a name alone does not.

The rules, so that a result can be explained:
1. Mentions that share a phone number, an e-mail address or a platform's handle are one person.
2. A mention of a name alone belongs to the person who bears that name, where exactly one does.
3. Names borne by several persons, or by none, stay persons of their own: a name and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5

from schedulerx.evidence.clusters import Clusters
from schedulerx.evidence.identities import name_key
from schedulerx.model.event import Actor
from schedulerx.model.evidence import ActorMention, Person

# Shorter numbers are services (112, 5-digit short codes): everybody's, so nobody's.
_LEAST_PHONE_DIGITS = 7
_NAMESPACE = uuid5(NAMESPACE_URL, "schedulerx:person")


def identity_keys(actor: Actor) -> tuple[str, ...]:
    """What names somebody without doubt. `tel:` and `mailto:` handles name a phone, an e-mail."""
    handle = actor.handle or ""
    keys = (
        _phone_key(actor.phone),
        f"email:{actor.email}" if actor.email else None,
        _phone_key(handle.removeprefix("tel:")) if handle.startswith("tel:") else None,
        f"email:{handle.removeprefix('mailto:')}" if handle.startswith("mailto:") else None,
        f"handle:{handle}" if handle and not handle.startswith(("tel:", "mailto:")) else None,
    )
    return tuple(key for key in keys if key is not None)


def _phone_key(phone: str | None) -> str | None:
    if phone is None or sum(letter.isdigit() for letter in phone) < _LEAST_PHONE_DIGITS:
        return None
    return f"phone:{phone}"


def resolve(mentions: Iterable[ActorMention]) -> list[Person]:
    """The persons these mentions name, by id. The order of the mentions changes nothing."""
    clusters = Clusters()
    names: dict[str, set[str]] = defaultdict(set)  # by an identity key, then by leader
    alone: dict[str, set[str]] = defaultdict(set)  # by name key
    keys: set[str] = set()
    for mention in mentions:
        held = identity_keys(mention.actor)
        keys.update(held)
        if held:
            clusters.join(held)
        name = mention.actor.name
        if name and name_key(name):
            (names[held[0]] if held else alone[name_key(name)]).add(name)
    members = _grouped(keys, clusters)
    borne = {
        leader: {name for key in group for name in names.get(key, ())}
        for leader, group in members.items()
    }
    bearers = _bearers(borne)
    for key, written in alone.items():
        # A cluster of its own is led by a key no identity has.
        leader = next(iter(bearers[key])) if len(bearers[key]) == 1 else f"name:{key}"
        borne.setdefault(leader, set()).update(written)
    persons = (_person(leader, members.get(leader, set()), borne[leader]) for leader in borne)
    return sorted(persons, key=lambda person: person.person_id)


def _grouped(keys: Iterable[str], clusters: Clusters) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        groups[clusters.leader(key)].add(key)
    return groups


def _bearers(borne: dict[str, set[str]]) -> dict[str, set[str]]:
    """Who bears a name, by its key."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for leader, names in borne.items():
        for name in names:
            bearers[name_key(name)].add(leader)
    return bearers


def _person(leader: str, keys: set[str], names: set[str]) -> Person:
    def values(kind: str) -> tuple[str, ...]:
        return tuple(sorted(key.partition(":")[2] for key in keys if key.startswith(kind)))

    return Person(
        person_id=str(uuid5(_NAMESPACE, leader)),
        names=tuple(sorted(names)),
        phones=values("phone:"),
        emails=values("email:"),
        handles=values("handle:"),
    )


class PersonIndex:
    """Finds the person an actor is, by the same rules."""

    def __init__(self, persons: Iterable[Person]) -> None:
        self._by_key: dict[str, str] = {}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._nameless: dict[str, str] = {}
        for person in persons:
            self._add(person)

    def _add(self, person: Person) -> None:
        keys = (
            *(f"phone:{phone}" for phone in person.phones),
            *(f"email:{email}" for email in person.emails),
            *(f"handle:{handle}" for handle in person.handles),
        )
        self._by_key.update(dict.fromkeys(keys, person.person_id))
        for name in person.names:
            if keys:
                self._by_name[name_key(name)].add(person.person_id)
            else:
                self._nameless[name_key(name)] = person.person_id

    def find(self, actor: Actor) -> str | None:
        """The person's id; None where the actor is nobody known."""
        for key in identity_keys(actor):
            if key in self._by_key:
                return self._by_key[key]
        if actor.name is None or identity_keys(actor):
            return None
        key = name_key(actor.name)
        bearers = self._by_name.get(key, set())
        return next(iter(bearers)) if len(bearers) == 1 else self._nameless.get(key)
