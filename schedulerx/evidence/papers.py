"""Letters, invoices and receipts as events: a document dated, a payment asked for or confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from schedulerx.evidence.document_dates import DocumentDate, date_of
from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.evidence.mentions import PageText, box_of
from schedulerx.evidence.money import Total, is_bill, total_of
from schedulerx.model.event import Event, EventKind

_EXTRACTOR = "paper/1"
_TITLE = 80  # characters
_LETTERS = 3


def has_paper(text: str, region: str) -> bool:
    """Whether a document bears a date, so that its pages are worth a look."""
    return date_of(text, region) is not None


def paper_events(maker: EventMaker, pages: tuple[PageText, ...]) -> Iterator[Event]:
    """The document as dated on its first page, and the total of a bill as of that date."""
    first = pages[0] if pages else PageText(text="")
    date = date_of(first.text, maker.region)
    if date is None:
        return
    yield _dated(maker, first, date)
    if not any(is_bill(page.text) for page in pages):
        return
    totals = [(page, total) for page in pages if (total := total_of(page.text)) is not None]
    if len({total.amount.currency for _, total in totals}) == 1:
        yield _payment(maker, date, *totals[-1])  # the bill's total stands last


def _dated(maker: EventMaker, page: PageText, date: DocumentDate) -> Event:
    written = page.text[date.start : date.end]
    place = Place(
        _EXTRACTOR, "date", page=page.number, box=box_of(page, written), offset=date.start
    )
    return maker.event(
        EventKind.DOCUMENT_DATED,
        place,
        start=date.iso,
        doubt=date.doubt,
        summary=f"Document dated {written}: {_title(page.text)}",
    )


def _payment(maker: EventMaker, date: DocumentDate, page: PageText, total: Total) -> Event:
    amount = total.amount
    box = box_of(page, page.text[total.start : total.end])
    return maker.event(
        EventKind.PAYMENT,
        Place(_EXTRACTOR, "total", page=page.number, box=box, offset=total.start),
        start=date.iso,
        doubt=date.doubt,
        amount=amount,
        summary=f"{total.label.strip()} {amount.value} {amount.currency}: {_title(page.text)}",
    )


def _title(text: str) -> str:
    """The first line that says what kind of bill it is, else the first that says something."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    telling = (line for line in lines if sum(map(str.isalpha, line)) >= _LETTERS)
    bills = (line for line in lines if is_bill(line) and len(line) <= _TITLE)
    return next(chain(bills, telling), "")[:_TITLE]
