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
_NAME_IN_BRACKETS = re.compile(
    r"\s*(?P<number>\+?\d[\d\s.-]{5,}\d)\s*(?:[/|,]\s+|[(<\[])(?P<name>[^\W\d][^()<>]*)[)>\]]?\s*"
)
# WhatsApp's addresses, alone or with a name behind them, and those of internet telephony.
_ADDRESSED = re.compile(
    r"\s*(?P<digits>\+?\d{6,15})(?:[.:]\d+)*@(?:s\.whatsapp\.net|c\.us)\b\s*(?P<name>.*)", re.DOTALL
)
_URI = re.compile(
    r"\s*(?:tel:|sips?:(?=\+\d{6,15}@))(?P<number>[+\d().-]+)(?:[@;].*)?", re.IGNORECASE
)
_SERVICE_CODE = re.compile(r"[*#][\d*#]+")  # to the network itself: "*100#"
# What exports write in place of a number or a name that they do not know.
_HIDDEN = frozenset({
    "unknown", "unknown number", "unknown caller", "private", "private number", "anonymous",
    "withheld", "restricted", "blocked", "no caller id", "no number", "payphone", "hidden",
    "unbekannt", "unbekannte nummer", "anonym", "privat", "unterdrückt", "nummer unterdrückt",
    "inconnu", "numéro inconnu", "privé", "masqué", "numéro masqué", "anonyme", "desconocido",
    "número desconocido", "privado", "anónimo", "oculto", "sconosciuto", "privato", "anonimo",
    "-1", "-2", "-3", "n/a", "none", "null", "-",
})  # fmt: skip
_NUMBER_IN_BRACKETS = re.compile(r"(?P<name>.*?)\s*[<(\[](?P<number>\+?[\d\s./-]{5,})[>)\]]\s*")
_NUMBERS_WITH_NAMES = (_NUMBER_IN_BRACKETS, _NUMBER_THEN_NAME, _NAME_IN_BRACKETS)


def is_hidden(written: str) -> bool:
    """Whether this stands in place of a number or a name that is not known."""
    return written.strip(" ()<>[]").casefold() in _HIDDEN


@lru_cache(maxsize=65536)
def party(role: str, written: str, region: str, name: str = "") -> Actor | None:
    """An actor from one cell: a number, an address, a name, or a name with a number behind it.

    `name` is what a column of its own says. None where nothing is written.
    """
    both = next(filter(None, (form.fullmatch(written) for form in _NUMBERS_WITH_NAMES)), None)
    if both:
        written, name = both["number"], name or both["name"]
    name = "" if is_hidden(name) else name
    written = "" if is_hidden(written) else written
    addressed = _ADDRESSED.fullmatch(written)
    if addressed:
        digits = addressed["digits"].removeprefix("+")
        called = clean_name(name or addressed["name"])
        return Actor(role=role, name=called, phone=f"+{digits}", handle=f"whatsapp:{digits}")
    uri = _URI.fullmatch(written)
    written = uri["number"] if uri else written
    called = clean_name(name)
    if _SERVICE_CODE.fullmatch(written.strip()):
        return Actor(role=role, name=called, phone=written.strip())
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
