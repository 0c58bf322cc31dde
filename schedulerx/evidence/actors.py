"""Actors out of what is written: one cell with a number, an address or a name; a whole contact."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from schedulerx.evidence.devices import is_rounded
from schedulerx.evidence.identities import (
    looks_like_phone,
    normalise_email,
    normalise_phone,
    without_extension,
)
from schedulerx.evidence.names import clean_name
from schedulerx.model.content import Card
from schedulerx.model.event import Actor

# "+491713920005 Anna Beispiel", as forensic reports have it.
_NUMBER_THEN_NAME = re.compile(
    r"\s*(?P<number>\+?\d[\d\s./()-]{5,}\d)\s+(?!(?:ext|x)\b)(?P<name>[^\W\d].*)", re.IGNORECASE
)
_NUMBER_IN_BRACKETS = re.compile(r"(?P<name>.*?)\s*[<(\[](?P<number>\+?[\d\s./-]{5,})[>)\]]\s*")


@lru_cache(maxsize=65536)
def party(role: str, written: str, region: str, name: str = "") -> Actor | None:
    """An actor from one cell: a number, an address, a name, or a name with a number behind it.

    `name` is what a column of its own says. None where nothing is written.
    """
    both = _NUMBER_IN_BRACKETS.fullmatch(written) or _NUMBER_THEN_NAME.fullmatch(written)
    if both:
        written, name = both["number"], name or both["name"]
    called = clean_name(name)
    written = "" if is_rounded(written) else without_extension(written)
    if looks_like_phone(written) or written.strip().isdigit():
        return Actor(role=role, name=called, phone=normalise_phone(written, region))
    email = normalise_email(written)
    if email is not None:
        return Actor(role=role, name=called, email=email)
    called = called or clean_name(written)
    return Actor(role=role, name=called) if called else None


def contact_actors(card: Card, region: str, role: str = "contact") -> tuple[Actor, ...]:
    """One contact as actors that resolution brings together again.

    An actor has one phone and one e-mail. Each further one is an actor of its own that repeats
    one identity of the first: its e-mail or phone, or, as `handle`, the phone or e-mail as URI.
    """
    name = clean_name(card.name or "")
    phones = _distinct(normalise_phone(phone, region) for phone in card.phones)
    emails = _distinct(normalise_email(email) for email in card.emails)
    handles = _distinct(card.handles)
    if not (name or phones or emails or handles):
        return ()
    phone, email, handle = (next(iter(each), None) for each in (phones, emails, handles))
    first = Actor(role=role, name=name, phone=phone, email=email, handle=handle)
    uri = f"tel:{phone}" if phone else f"mailto:{email}" if email else None
    more_phones = (
        Actor(role=role, name=name, phone=more, email=email, handle=None if email else uri)
        for more in phones[1:]
    )
    more_emails = (
        Actor(role=role, name=name, phone=phone, email=more, handle=None if phone else uri)
        for more in emails[1:]
    )
    more_handles = (
        Actor(role=role, name=name, phone=phone, email=email, handle=more) for more in handles[1:]
    )
    return (first, *more_phones, *more_emails, *more_handles)


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
