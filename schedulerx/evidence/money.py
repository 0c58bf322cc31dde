"""Sums of money in the text of bills: the total, with a currency that leaves no doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from schedulerx.model.event import Amount

_BILL = re.compile(
    r"\b(?:invoice|receipt|rechnung|quittung|kassenbon|facture|factuur|factura|fattura|fatura"
    r"|ricevuta|recibo|re[çc]u)\b",
    re.IGNORECASE,
)
# Codes of ISO 4217 that bills bear, and signs that only one currency has.
_CODES = frozenset(
    {"AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
     "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MAD", "MXN",
     "MYR", "NGN", "NOK", "NZD", "PHP", "PLN", "QAR", "RON", "RUB", "SAR", "SEK", "SGD", "THB",
     "TRY", "TWD", "UAH", "USD", "VND", "ZAR"}
)  # fmt: skip
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS"}
# What these mean only the rest of the text tells.
_OPEN_SIGNS = {
    "$": ("USD", re.compile(r"\bUSD\b|\bUnited States\b|\bU\.?S\.?A\b|\bUS\$")),
    "rs": ("INR", re.compile(r"\bINR\b|\bIndia\b|\bGSTIN?\b|\bNew Delhi\b|\bGurgaon\b")),
}
_CURRENCY = rf"(?:{'|'.join(sorted(_CODES))}|rs\.?|[{''.join(_SIGNS)}$])"
_VALUE = r"-?\d{1,3}(?:[ .,'\u00a0\u202f]\d{3})+(?:[.,]\d{2})?|-?\d+(?:[.,]\d{2})?"
_TOTAL = re.compile(
    r"\b(?P<label>(?:grand|invoice|factuur|total)?[ ]?(?:total|totaal|totale)"
    r"(?:[ ](?:ttc|due|amount|a pagar|da pagare|incl\.?))?"
    r"|amount (?:due|paid)|balance due|gesamt(?:betrag|summe)?|rechnungsbetrag"
    r"|endbetrag|zahlbetrag|zu zahlen|net [àa] payer|montant total|te betalen)"
    rf"[ \t]{{0,8}}[:=]?[ \t]{{0,8}}(?:(?P<before>{_CURRENCY})[ \t]{{0,8}}(?P<value>{_VALUE})"
    rf"|(?P<amount>{_VALUE})[ \t]{{0,8}}(?P<after>{_CURRENCY}))(?![\w%])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Total:
    """A bill's total and where it stands in the text."""

    amount: Amount
    label: str
    start: int
    end: int


def is_bill(text: str) -> bool:
    """Whether a text calls itself an invoice or a receipt."""
    return _BILL.search(text) is not None


def total_of(text: str) -> Total | None:
    """The largest of the sums that are called the total, where all are of one currency."""
    totals = list(_totals(text))
    if len({total.amount.currency for total in totals}) != 1:
        return None
    return max(totals, key=lambda total: Decimal(total.amount.value))


def _totals(text: str) -> Iterator[Total]:
    for match in _TOTAL.finditer(text):
        currency = _currency(match["before"] or match["after"], text)
        value = decimal_value(match["value"] or match["amount"])
        if currency and value:
            yield Total(Amount(value=value, currency=currency), match["label"], *match.span())


def currency_in(text: str) -> str | None:
    """The code or the certain sign of a currency that a cell or a header holds."""
    for word in re.findall(r"[A-Za-z]+|[^\w\s]", text):
        code: str = word.upper()
        if code in _CODES:
            return code
        sign: str | None = _SIGNS.get(word)
        if sign is not None:
            return sign
    return None


def _currency(written: str, text: str) -> str | None:
    if written.upper() in _CODES:
        return written.upper()
    code, proof = _OPEN_SIGNS.get(written.lower().rstrip("."), (_SIGNS.get(written), None))
    return code if proof is None or proof.search(text) else None


def decimal_value(written: str) -> str | None:
    """`1.234,56`, `1,234.56` and `1 234` as decimal numbers: two digits at the end are cents."""
    cents = re.search(r"[.,](\d{2})$", written)
    whole = written[: cents.start()] if cents else written
    digits = re.sub(r"[^\d-]", "", whole)
    try:
        return str(Decimal(f"{digits}.{cents[1]}" if cents else digits))
    except InvalidOperation:
        return None
