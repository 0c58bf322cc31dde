"""Contacts: rows of an address book, vCards."""

from __future__ import annotations

from schedulerx.evidence.actors import contact_actors
from schedulerx.evidence.column_words import Column
from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.evidence.rows import RowReader
from schedulerx.model.content import Card
from schedulerx.model.event import Event, EventKind

_ROWS = "table_contacts/1"
_CARDS = "vcard/1"
_OF_CHATS = "chat_contacts/1"
_SEPARATOR = " ::: "  # Google joins several values of one kind with it


def contact_row_event(maker: EventMaker, row: RowReader) -> Event | None:
    """One row of an address book; None where it names nobody."""
    card = Card(
        place=row.number,
        name=row.name(),
        phones=_several(row.values(Column.PHONE)),
        emails=_several(row.values(Column.EMAIL)),
        handles=tuple(
            f"{platform}:{handle}"
            for platform, handle in row.columns.labelled(Column.HANDLE, row.cells)
        ),
    )
    return _listed(maker, row.place(_ROWS), card)


def card_event(maker: EventMaker, card: Card) -> Event | None:
    """One vCard; None where it names nobody."""
    return _listed(maker, Place(_CARDS, f"card {card.place}", row=card.place), card)


def chat_card_event(maker: EventMaker, card: Card) -> Event | None:
    """Somebody a messenger knows, or its owner; None where it names nobody."""
    return _listed(maker, Place(_OF_CHATS, f"contact {card.place}", row=card.place), card)


def _several(cells: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for cell in cells for part in cell.split(_SEPARATOR))


def _listed(maker: EventMaker, place: Place, card: Card) -> Event | None:
    actors = contact_actors(card, maker.region)
    if not actors:
        return None
    name = actors[0].name or actors[0].phone or actors[0].email
    return maker.event(EventKind.CONTACT_LISTED, place, actors=actors, summary=f"Contact {name}")
