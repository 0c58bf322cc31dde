"""Rows of bank statements and payment services as events: money that came or went."""

from __future__ import annotations

from schedulerx.evidence.accounts import UNKNOWN, currency_of, normalise_iban, signed_sum
from schedulerx.evidence.column_words import Column
from schedulerx.evidence.identities import normalise_email
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.names import clean_name
from schedulerx.evidence.rows import RowReader
from schedulerx.evidence.text_identities import mentioned
from schedulerx.model.event import Actor, Amount, Event, EventKind

_EXTRACTOR = "table_payments/1"
_SUMMARY_CHARACTERS = 1000
_NO_CURRENCY = "The statement names no currency."


def payment_row_event(maker: EventMaker, row: RowReader) -> Event | None:
    """One booking; None without a date or a sum. The sum is negative where it left the account."""
    start, amount = row.start(), _amount(row)
    if start is None or amount is None:
        return None
    left = amount.value.startswith("-")
    other = _other(row, "recipient" if left else "sender")
    own = _own(row, "sender" if left else "recipient")
    people, devices = mentioned(row.value(Column.PURPOSE), maker.region)
    doubts = (row.doubt(), _NO_CURRENCY if amount.currency == UNKNOWN else "")
    return maker.event(
        EventKind.PAYMENT,
        row.place(_EXTRACTOR, row.time_field()),
        start=start,
        precision=row.precision(start),
        amount=amount,
        doubt=" ".join(filter(None, doubts)),
        actors=(*(actor for actor in (own, other) if actor is not None), *people),
        devices=devices,
        summary=_summary(row, other, amount),
    )


def _amount(row: RowReader) -> Amount | None:
    """One column with its sign, or what left and what came in two."""
    columns = ((Column.AMOUNT, ""), (Column.DEBIT, "-"), (Column.CREDIT, ""))
    for column, sign in columns:
        written = row.value(column)
        value = signed_sum(written) if written else None
        if value is None or (sign and not float(value)):
            continue
        currency = currency_of(row.value(Column.CURRENCY), row.columns.header(column), written)
        return Amount(value=f"-{value.lstrip('-')}" if sign else value, currency=currency)
    return None


def _other(row: RowReader, role: str) -> Actor | None:
    """Whom it was paid to or came from: a name, an account, an address."""
    name = clean_name(row.value(Column.COUNTERPARTY) or row.name())
    account = normalise_iban(row.value(Column.COUNTER_ACCOUNT))
    email = _email(row, role)
    if not (name or account or email):
        return None
    handle = f"iban:{account}" if account else None
    return Actor(role=role, name=name, email=email, handle=handle)


def _own(row: RowReader, role: str) -> Actor | None:
    account, email = normalise_iban(row.value(Column.ACCOUNT)), _email(row, role)
    if not (account or email):
        return None
    return Actor(role=role, email=email, handle=f"iban:{account}" if account else None)


def _email(row: RowReader, role: str) -> str | None:
    """The address in the column "from …" or "to …"; of payment services."""
    way = "from " if role == "sender" else "to "
    cells = row.columns.labelled(Column.EMAIL, row.cells)
    return next((normalise_email(cell) for label, cell in cells if label.startswith(way)), None)


def _summary(row: RowReader, other: Actor | None, amount: Amount) -> str:
    way = "to" if amount.value.startswith("-") else "from"
    currency = "" if amount.currency == UNKNOWN else f" {amount.currency}"
    whom = f" {way} {other.name or other.handle}" if other else ""
    purpose = " ".join(row.value(Column.PURPOSE).split())
    told = f": {purpose}" if purpose else ""
    return f"{amount.value}{currency}{whom}{told}"[:_SUMMARY_CHARACTERS]
