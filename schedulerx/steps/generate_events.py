"""Events of one file: what happened, when, between whom, and where in the file it says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice

from msgspec.structs import replace

from schedulerx.documents import (
    calendars,
    case_graph,
    chat_html,
    chat_json,
    chat_text,
    delimited,
    json_files,
    mail,
    message_backups,
    msg,
    outlook,
    property_lists,
    vcard,
    workbook,
)
from schedulerx.documents.damage import DamagedDocument
from schedulerx.documents.databases import phones, sqlite, tables
from schedulerx.documents.formats import Format, format_of
from schedulerx.evidence.appointments import appointment_event
from schedulerx.evidence.captures import capture_event, creation_event
from schedulerx.evidence.contacts import card_event
from schedulerx.evidence.conventions import Convention, find_convention
from schedulerx.evidence.device_lists import listed_device_event
from schedulerx.evidence.letters import letter_event
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.mentions import mention_events
from schedulerx.evidence.messages import chat_events
from schedulerx.evidence.papers import has_paper, paper_events
from schedulerx.evidence.phones import BACKUP, GRAPH, phone_event
from schedulerx.evidence.storage import store_events
from schedulerx.evidence.tables import table_events
from schedulerx.evidence.text_identities import find_identities
from schedulerx.evidence.times import parse_time, written_precision
from schedulerx.media.extensions import promised
from schedulerx.model.content import ChatMessage
from schedulerx.model.event import Event, EventKind
from schedulerx.model.keys import events_key
from schedulerx.model.record import Description, Record
from schedulerx.model.work import FileWork
from schedulerx.steps.document_text import page_texts, whole_text
from schedulerx.steps.unlocked import unlocked

_OF_MESSAGES = re.compile(r"(?:^|\.)(?:messages|events)$")  # lists that were read as messages
Source = Callable[[FileWork, EventMaker, list[str]], Iterable[Event | None]]


def run(work: FileWork, record: Record) -> Record:
    """The record with the events its file holds; the same record where the kind holds none."""
    form = format_of(record.media_type, record.origin.path)
    if form not in _HOLDING or record.sha256 is None:
        return record
    work = unlocked(work, record)
    maker = EventMaker(record.object_id, record.sha256, work.settings.generate_events.region)
    warnings: list[str] = []
    described = _described(record, form, maker)
    written = _salvaged(_SOURCES[form](work, maker, warnings), warnings) if form in _SOURCES else ()
    named = _salvaged(_mentioned(work, record, form, maker, warnings), warnings)
    events = (event for event in chain(described, written, named) if event is not None)
    key = events_key(record.object_id, work.fingerprint)
    stored = store_events(record, events, work.artifacts, key)
    news = tuple(warning for warning in warnings if warning not in record.warnings)
    return replace(stored, warnings=(*record.warnings, *news))


def _described(record: Record, form: Format, maker: EventMaker) -> tuple[Event | None, ...]:
    """What the file's own description tells."""
    kind = _CAPTURES.get(form) or _kind_told(record.description)
    if kind is not None:
        return (capture_event(maker, kind, record.description),)
    return (creation_event(maker, record.description),)


def _kind_told(what: Description) -> EventKind | None:
    """Of a sidecar, what the picture it is about shows; only sidecars tell a time of capture."""
    if what.captured_at is None:
        return None
    about = promised(what.describes or "") or ""
    return EventKind.VIDEO_TAKEN if about.startswith("video/") else EventKind.PHOTO_TAKEN


def _mentioned(
    work: FileWork, record: Record, form: Format, maker: EventMaker, warnings: list[str]
) -> Iterator[Event]:
    """Whom and what a document's text names, and its own date. A list or a chat tells that by its
    entries.
    """
    if form not in _PROSE or (form in _CHATTING and record.reading and record.reading.rows):
        return
    text = whole_text(work, record)
    names = next(find_identities(text, maker.region), None) is not None
    if names:
        yield from mention_events(maker, page_texts(work, record, form), warnings)
    if has_paper(text, maker.region):
        yield from paper_events(maker, tuple(islice(page_texts(work, record, form), _PAPER_PAGES)))


def _salvaged(events: Iterable[Event | None], warnings: list[str]) -> Iterator[Event | None]:
    """The events up to where the file is damaged."""
    try:
        yield from events
    except DamagedDocument as error:
        warnings.append(str(error))


def _in_table(work: FileWork, maker: EventMaker, warnings: list[str]) -> Iterator[Event]:
    table = delimited.table_of(work.path)
    if table is not None:
        yield from table_events(maker, table, warnings)


def _in_workbook(work: FileWork, maker: EventMaker, warnings: list[str]) -> Iterator[Event]:
    for table in workbook.tables_of(work.path, warnings):
        yield from table_events(maker, table, warnings)


def _in_mail(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event | None]:
    message = mail.read_mail(work.path)
    yield letter_event(maker, message.letter, text=message.text)


def _in_cards(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event | None]:
    for card in vcard.cards(work.path):
        yield card_event(maker, card)


def _in_calendar(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event | None]:
    for entry in calendars.appointments(work.path):
        yield appointment_event(maker, entry, "calendar/1")


def _in_outlook(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event | None]:
    message = msg.read(work.path)
    kind = message.item.kind
    if kind.startswith("IPM.Contact"):
        yield card_event(maker, outlook.card(message))
    elif kind.startswith("IPM.Appointment"):
        yield appointment_event(maker, outlook.appointment(message), "outlook/1")
    else:
        yield letter_event(maker, outlook.letter(message))


def _in_text(work: FileWork, maker: EventMaker, warnings: list[str]) -> Iterator[Event]:
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


def _in_json(work: FileWork, maker: EventMaker, warnings: list[str]) -> Iterator[Event | None]:
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
    for table in json_files.tables(document):
        if not (said and _OF_MESSAGES.search(table.sheet or "messages")):
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


def _in_json_lines(
    work: FileWork, maker: EventMaker, warnings: list[str]
) -> Iterator[Event | None]:
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
    )


def _in_xml(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event | None]:
    if message_backups.is_backup(work.path):
        for item in message_backups.items(work.path):
            yield phone_event(maker, item, BACKUP)


def _in_page(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event]:
    if chat_html.is_chat(work.path):
        yield from chat_events(maker, partial(chat_html.messages, work.path))


def _in_database(work: FileWork, maker: EventMaker, warnings: list[str]) -> Iterator[Event | None]:
    """What the known schemas hold; of unknown ones, the tables whose columns tell."""
    with sqlite.opened(work.path) as database:
        known = phones.schemas_of(database)
        for items in known:
            made = (phone_event(maker, item) for item in items(database))
            yield from _salvaged(made, warnings)
        for table in () if known else tables.tables_of(database):
            yield from _salvaged(table_events(maker, table, warnings), warnings)


def _in_property_list(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event | None]:
    for device in property_lists.devices(work.path):
        yield listed_device_event(maker, device, "property_list/1")


_CAPTURES = {Format.IMAGE: EventKind.PHOTO_TAKEN, Format.VIDEO: EventKind.VIDEO_TAKEN}
_SOURCES: dict[Format, Source] = {
    Format.TABLE: _in_table,
    Format.WORKBOOK: _in_workbook,
    Format.MAIL: _in_mail,
    Format.VCARD: _in_cards,
    Format.TEXT: _in_text,
    Format.JSON: _in_json,
    Format.JSON_LINES: _in_json_lines,
    Format.HTML: _in_page,
    Format.XML: _in_xml,
    Format.CALENDAR: _in_calendar,
    Format.OUTLOOK: _in_outlook,
    Format.DATABASE: _in_database,
    Format.PROPERTY_LIST: _in_property_list,
}
# Of these only what they say of themselves is an event.
_DESCRIBED = frozenset({Format.PDF, Format.DOCX, Format.PPTX, Format.ODF})
_PAPER_PAGES = 20  # longer ones are no bills
_CHATTING = frozenset({Format.TEXT, Format.HTML})
_PROSE = frozenset({*_DESCRIBED, *_CHATTING, Format.IMAGE, Format.RTF, Format.DOC, Format.PPT})
_HOLDING = frozenset({*_CAPTURES, *_SOURCES, *_DESCRIBED, *_PROSE})
