"""Bank statements: every booking with its sum, its sign and the other side."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.accounts import currency_of, normalise_iban, signed_sum
from schedulerx.evidence.columns import Columns
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.tables import TableKind, kind_of, table_events
from schedulerx.model.content import Row, Table
from schedulerx.model.event import Event

OWN, OTHER = "DE89370400440532013000", "DE12500105170648489890"


def events_of(header: str, *rows: str) -> list[Event]:
    def each() -> Iterator[Row]:
        return ((number, tuple(row.split(";"))) for number, row in enumerate(rows, 2))

    maker = EventMaker("0" * 32, "0" * 64, "DE")
    return list(table_events(maker, Table(header=tuple(header.split(";")), rows=each)))


def test_a_german_statement_tells_who_paid_whom() -> None:
    left, came = events_of(
        "Auftragskonto;Buchungstag;Verwendungszweck;Begünstigter/Zahlungspflichtiger;"
        "Kontonummer/IBAN;Betrag;Währung",
        f"{OWN};03.02.2024;Miete;Müller GmbH;{OTHER};-1.250,00;EUR",
        f"{OWN};29.02.2024;Gehalt;Größe KG;{OTHER};3.412,77;EUR",
    )
    assert left.amount is not None
    assert came.amount is not None
    assert (left.start, left.amount.value, left.amount.currency) == (
        "2024-02-03",
        "-1250.00",
        "EUR",
    )
    assert [(actor.role, actor.handle) for actor in left.actors] == [
        ("sender", f"iban:{OWN}"),
        ("recipient", f"iban:{OTHER}"),
    ]
    assert came.amount.value == "3412.77"
    assert [(actor.role, actor.name) for actor in came.actors] == [
        ("recipient", None),
        ("sender", "Größe KG"),
    ]


def test_an_american_statement_has_no_currency_and_says_so() -> None:
    (event,) = events_of("Date;Description;Amount;Running Bal.", "01/31/2024;STARBUCKS;-5.75;1,2")
    assert event.start == "2024-01-31"
    assert event.amount is not None
    assert event.amount.currency == "XXX"
    assert event.doubt == "The statement names no currency."


def test_what_came_and_what_left_may_have_columns_of_their_own() -> None:
    left, came = events_of(
        "Date;Details;Paid out (GBP);Paid in (GBP)", "31/01/2024;Rent;800.00;", "31/01/2024;Pay;;5"
    )
    assert [each.amount.value for each in (left, came) if each.amount] == ["-800.00", "5"]


def test_payment_services_name_both_by_their_addresses() -> None:
    (event,) = events_of(
        "Date;Time;Name;Currency;Gross;From Email Address;To Email Address",
        "31/01/2024;08:15:00;Jane Roe;USD;-20.00;me@example.com;jane@example.com",
    )
    assert [(actor.role, actor.name, actor.email) for actor in event.actors] == [
        ("sender", None, "me@example.com"),
        ("recipient", "Jane Roe", "jane@example.com"),
    ]


@pytest.mark.parametrize(
    "header",
    ["Date;Amount", "Product;Description;Amount", "Date;Name;Lat;Lon;Amount;Description"],
)
def test_prices_and_registers_are_no_statements(header: str) -> None:
    assert kind_of(Columns.of(header.split(";"))) is not TableKind.PAYMENTS


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("-1.250,00", "-1250.00"),
        ("1,250.00-", "-1250.00"),
        ("(5.00)", "-5.00"),
        ("+3 412,77 €", "3412.77"),
        ("EUR 5", "5"),
        ("$1,250.5", "1250.50"),
        ("\u221223,98", "-23.98"),
        ("1'250.00 CHF", "1250.00"),
        ("0,00", "0.00"),
        ("-0,00", "0.00"),
        ("12 Monate zu 5", None),
        ("", None),
        ("n/a", None),
    ],
)
def test_sums_are_read_as_statements_write_them(written: str, value: str | None) -> None:
    assert signed_sum(written) == value


@given(st.text())
def test_any_cell_is_a_sum_or_none(text: str) -> None:
    value = signed_sum(text)
    assert value is None or float(value) is not None


@given(st.decimals(-(10**9), 10**9, places=2))
def test_every_sum_comes_back(value: Decimal) -> None:
    written = f"{value:,.2f}"
    german = written.translate(str.maketrans(",.", ".,"))
    expected = f"{value:.2f}" if value else "0.00"
    assert signed_sum(written) == signed_sum(german) == expected


def test_accounts_are_told_by_their_check_digits() -> None:
    assert normalise_iban("DE89 3704 0044 0532 0130 00") == OWN
    assert normalise_iban("DE88370400440532013000") is None
    assert normalise_iban("12345678") is None


def test_the_currency_is_in_its_column_the_header_or_the_sum() -> None:
    assert currency_of("chf", "Betrag (EUR)", "5 €") == "CHF"
    assert currency_of("", "Betrag (EUR)", "5") == "EUR"
    assert currency_of("", "Amount", "5 €") == "EUR"
    assert currency_of("", "Amount", "5") == "XXX"
