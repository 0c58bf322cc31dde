"""Tables as evidence: which kind a table is, and its rows as events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from schedulerx.evidence.calls import call_event
from schedulerx.evidence.column_words import Column
from schedulerx.evidence.columns import Columns, plain_header
from schedulerx.evidence.contacts import contact_row_event
from schedulerx.evidence.contents import columns_by_content, told
from schedulerx.evidence.conventions import find_convention
from schedulerx.evidence.inventories import device_event
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.messages import message_row_event
from schedulerx.evidence.rows import DATED, RowReader
from schedulerx.evidence.statements import payment_row_event
from schedulerx.evidence.times import DateOrder
from schedulerx.model.content import Table
from schedulerx.model.event import Event


class TableKind(StrEnum):
    """What the rows of a table are."""

    CALLS = "calls"
    MESSAGES = "messages"
    DEVICES = "devices"
    CONTACTS = "contacts"
    PAYMENTS = "payments"


# Columns of registers of places: their names and phones are not people's.
_OF_PLACES = frozenset({"latitude", "longitude", "lat", "lon", "lng", "coordinates", "geo"})

_OF_CALLS = re.compile(r"call|number|party|msisdn|anruf|rufnummer|teilnehmer|appel|llam|chiam")

_FOREIGN = re.compile(
    r"\b(?:datum|uhrzeit|zeit|dauer|rufnummer|anrufer|richtung|absender|empfanger|vorname|nachname"
    r"|buchungs\w*|betrag|umsatz|montant|importe|importo|heure|duree|numero|prenom|nom|fecha|hora|duracion|apellidos?|data|ora|durata|cognome)\b"
)

RowEvent = Callable[[EventMaker, RowReader], Event | None]
_ROW_EVENTS: dict[TableKind, RowEvent] = {
    TableKind.CALLS: call_event,
    TableKind.MESSAGES: message_row_event,
    TableKind.DEVICES: device_event,
    TableKind.CONTACTS: contact_row_event,
    TableKind.PAYMENTS: payment_row_event,
}


def kind_of(columns: Columns) -> TableKind | None:
    """What the rows are, from the columns; None where they are no evidence of these kinds."""
    timed = columns.has_any(Column.START, Column.DATE)
    if timed and columns.has(Column.TEXT) and _has_party(columns):
        return TableKind.MESSAGES
    if timed and _lists_calls(columns):
        return TableKind.CALLS
    if _lists_devices(columns):
        return TableKind.DEVICES
    if timed and _lists_payments(columns):
        return TableKind.PAYMENTS
    named = columns.has_any(Column.NAME, Column.FIRST_NAME, Column.LAST_NAME)
    reachable = columns.has_any(Column.PHONE, Column.EMAIL)
    if named and reachable and not timed and not _lists_places(columns):
        return TableKind.CONTACTS
    return None


def _has_party(columns: Columns) -> bool:
    return columns.has_any(Column.CALLER, Column.CALLER_NAME, Column.PHONE)


def _lists_calls(columns: Columns) -> bool:
    """Two parties, or a number and a direction. "From" and "to" alone may be a timetable's."""
    if columns.has(Column.PHONE, Column.DIRECTION):
        return True
    if columns.has(Column.CALLEE, Column.DURATION) and not columns.has(Column.CALLER):
        return bool(_OF_CALLS.search(plain_header(columns.header(Column.CALLEE))))  # a bill's list
    if not columns.has(Column.CALLER, Column.CALLEE):
        return False
    told = (Column.DURATION, Column.DIRECTION, Column.IMEI, Column.IMSI)
    header = plain_header(columns.header(Column.CALLER))
    return columns.has_any(*told) or bool(_OF_CALLS.search(header))


def _lists_devices(columns: Columns) -> bool:
    if columns.has_any(Column.IMEI, Column.IMSI, Column.ICCID, Column.MAC):
        return True
    about = (Column.OWNER, Column.BRAND, Column.MODEL, Column.DEVICE_NAME)
    return columns.has(Column.SERIAL) and columns.has_any(*about)


def _lists_payments(columns: Columns) -> bool:
    """A sum, and what it was for or with whom; what came and what left may have a column each."""
    about = (Column.COUNTERPARTY, Column.COUNTER_ACCOUNT, Column.PURPOSE)
    if columns.has(Column.DEBIT, Column.CREDIT):
        return True
    if not columns.has(Column.AMOUNT) or _lists_places(columns):
        return False
    return columns.has_any(*about) or columns.has(Column.NAME, Column.CURRENCY)


def _lists_places(columns: Columns) -> bool:
    return any(
        _OF_PLACES.intersection(plain_header(header).split(" ")) for header in columns.headers
    )


def table_events(
    maker: EventMaker, table: Table, warnings: list[str] | None = None
) -> Iterator[Event]:
    """The rows of a table as events, in their order and in constant memory. `warnings` takes what
    its dates leave open.
    """
    columns = Columns.of(table.header)
    if not table.header:
        columns = columns_by_content(table.rows(), maker.region)
    kind = kind_of(columns)
    if kind is None:
        return
    if not table.header and warnings is not None:
        warnings.append(f"{_named(table)}: {told(columns)}")
    convention = find_convention(_dates(columns, kind, table), maker.region, _hint(columns))
    if convention.doubt and warnings is not None:
        warnings.append(f"{_named(table)}: {convention.doubt}")
    rounded = 0
    for number, cells in table.rows():
        row = RowReader(
            columns, cells, number, table.sheet, convention, table.table, table.days_late
        )
        rounded += row.rounded()
        event = _ROW_EVENTS[kind](maker, row)
        if event is not None:
            yield event
    if rounded and warnings is not None:
        warnings.append(
            f"{_named(table)}: {rounded} long numbers were rounded by a spreadsheet (like"
            " 3.59906E+14) and are left out: export them as text."
        )


def _named(table: Table) -> str:
    return table.sheet or table.table or "Table"


def _dates(columns: Columns, kind: TableKind, table: Table) -> Iterator[tuple[str, str]]:
    """Each date of the table with its column. A caller and a callee are dates only in lists of
    devices: "from" and "to".
    """
    dated = [column for column in DATED if columns.has(column)]
    if kind is not TableKind.DEVICES:
        dated = [column for column in dated if column not in {Column.CALLER, Column.CALLEE}]
    if dated:
        for _, cells in table.rows():
            yield from ((column, columns.value(column, cells)) for column in dated)


def _hint(columns: Columns) -> DateOrder | None:
    """Day first where a header is not English: the others' languages write it so."""
    foreign = any(not header.isascii() or _FOREIGN.search(plain_header(header))
                  for header in columns.headers)  # fmt: skip
    return DateOrder.DAY_FIRST if foreign else None
