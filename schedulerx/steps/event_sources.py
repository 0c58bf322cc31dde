"""What tells events in a file of each format: records, messages, rows, entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from schedulerx.documents import (
    calendars,
    delimited,
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
from schedulerx.documents.formats import Format
from schedulerx.evidence.appointments import appointment_event
from schedulerx.evidence.contacts import card_event
from schedulerx.evidence.device_lists import listed_device_event
from schedulerx.evidence.letters import letter_event
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.phones import BACKUP, phone_event
from schedulerx.evidence.tables import table_events
from schedulerx.model.event import Event
from schedulerx.model.work import FileWork
from schedulerx.steps.chat_sources import in_json, in_json_lines, in_page, in_text

Source = Callable[[FileWork, EventMaker, list[str]], Iterable[Event | None]]


def salvaged(events: Iterable[Event | None], warnings: list[str]) -> Iterator[Event | None]:
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
        yield appointment_event(maker, entry, "calendar/2")


def _in_outlook(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event | None]:
    """The item and those within it, which have no files of their own."""
    for number, message in enumerate(msg.messages(work.path), 1):
        kind = message.item.kind
        if kind.startswith("IPM.Contact"):
            yield card_event(maker, outlook.card(message, number))
        elif kind.startswith("IPM.Appointment"):
            yield appointment_event(maker, outlook.appointment(message, number), "outlook/1")
        else:
            within = number if number > 1 else None
            yield letter_event(maker, outlook.letter(message, work.path), within)


def _in_xml(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event | None]:
    if message_backups.is_backup(work.path):
        for item in message_backups.items(work.path):
            yield phone_event(maker, item, BACKUP)


def _in_database(work: FileWork, maker: EventMaker, warnings: list[str]) -> Iterator[Event | None]:
    """What the known schemas hold; of unknown ones, the tables whose columns tell."""
    with sqlite.opened(work.path) as database:
        known = phones.schemas_of(database)
        for items in known:
            made = (phone_event(maker, item) for item in items(database))
            yield from salvaged(made, warnings)
        for table in () if known else tables.tables_of(database):
            yield from salvaged(table_events(maker, table, warnings), warnings)


def _in_property_list(work: FileWork, maker: EventMaker, _: list[str]) -> Iterator[Event | None]:
    for device in property_lists.devices(work.path):
        yield listed_device_event(maker, device, "property_list/1")


SOURCES: dict[Format, Source] = {
    Format.TABLE: _in_table,
    Format.WORKBOOK: _in_workbook,
    Format.MAIL: _in_mail,
    Format.VCARD: _in_cards,
    Format.TEXT: in_text,
    Format.JSON: in_json,
    Format.JSON_LINES: in_json_lines,
    Format.HTML: in_page,
    Format.XML: _in_xml,
    Format.CALENDAR: _in_calendar,
    Format.OUTLOOK: _in_outlook,
    Format.DATABASE: _in_database,
    Format.PROPERTY_LIST: _in_property_list,
}
