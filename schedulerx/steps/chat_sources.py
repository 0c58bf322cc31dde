"""Chats as events: text, pages and JSON of messengers, and lists of objects in JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from schedulerx.documents import (
    case_graph,
    chat_contacts,
    chat_html,
    chat_json,
    chat_text,
    json_files,
)
from schedulerx.evidence.contacts import chat_card_event
from schedulerx.evidence.conventions import Convention, find_convention
from schedulerx.evidence.device_lists import listed_device_event
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.messages import chat_events
from schedulerx.evidence.phones import GRAPH, phone_event
from schedulerx.evidence.tables import table_events
from schedulerx.evidence.times import parse_time, written_precision
from schedulerx.model.content import ChatMessage
from schedulerx.model.event import Event
from schedulerx.model.work import FileWork

# Lists that were read as messages, or as who they are from.
_OF_MESSAGES = re.compile(r"(?:^|\.)(?:messages|events)$")
_OF_CONTACTS = re.compile(r"^(?:frequent_)?contacts\.list$")


def in_text(work: FileWork, maker: EventMaker, warnings: list[str]) -> Iterator[Event]:
    """A chat exported as text, in the order of its dates."""
    if not chat_text.is_chat(work.path):
        return
    times = (("", message.time) for message in chat_text.messages(work.path))
    convention = find_convention(times, maker.region)
    if convention.doubt:
        warnings.append(f"Chat: {convention.doubt}")

    def said() -> Iterator[ChatMessage]:
        for message in chat_text.messages(work.path):
            yield ChatMessage(
                line=message.line,
                sender=message.sender,
                text=message.text,
                sent=parse_time(message.time, convention.order),
                precision=written_precision(message.time),
                doubt=convention.doubt_of(message.time),
                attachments=message.attachments,
            )

    yield from chat_events(maker, said)


def in_page(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event]:
    """A page of an exported chat."""
    if chat_html.is_chat(work.path):
        yield from chat_events(maker, partial(chat_html.messages, work.path))


def in_json(work: FileWork, maker: EventMaker, warnings: list[str]) -> Iterator[Event | None]:
    """A case graph, an export of chats with its contacts, or lists of objects by their keys."""
    if json_files.is_large(work.path):
        yield from _in_entries(maker, partial(json_files.streamed, work.path), warnings)
        return
    document = json_files.load(work.path)
    if case_graph.is_graph(document):
        yield from _in_graph(maker, case_graph.Graph(document))
        return
    written = list(chat_json.chat_messages(document))
    convention = _convention(maker, written, warnings)
    said = [_said(convention, message) for message in written]
    yield from chat_events(maker, lambda: said)
    known = [chat_card_event(maker, card) for card in chat_contacts.cards(document)]
    yield from known
    for table in json_files.tables(document):
        name = table.sheet or "messages"
        read = (said and _OF_MESSAGES.search(name)) or (known and _OF_CONTACTS.search(name))
        if not read:
            yield from table_events(maker, table, warnings)


def _convention(
    maker: EventMaker, messages: Iterable[chat_json.JsonMessage], warnings: list[str]
) -> Convention:
    """How a chat writes dates."""
    convention = find_convention((("", message.time) for message in messages), maker.region)
    if convention.doubt:
        warnings.append(f"Chat: {convention.doubt}")
    return convention


def _in_graph(maker: EventMaker, graph: case_graph.Graph) -> Iterator[Event | None]:
    for item in graph.items():
        yield phone_event(maker, item, GRAPH)
    for device in graph.devices():
        yield listed_device_event(maker, device, GRAPH)


def in_json_lines(work: FileWork, maker: EventMaker, warnings: list[str]) -> Iterator[Event | None]:
    """An object a line."""
    yield from _in_entries(maker, partial(json_files.objects_by_line, work.path), warnings)


def _in_entries(
    maker: EventMaker, entries: json_files.Entries, warnings: list[str]
) -> Iterator[Event | None]:
    """Objects one after the other: messages where the first is one, else the rows of a table."""
    first = next(entries(), None)
    if first is not None and chat_json.message_of(*first) is not None:
        convention = _convention(maker, _messages_in(entries), warnings)
        yield from chat_events(
            maker, lambda: (_said(convention, message) for message in _messages_in(entries))
        )
        return
    table = json_files.table_of(entries)
    if table is not None:
        yield from table_events(maker, table, warnings)


def _messages_in(entries: json_files.Entries) -> Iterator[chat_json.JsonMessage]:
    for place, entry in entries():
        message = chat_json.message_of(place, entry)
        if message is not None:
            yield message


def _said(convention: Convention, message: chat_json.JsonMessage) -> ChatMessage:
    return ChatMessage(
        line=message.place,
        sender=message.sender,
        text=message.text,
        sent=parse_time(message.time, convention.order),
        precision=written_precision(message.time),
        doubt=convention.doubt_of(message.time),
        sender_id=message.sender_id,
        platform=message.platform,
        attachments=message.attachments,
        is_call=message.is_call,
        seconds=message.seconds,
        location=message.location,
        cards=message.cards,
        recipients=message.recipients,
    )
