"""The date that a document bears: said to be its date, or alone on a line, as letters have it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schedulerx.evidence.conventions import find_convention
from schedulerx.evidence.times import parse_time

_HEAD = 6000  # characters: where a letter or a bill has its date
_DATE = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{1,2}(?:\.|st|nd|rd|th|er)?[ ](?:de[ ])?[^\W\d]{3,12}\.?,?[ ](?:de[ ])?\d{4}"
    r"|[^\W\d]{3,12}\.?[ ]\d{1,2}(?:st|nd|rd|th)?,?[ ]\d{4})"
)
_LABELLED = re.compile(
    r"(?:^|\n|[ \t])(?:(?:invoice|issue|document|letter|receipt|order|bill)[ ]?date"
    r"|date of (?:issue|invoice)"
    r"|date|dated|datum|rechnungsdatum|belegdatum|briefdatum|ausstellungsdatum|factuurdatum"
    r"|date (?:de|d[\u2019'])[ ]?(?:la )?(?:facture|[ée]mission)"
    r"|fecha(?: de (?:factura|emisi[óo]n))?"
    rf"|data(?: fattura)?)[ \t]{{0,8}}[:.]?[ \t]{{0,8}}\n?[ \t]{{0,8}}(?P<date>{_DATE})(?![\w/-])",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"^[ \t]*(?:[^\W\d][\w .-]{{1,30}},[ ](?:the |den |le |el )?)?(?P<date>{_DATE})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ANY = re.compile(rf"(?<![\w./-]){_DATE}(?![\w/-])", re.IGNORECASE)


@dataclass(frozen=True)
class DocumentDate:
    """A date, as ISO 8601, and where it stands in the text."""

    iso: str
    doubt: str
    start: int
    end: int


def date_of(text: str, region: str) -> DocumentDate | None:
    """The date that is called the document's, else the first that stands alone on a line; None
    where several are called so and differ.
    """
    convention = find_convention((("", match.group()) for match in _ANY.finditer(text)), region)
    for pattern in (_LABELLED, _ALONE):
        found = [
            DocumentDate(iso, convention.doubt_of(match["date"]), *match.span("date"))
            for match in pattern.finditer(text[:_HEAD])
            if (iso := parse_time(match["date"], convention.order)) is not None
        ]
        if found and (pattern is _ALONE or len({date.iso for date in found}) == 1):
            return found[0]
    return None
