"""The keys by which a mention is recognised: strong ones join, a weak one is placed by them.

Of persons phone numbers, e-mail addresses and handles are strong and a name is weak; of devices
IMEI, serial number and MAC address are strong and the IMSI, a SIM card that moves, is weak.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import phonenumbers

from schedulerx.evidence.devices import (
    is_randomised_mac,
    normalise_imei,
    normalise_imsi,
    normalise_mac,
    normalise_serial,
)
from schedulerx.evidence.names import initial_keys, is_whole, name_key
from schedulerx.evidence.nobodies import is_filled_in, is_nobodys_name
from schedulerx.evidence.spellings import spellings
from schedulerx.model.event import Actor, DeviceMention

# Shorter numbers are services (112, 5-digit short codes): everybody's, so nobody's.
LEAST_PHONE_DIGITS = 7
# Makers number their devices from 1: shorter serial numbers are unique for one maker at most.
_LEAST_SERIAL = 8
_LONGEST = 200  # characters of a key; what is longer is told by its hash
_ROLE_MAILBOXES = frozenset(
    {"admin", "anfrage", "billing", "bookings", "buero", "contact", "contacto", "contatti",
     "empfang", "enquiries", "hello", "help", "helpdesk", "hr", "info", "jobs", "kontakt", "mail",
     "marketing", "newsletter", "no-reply", "noreply", "office", "postmaster", "presse", "press",
     "reception", "rechnung", "reservations", "sales", "secretariat", "sekretariat", "service",
     "shop", "support", "team", "verwaltung", "webmaster", "zentrale"}
)  # fmt: skip


@dataclass(frozen=True)
class Keys:
    """The keys of one mention. `cuts` are abbreviated forms and other spellings of a name;
    `is_whole` says that a name is a full one: several words, no initial.
    """

    strong: tuple[str, ...] = ()
    weak: str | None = None
    cuts: tuple[str, ...] = ()
    is_whole: bool = False


def person_keys(actor: Actor) -> Keys:
    """What recognises somebody. `tel:` and `mailto:` handles name a phone, an e-mail."""
    strong = tuple(dict.fromkeys(_bounded(key) for key in _strong(actor)))
    name = name_key(actor.name or "")
    if not name or is_nobodys_name(name):
        return Keys(strong)
    forms = (*initial_keys(name), *spellings(name))
    cuts = tuple(_bounded(f"name:{form}") for form in dict.fromkeys(forms))[:_LONGEST]
    return Keys(strong, _bounded(f"name:{name}"), cuts, is_whole(name))


def _strong(actor: Actor) -> list[str]:
    handle = actor.handle or ""
    keys = (
        _phone(actor.phone or ""),
        actor.email and f"email:{actor.email}",
        _phone(handle.removeprefix("tel:")) if handle.startswith("tel:") else None,
        f"email:{handle.removeprefix('mailto:')}" if handle.startswith("mailto:") else None,
        f"handle:{handle}" if handle and not handle.startswith(("tel:", "mailto:")) else None,
    )
    return [key for key in keys if key]


def _phone(phone: str) -> str | None:
    digits = "".join(filter(str.isdigit, phone))
    told = len(digits) >= LEAST_PHONE_DIGITS and not is_filled_in(digits)
    return f"phone:{phone}" if told else None


def device_keys(mention: DeviceMention) -> Keys:
    """What recognises a device. A MAC address made up by software recognises none."""
    imei = normalise_imei(mention.imei or "")
    mac = normalise_mac(mention.mac or "")
    imsi = normalise_imsi(mention.imsi or "")
    strong = (
        f"imei:{imei}" if imei else None,
        _serial(mention),
        f"mac:{mac}" if mac and not is_randomised_mac(mac) else None,
    )
    return Keys(tuple(key for key in strong if key), f"imsi:{imsi}" if imsi else None)


def _serial(mention: DeviceMention) -> str | None:
    """A serial number; a short one with the maker's name, the first word of the label."""
    serial = normalise_serial(mention.serial or "")
    if serial is None:
        return None
    maker = (mention.label or "").casefold().split()
    short = len(serial) < _LEAST_SERIAL and maker
    return _bounded(f"serial:{serial} of {maker[0]}" if short else f"serial:{serial}")


def _bounded(key: str) -> str:
    """The key; a hash in place of the end of one that is longer than a database's index takes."""
    if len(key) <= _LONGEST:
        return key
    return f"{key[: _LONGEST // 2]}~{sha256(key.encode('utf-8', 'replace')).hexdigest()}"


def is_for_many(key: str) -> bool:
    """Whether a key is of the kind that several people share: a landline, info@."""
    kind, _, value = key.partition(":")
    if kind == "email":
        return value.partition("@")[0] in _ROLE_MAILBOXES
    return kind == "phone" and _is_landline(value)


def _is_landline(number: str) -> bool:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE
