"""Numbers of bank accounts and sums as statements write them."""

from __future__ import annotations

import re

from schedulerx.evidence.money import currency_in, decimal_value

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_MONEY = r"[A-Za-z€$£₹₽₺₴₪]{1,4}\.?"
_SUM = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+\u2212])?\s*(?:{_MONEY})?\s*(?P<late>[-+\u2212])?\s*"
    r"(?P<number>\d(?:[\d., '\u00a0\u202f\u2019]*\d)?)"
    rf"\s*(?:(?P<side>DR|CR|S|H)\b|{_MONEY})?\s*(?P<behind>[-+\u2212)])?"
)
_LEFT = frozenset({"-", "\u2212", "(", "DR", "S"})  # S and H of German books: Soll and Haben
_MOST_DIGITS = 15
UNKNOWN = "XXX"  # ISO 4217: no currency


def normalise_iban(written: str) -> str | None:
    """An account as IBAN (ISO 13616), its check digits right; None where it is none."""
    iban = re.sub(r"\s", "", written).upper()
    if not _IBAN.fullmatch(iban):
        return None
    turned = "".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])
    return iban if int(turned) % 97 == 1 else None


def signed_sum(written: str) -> str | None:
    """`-1.250,00`, `1,250.00-`, `(5.00)` and `EUR 5` as a decimal number with its sign; None where
    there is none.
    """
    found = _SUM.fullmatch(written.strip())
    if found is None or sum(map(str.isdigit, found["number"])) > _MOST_DIGITS:
        return None
    tenths = re.fullmatch(r".*[.,]\d", found["number"])
    value = decimal_value(found["number"] + ("0" if tenths else ""))
    if value is None:
        return None
    marks = {found[name] for name in ("open", "sign", "late", "side", "behind")}
    return f"-{value}" if marks & _LEFT and float(value) else value


def currency_of(cell: str, header: str, written: str) -> str:
    """The code in a column of its own, else in the header ("Betrag (EUR)"), else in the sum."""
    return currency_in(cell) or currency_in(header) or currency_in(written) or UNKNOWN
