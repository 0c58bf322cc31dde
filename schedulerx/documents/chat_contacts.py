"""Whom a messenger's export lists, and whose it is: Telegram's contacts and own account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schedulerx.model.content import Card

_LISTS = ("contacts", "frequent_contacts")


def cards(document: Any) -> Iterator[Card]:
    """The contacts, the account's own first; nothing where the export lists none."""
    if not isinstance(document, dict):
        return
    entries = [document.get("personal_information")]
    for name in _LISTS:
        held = document.get(name)
        listed = held.get("list") if isinstance(held, dict) else None
        entries += listed if isinstance(listed, list) else []
    for place, entry in enumerate(entries):
        card = card_of(place, entry)
        if card is not None:
            yield card


def card_of(place: int, entry: Any) -> Card | None:
    """An entry of a list of contacts; None where it is none."""
    if not isinstance(entry, dict):
        return None
    names = (_text(entry, "first_name"), _text(entry, "last_name"))
    phone, user, called = (_text(entry, key) for key in ("phone_number", "user_id", "username"))
    if not (phone and any(names)):
        return None
    handles = (f"telegram:user{user}" if user and user != "0" else "",
               f"telegram:@{called.removeprefix('@')}" if called else "")  # fmt: skip
    return Card(
        place=place,
        name=" ".join(filter(None, names)),
        phones=(phone,),
        handles=tuple(filter(None, handles)),
    )


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return str(value) if isinstance(value, str | int) else ""
