"""Dates and totals of letters and bills."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedulerx.evidence.document_dates import date_of
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.mentions import PageText
from schedulerx.evidence.money import decimal_value, is_bill, total_of
from schedulerx.evidence.papers import paper_events
from schedulerx.model.event import Amount

MAKER = EventMaker("0" * 32, "a" * 64, "DE")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Invoice date: 2024-03-05", "2024-03-05"),
        ("Rechnungsdatum\n05.03.2024", "2024-03-05"),
        ("Date : 28/11/2022 ", "2022-11-28"),
        ("Berlin, den 5. März 2024\n\nSehr geehrte Frau Albers", "2024-03-05"),
        ("March 5, 2024\n\nDear Sir", "2024-03-05"),
        ("5 de marzo de 2024", "2024-03-05"),
    ],
)
def test_a_document_bears_its_date(text: str, iso: str) -> None:
    found = date_of(text, "DE")
    assert found is not None
    assert found.iso == iso


@pytest.mark.parametrize(
    "text",
    [
        "We met on 5 March 2024 and again on 6 March 2024.",
        "Date: 2024-03-05 ... Date: 2024-03-06",
        "Birth 05.03.2024-06.03.2024",
        "Version 10.2.2024.1",
    ],
)
def test_dates_in_sentences_are_not_the_documents(text: str) -> None:
    assert date_of(text, "DE") is None


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("Total EUR 34,73", "34.73", "EUR"),
        ("Subtotal: 30.00 EUR\nTotal: 1,234.56 EUR", "1234.56", "EUR"),
        ("Gesamtbetrag: 1.234,56 €", "1234.56", "EUR"),
        ("Total HT : 46,68 €\nTotal TTC : 56,02 €", "56.02", "EUR"),
        ("Grand Total £12", "12", "GBP"),
        ("Total $ 279.84\nUnited States", "279.84", "USD"),
    ],
)
def test_the_total_is_an_amount_with_a_currency(text: str, value: str, currency: str) -> None:
    total = total_of(text)
    assert total is not None
    assert total.amount == Amount(value=value, currency=currency)


@pytest.mark.parametrize(
    "text",
    [
        "Total $ 279.84",
        "Total 34,73",
        "Total 5 items",
        "Total 20 % EUR",
        "Total: 5 EUR\nTotal: 5 USD",
    ],
)
def test_a_sum_without_a_certain_currency_is_none(text: str) -> None:
    assert total_of(text) is None


@given(st.decimals(0, 10**9, places=2))
def test_both_ways_to_write_a_number_are_read(value: object) -> None:
    english = f"{value:,}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert decimal_value(english) == decimal_value(german) == str(value)


def test_a_bill_is_dated_and_paid_with_the_way_back() -> None:
    pages = (
        PageText(text="Rechnung Nr. 7\n7. Mai 2014", number=1),
        PageText(text="Total EUR 34,73", number=2),
    )
    dated, paid = paper_events(MAKER, pages)
    assert (dated.start, dated.precision, dated.provenance.page) == ("2014-05-07", "day", 1)
    assert paid.amount == Amount(value="34.73", currency="EUR")
    assert paid.provenance.page == 2
    assert not is_bill("Sehr geehrte Damen und Herren")


def test_a_letter_that_is_no_bill_asks_for_nothing() -> None:
    (dated,) = paper_events(MAKER, (PageText(text="7. Mai 2014\nTotal EUR 34,73"),))
    assert dated.kind == "document_dated"


def test_an_open_date_says_so() -> None:
    (dated,) = paper_events(MAKER, (PageText(text="Date: 03/04/2024"),))
    assert dated.start == "2024-04-03"
    assert dated.doubt


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    list(paper_events(MAKER, (PageText(text=f"{text} Date: 2024-01-01 invoice total {text}"),)))


def test_long_runs_of_spaces_and_digits_take_no_time() -> None:
    for piece in ("date ", " ", "total ", "1 ", "1,", "\t"):
        text = "invoice date" + piece * 100_000
        date_of(text, "DE")
        total_of(text)
