"""Messages: rows of a table of messages, lines of a chat export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from msgspec.structs import replace

from schedulerx.evidence.actors import contact_actors, party
from schedulerx.evidence.calls import handsets, is_incoming, parties
from schedulerx.evidence.column_words import Column
from schedulerx.evidence.durations import add_seconds
from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.evidence.rows import RowReader
from schedulerx.evidence.text_identities import MENTIONED, mentioned
from schedulerx.model.content import ChatMessage, Chatter
from schedulerx.model.event import Actor, Event, EventKind

_ROWS = "table_messages/2"
_CHATS = "chat/4"
_SUMMARY_CHARACTERS = 1000  # the whole text is in the file's reading


def message_row_event(maker: EventMaker, row: RowReader) -> Event | None:
    """One row of a table of messages; None without a time."""
    start = row.start()
    if start is None:
        return None
    sender, recipient = parties(row, maker.region, ("sender", "recipient"))
    people, devices = mentioned(row.value(Column.TEXT), maker.region)
    return maker.event(
        EventKind.MESSAGE,
        row.place(_ROWS, row.time_field()),
        start=start,
        precision=row.precision(start),
        doubt=row.doubt(),
        actors=(*(actor for actor in (sender, recipient) if actor is not None), *people),
        devices=(*handsets(row, recipient if is_incoming(row) else sender), *devices),
        summary=row.value(Column.TEXT)[:_SUMMARY_CHARACTERS],
    )


def chat_events(
    maker: EventMaker, messages: Callable[[], Iterable[ChatMessage]]
) -> Iterator[Event]:
    """The messages of one chat; in a chat of two, the other one is the recipient.

    `messages` opens a new pass each time: one tells who takes part, one gives the events.
    """
    senders = _senders(messages())
    for message in messages():
        others = [other for key, other in senders.items() if key != _identity(message)]
        active, passive = ("caller", "callee") if message.is_call else ("sender", "recipient")
        sender = _actor(active, message, _sender(message), maker.region)
        reached = _reached(message, others)
        recipients = (_actor(passive, message, each, maker.region) for each in reached)
        people, devices = mentioned(message.text, maker.region)
        sent = chain.from_iterable(
            contact_actors(card, maker.region, MENTIONED) for card in message.cards
        )
        yield maker.event(
            EventKind.CALL if message.is_call else EventKind.MESSAGE,
            Place(_CHATS, f"message {message.line}", row=message.line),
            start=message.sent,
            end=add_seconds(message.sent, message.seconds),
            precision=message.precision if message.sent else None,
            doubt=message.doubt,
            location=message.location,
            actors=(*(each for each in (sender, *recipients) if each is not None), *people, *sent),
            devices=devices,
            summary=_call_of(message) if message.is_call else _said(message),
        )


def _call_of(message: ChatMessage) -> str:
    took = f", {message.seconds} s" if message.seconds is not None else ", not answered"
    return f"{message.platform.capitalize()} call from {message.sender or 'unknown'}{took}"


def _said(message: ChatMessage) -> str:
    """What is written, and the names of files that are not in it."""
    files = (f"[{name}]" for name in message.attachments if name not in message.text)
    contacts = (f"[contact {card.name}]" for card in message.cards)
    place = ("[location]",) if message.location else ()
    parts = (message.text, *files, *contacts, *place)
    return " ".join(filter(None, parts))[:_SUMMARY_CHARACTERS]


def _senders(messages: Iterable[ChatMessage]) -> dict[str, ChatMessage]:
    """A message of each sender; no more than tell that it is no chat of two."""
    senders: dict[str, ChatMessage] = {}
    for message in messages:
        senders.setdefault(_identity(message), message)
        if len(senders) > 3:
            break
    return senders


def _identity(message: ChatMessage) -> str:
    return message.sender_id or message.sender


def _sender(message: ChatMessage) -> Chatter:
    return Chatter(message.sender, message.sender_id)


def _reached(message: ChatMessage, others: list[ChatMessage]) -> tuple[Chatter, ...]:
    """Whom the conversation names; else, in a chat of two, the other one."""
    if message.recipients:
        return message.recipients
    return (_sender(others[0]),) if len(others) == 1 else ()


def _actor(role: str, message: ChatMessage, who: Chatter, region: str) -> Actor | None:
    actor = party(role, who.name, region)
    if who.id is None:
        return actor
    handle = f"{message.platform}:{who.id}"
    return Actor(role=role, handle=handle) if actor is None else replace(actor, handle=handle)
