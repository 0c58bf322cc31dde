"""Identities in free text: what is written so that it can be nothing else, or says what it is.

Numbers of orders, books, accounts and sums are none: a phone number has its country's prefix or a
word like "phone" before it, an IMEI the word and the right check digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from schedulerx.evidence.devices import (
    digits_of,
    normalise_iccid,
    normalise_imei,
    normalise_imsi,
    normalise_mac,
    normalise_serial,
)
from schedulerx.evidence.identities import normalise_phone
from schedulerx.model.event import Actor, DeviceMention

MENTIONED = "mentioned"  # the role of who is only named


@dataclass(frozen=True)
class Found:
    """An identity and where it stands in the text: `start` and `end` as of a slice."""

    start: int
    end: int
    identity: Actor | DeviceMention


_EMAIL = re.compile(
    r"(?<![\w.+%@=/-])[a-z0-9](?:[a-z0-9._%+'-]{0,62}[a-z0-9_+-])?"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}(?P<top>[a-z]{2,24})(?![\w@-])",
    re.IGNORECASE,
)
# Endings of files: "logo@2x.png" is no address, nor is the content id of a picture in a mail.
_FILES = frozenset({"bmp", "css", "gif", "heic", "htm", "html", "jpeg", "jpg", "js", "pdf", "png",
                    "svg", "tif", "tiff", "webp"})  # fmt: skip
_NUMBER = re.compile(
    r"(?<![\w+.,:/#=-])(?<!\d[ \u00a0])(?P<lead>\+|00)?(?:\(\+?\d{1,4}\)|\d)"
    r"(?:[ \u00a0]?[()./\u2011-]?[ \u00a0]?\d|\)){5,18}"
    r"(?!\w|[.,:/-]\d|[ \u00a0]?(?:%|€|\$|£|eur\b|usd\b|gbp\b|chf\b))",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(
    r"(?:\b(?:tele)?(?:phone|fono|foon|fon|phon)(?:e|ique)?|\bt[eé]l|\bmobil\w*|\bm[oó]vil"
    r"|\bcell\w*|\bhandy\w*|\bportable|\bwhatsapp|\bfax|\btelefax|\bhotline|\brufnummer|\bmsisdn"
    r"|\bcall(?: me)?(?: on| at)?"
    r"|\b(?:my|his|her|their|your|new|old) number is)"
    r"(?:[ -]?(?:number|no|nr|nummer|num[eé]ro))?"
    r"(?:[ \t]+(?:is|ist|lautet|est|es))?[ \t]*[.:=]{0,2}[ \t]*(?:\(\w+\)[ \t]*)?$",
    re.IGNORECASE,
)
# Links that call or write to a number, which is international.
_LINK = re.compile(
    r"(?<!\w)(?:tel:(?=\+)|wa\.me/|(?:whatsapp://|api\.whatsapp\.com/)send/?\?phone=)"
    r"\+?(?P<number>\d(?:[.()-]?\d){6,14})(?!\d)",
    re.IGNORECASE,
)
_BEFORE = 40  # characters in which a word before a number is sought
_LABELLED = re.compile(
    r"\b(?P<what>IMEI(?:[ -]?SV)?|IMSI|ICC(?:ID)?|SIM(?:[ -]?card)?|serial|seriennummer|S/N)"
    r"(?:[ -]?(?:number|no|nr|nummer|[12])\b\.?|[ ]?#)?"
    r"(?:[ \t]{0,8}[:=#()]{1,4}[ \t]{0,8}|[ \t]{1,8}(?:(?:is|ist|est|lautet)[ \t]{1,8})?)"
    r"(?P<value>[A-Z0-9](?:[ ./-]?[A-Z0-9]){5,24})",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d(?:[ ./-]?\d)+")
_MAC = re.compile(
    r"(?<![\w:.-])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:-])", re.IGNORECASE
)
_HINTS = re.compile(
    r"@|\d{7}|\d[\d ().\u00a0/-]{4,}\d|[0-9a-f]{2}[:-][0-9a-f]{2}[:-]|seri|S/N", re.IGNORECASE
)


def find_identities(text: str, region: str) -> Iterator[Found]:
    """Every mention in the order of the text. `region` reads numbers that a word calls phones."""
    if _HINTS.search(text):
        taken: list[tuple[int, int]] = []
        found = [*_devices(text), *_emails(text), *_phones(text, region), *_links(text)]
        for each in sorted(found, key=lambda one: (one.start, isinstance(one.identity, Actor))):
            if not any(each.start < end and start < each.end for start, end in taken[-3:]):
                taken.append((each.start, each.end))
                yield each


def _emails(text: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(text) if "@" in text else ():
        if match["top"].lower() not in _FILES and ".." not in match.group():
            yield Found(*match.span(), Actor(role=MENTIONED, email=match.group().lower()))


def _links(text: str) -> Iterator[Found]:
    for match in _LINK.finditer(text):
        number = normalise_phone(f"+{match['number']}", "US")
        if number is not None and number.startswith("+") and _assigned(number, loose=False):
            yield Found(*match.span("number"), Actor(role=MENTIONED, phone=number))


def _phones(text: str, region: str) -> Iterator[Found]:
    for match in _NUMBER.finditer(text):
        written = match.group().rstrip("( ")
        named = _PHONE_WORD.search(text, max(0, match.start() - _BEFORE), match.start()) is not None
        if not (match["lead"] or written.startswith("(+") or named):
            continue
        number = normalise_phone(written, region)
        plus = match["lead"] == "+" or written.startswith("(+")
        if number is not None and number.startswith("+") and _assigned(number, loose=plus):
            end = match.start() + len(written)
            yield Found(match.start(), end, Actor(role=MENTIONED, phone=number))


def _assigned(number: str, *, loose: bool) -> bool:
    """Whether the country has such numbers; one with a plus may be of those kept for fiction."""
    parsed = phonenumbers.parse(number)
    if loose:
        return phonenumbers.is_possible_number(parsed) and len(number) > len("+1234567")
    return phonenumbers.is_valid_number(parsed)


def _devices(text: str) -> Iterator[Found]:
    for match in _MAC.finditer(text):
        mac = normalise_mac(match.group())
        if mac is not None:
            yield Found(*match.span(), DeviceMention(mac=mac, is_mentioned=True))
    for match in _LABELLED.finditer(text):
        device = _labelled(match["what"].lower(), match["value"])
        if device is not None:
            yield Found(match.start("value"), match.end("value"), device)


def _labelled(what: str, value: str) -> DeviceMention | None:
    if what.startswith(("serial", "s")) and not what.startswith("sim"):
        serial = normalise_serial(value.split(" ", maxsplit=1)[0])
        mixed = serial is not None and re.search(r"\d", serial) and re.search(r"[A-Z]", serial)
        return DeviceMention(serial=serial, is_mentioned=True) if mixed and len(value) > 5 else None
    digits = _DIGITS.match(value)
    number = digits_of(digits.group()) if digits else ""
    if what.startswith("imei"):
        return DeviceMention(imei=number, is_mentioned=True) if normalise_imei(number) else None
    if what.startswith("imsi"):
        return DeviceMention(imsi=number, is_mentioned=True) if normalise_imsi(number) else None
    return DeviceMention(iccid=number, is_mentioned=True) if normalise_iccid(number) else None


def mentioned(text: str, region: str) -> tuple[tuple[Actor, ...], tuple[DeviceMention, ...]]:
    """Whom and what a message names, each once."""
    found = dict.fromkeys(each.identity for each in find_identities(text, region))
    return (
        tuple(each for each in found if isinstance(each, Actor)),
        tuple(each for each in found if isinstance(each, DeviceMention)),
    )
