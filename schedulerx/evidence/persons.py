"""Persons out of mentions: a shared phone, e-mail or handle joins; a name alone does not.

The rules, so that a result can be explained:
1. Mentions that share a phone number, an e-mail address or a platform's handle are one person.
2. A mention of a name alone belongs to the person who bears that name, where exactly one does;
   a name with an initial ("K. Albers") to the person it fits, where nobody bears it as written
   and it fits exactly one.
3. Names borne by several persons, or by none, stay persons of their own: a name and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5

from schedulerx.evidence.clusters import Clusters
from schedulerx.evidence.identities import initial_keys, is_abbreviated, name_key
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


class Bearers:
    """Who bears which name."""

    def __init__(self) -> None:
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._initial: dict[str, set[str]] = defaultdict(set)

    def add(self, name: str, bearer: str) -> None:
        """This one bears this name."""
        key = name_key(name)
        self._exact[key].add(bearer)
        for cut in initial_keys(key):
            self._initial[cut].add(bearer)

    def only(self, key: str) -> str | None:
        """The one who bears a name, by its key; None where that is nobody or several."""
        bearers = self._exact.get(key, set())
        if not bearers and is_abbreviated(key):
            bearers = self._initial.get(key, set())
        return next(iter(bearers)) if len(bearers) == 1 else None


def resolve(mentions: Iterable[ActorMention]) -> list[Person]:
    """The persons these mentions name, by id. The order of the mentions changes nothing."""
    clusters = Clusters()
    keys: set[str] = set()
    named: set[tuple[str, str]] = set()  # an identity's key, and a name it was mentioned with
    alone: set[str] = set()  # names mentioned without any identity
    for mention in mentions:
        held, name = identity_keys(mention.actor), mention.actor.name
        keys.update(held)
        if held:
            clusters.join(held)
        if name and name_key(name):
            if held:
                named.add((held[0], name))
            else:
                alone.add(name)
    groups: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        groups[clusters.leader(key)].add(key)
    names: dict[str, set[str]] = defaultdict(set)
    for key, name in named:
        names[clusters.leader(key)].add(name)
    _place_lone_names(alone, names)
    leaders = groups.keys() | names.keys()
    persons = (_person(each, groups.get(each, set()), names.get(each, set())) for each in leaders)
    return sorted(persons, key=lambda person: person.person_id)


def _place_lone_names(alone: set[str], names: dict[str, set[str]]) -> None:
    """Names without an identity: with the one they fit, else by themselves."""
    bearers = Bearers()
    for leader, borne in names.items():
        for name in borne:
            bearers.add(name, leader)
    for name in alone:
        key = name_key(name)
        # No identity's key begins like this, so these clusters are nobody else's.
        names[bearers.only(key) or f"name:{key}"].add(name)


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
        self._bearers = Bearers()
        self._nameless: dict[str, str] = {}  # persons who are a name and nothing else
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
                self._bearers.add(name, person.person_id)
            else:
                self._nameless[name_key(name)] = person.person_id

    def find(self, actor: Actor) -> str | None:
        """The person's id; None where the actor is nobody known."""
        keys = identity_keys(actor)
        for key in keys:
            if key in self._by_key:
                return self._by_key[key]
        if actor.name is None or keys:
            return None
        name = name_key(actor.name)
        return self._nameless.get(name) or self._bearers.only(name)
