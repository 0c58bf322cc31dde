"""Events of a phone's databases: calls, messages, contacts, each with its table and row id."""

from __future__ import annotations

from msgspec.structs import replace

from schedulerx.evidence.actors import contact_actors, party
from schedulerx.evidence.durations import add_seconds
from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.evidence.text_identities import mentioned
from schedulerx.model.content import Card
from schedulerx.model.event import Actor, Event, EventKind
from schedulerx.model.phone import (
    Party,
    PhoneCall,
    PhoneContact,
    PhoneItem,
    PhoneMessage,
    PhonePicture,
    Spot,
)

# Extractors.
DATABASE, GRAPH, BACKUP = "phone_database/2", "case_graph/1", "message_backup/2"
_SUMMARY_CHARACTERS = 1000  # the whole text is in the file's reading
_MOST_RECIPIENTS = 1000


def phone_event(maker: EventMaker, item: PhoneItem, extractor: str = DATABASE) -> Event | None:
    """The event a row tells; None where it names neither a time nor anybody."""
    if isinstance(item, PhoneCall):
        return _call(maker, item, extractor)
    if isinstance(item, PhoneMessage):
        return _message(maker, item, extractor)
    if isinstance(item, PhonePicture):
        return _picture(maker, item, extractor)
    return _contact(maker, item, extractor)


def _place(extractor: str, spot: Spot, field: str = "") -> Place:
    return Place(
        extractor,
        f"{spot.table} {spot.row_id}",
        field=field or None,
        table=spot.table,
        row_id=spot.row_id,
    )


def _actor(role: str, known: Party | None, region: str) -> Actor | None:
    if known is None:
        return None
    actor = party(role, known.address, region, known.name)
    if known.handle is None:
        return actor
    return replace(actor or Actor(role=role), handle=known.handle)


def _actors(role: str, parties: tuple[Party, ...], region: str) -> tuple[Actor, ...]:
    made = (_actor(role, each, region) for each in parties[:_MOST_RECIPIENTS])
    return tuple(actor for actor in made if actor is not None)


def _call(maker: EventMaker, call: PhoneCall, extractor: str) -> Event | None:
    here, there = ("callee", "caller") if call.is_incoming else ("caller", "callee")
    owner = _actors(here, (call.owner,) if call.owner else (), maker.region)
    others = _actors(there, call.others, maker.region)
    if call.start is None and not others:
        return None
    return maker.event(
        EventKind.CALL,
        _place(extractor, call.spot, call.field),
        start=call.start,
        end=call.end or add_seconds(call.start, call.seconds),
        actors=(*others, *owner),
        summary=_summary(call, others),
    )


def _summary(call: PhoneCall, others: tuple[Actor, ...]) -> str:
    words = f"{call.how} call".strip()
    way = "from" if call.is_incoming else "to"
    whom = ", ".join(each.name or each.phone or each.email or each.handle or "" for each in others)
    took = f", {call.seconds} s" if call.seconds is not None else ""
    return f"{words[0].upper()}{words[1:]} {way} {whom or 'a hidden number'}{took}"


def _message(maker: EventMaker, message: PhoneMessage, extractor: str) -> Event | None:
    sender = _actors("sender", (message.sender,) if message.sender else (), maker.region)
    recipients = _actors("recipient", message.recipients, maker.region)
    if message.sent is None and not (sender or recipients):
        return None
    people, devices = mentioned(message.text, maker.region)
    place = ("location",) if message.location else ()
    files = ", ".join(f"[{name}]" for name in (*message.attachments, *place))
    return maker.event(
        EventKind.MESSAGE,
        _place(extractor, message.spot, message.field),
        start=message.sent,
        actors=(*sender, *recipients, *people),
        devices=devices,
        location=message.location,
        summary=" ".join(filter(None, (message.text, files)))[:_SUMMARY_CHARACTERS],
    )


def _picture(maker: EventMaker, picture: PhonePicture, extractor: str) -> Event | None:
    if picture.taken is None:
        return None
    what = "Video" if picture.is_video else "Photo"
    trashed = ", since thrown away" if picture.is_trashed else ""
    return maker.event(
        EventKind.VIDEO_TAKEN if picture.is_video else EventKind.PHOTO_TAKEN,
        _place(extractor, picture.spot, picture.field),
        start=picture.taken,
        location=picture.location,
        summary=f"{what} {picture.name}{trashed}",
    )


def _contact(maker: EventMaker, contact: PhoneContact, extractor: str) -> Event | None:
    card = Card(
        place=contact.spot.row_id,
        name=contact.name,
        phones=contact.phones,
        emails=contact.emails,
        handles=contact.handles,
    )
    actors = contact_actors(card, maker.region)
    if not actors:
        return None
    name = actors[0].name or actors[0].phone or actors[0].email or actors[0].handle
    return maker.event(
        EventKind.CONTACT_LISTED,
        _place(extractor, contact.spot),
        actors=actors,
        summary=f"Contact {name}",
    )
