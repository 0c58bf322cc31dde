"""What cells of one column are, told by themselves alone: only what can be nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from statistics import median

import phonenumbers

from schedulerx.evidence.calls import tells_direction
from schedulerx.evidence.column_words import Column
from schedulerx.evidence.counts import is_count
from schedulerx.evidence.date_patterns import CLOCK
from schedulerx.evidence.devices import (
    digits_of,
    luhn_digit,
    normalise_iccid,
    normalise_imei,
    normalise_imsi,
    normalise_mac,
)
from schedulerx.evidence.durations import parse_seconds
from schedulerx.evidence.identities import looks_like_phone, normalise_email, normalise_phone
from schedulerx.evidence.times import DateOrder, parse_time, tidy

Cells = list[str]

LEAST = 2  # cells, and different identifiers: one alone proves nothing
_UNMISTAKABLE = frozenset({Column.EMAIL, Column.MAC})  # but of these
_TYPICAL_CALL_S = 3600  # most calls are shorter, most times of day are later
_MESSAGE_CHARACTERS = 12  # of a typical message, at least
_NAME_CHARACTERS = 60
_NO_PHONE = re.compile(r"-?\d+[.,]\d+|\d{1,3}(?:\.\d{1,3}){3}|1\d{9}")  # an IP address, a time
_GROUPED = re.compile(r"\(?(?:\+|00)|.*\d[ ()/-]+\d")  # as numbers to be dialled are written
_IMEI_DIGITS = 15  # 14 have no check digit, and 16 are a payment card's
_IMEI_STARTS = ("35", "86", "01", "99")  # of nearly all that are allocated (GSMA TS.06)
_MAKERS = re.compile(
    r"(?:samsung|galaxy|apple|iphone|ipad|huawei|honor|xiaomi|redmi|poco|oppo|oneplus|realme|vivo"
    r"|nokia|motorola|sony|lg|htc|google|pixel|zte|asus|lenovo|blackberry|fairphone|alcatel|tecno"
    r"|infinix|gigaset|doro)\b.*",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .,'\u2019-])*")


def mostly(cells: Cells, fits: Callable[[str], object]) -> bool:
    """Whether all are so, but one in ten."""
    return sum(1 for cell in cells if not fits(cell)) * 10 <= len(cells)


def kind_of_cells(cells: Cells, region: str) -> Column | None:
    """What these cells hold; None where that is not certain. A `CLOCK` may be a duration, too."""
    told = next((kind for kind, fits in _KINDS if cells and fits(cells)), None)
    if told in _UNMISTAKABLE or len(cells) < LEAST:
        return told if told in _UNMISTAKABLE else None
    return told or (Column.PHONE if _are_phones(cells, region) else None)


def _are_phones(cells: Cells, region: str) -> bool:
    """Whether these are numbers of phones: somebody has half of them at least, and could have the
    others. Short ones are services.
    """
    numbers = [_number(cell, region) for cell in cells]
    possible = [number for number in numbers if number is not None]
    assigned = sum(map(phonenumbers.is_valid_number, possible))
    return (len(cells) - len(possible)) * 10 <= len(cells) <= 2 * assigned


def _number(cell: str, region: str) -> phonenumbers.PhoneNumber | None:
    if _NO_PHONE.fullmatch(cell) or not looks_like_phone(cell):
        return None
    number = normalise_phone(cell, region) or ""
    return phonenumbers.parse(number) if number.startswith("+") else None


def are_grouped(cells: Cells) -> bool:
    """Whether numbers are written as people dial them: digits alone count something else, too."""
    return mostly(cells, _GROUPED.match)


def _are_imeis(cells: Cells) -> bool:
    return len(set(cells)) >= LEAST and mostly(cells, _is_imei)


def _is_imei(cell: str) -> bool:
    whole = len(digits_of(cell)) == _IMEI_DIGITS and cell.startswith(_IMEI_STARTS)
    return whole and normalise_imei(cell) is not None


def are_imsis(cells: Cells) -> bool:
    """Whether these can be IMSIs: for columns beside a phone's IMEI."""
    return mostly(cells, lambda cell: cell.isdigit() and normalise_imsi(cell))


def _is_iccid(cell: str) -> bool:
    digits = normalise_iccid(cell)
    return digits is not None and luhn_digit(digits[:-1]) == int(digits[-1])


def _is_mac(cell: str) -> bool:
    return not cell.isalnum() and normalise_mac(cell) is not None


def _is_email(cell: str) -> bool:
    return normalise_email(cell) == cell.lower()


def time_of(cell: str) -> str:
    """A written time as ISO 8601, or an empty string; counts and years alone could be anything."""
    written = "" if is_count(tidy(cell)) else parse_time(cell, DateOrder.DAY_FIRST) or ""
    return written if len(written) >= len("2024-01-24") else ""


def _is_clock(cell: str) -> bool:
    return ":" in cell and CLOCK.fullmatch(tidy(cell)) is not None


def are_durations(cells: Cells) -> bool:
    """Whether clocks say how long and not when: nearly all calls are shorter than an hour."""
    seconds = [took for cell in cells if (took := parse_seconds(cell)) is not None]
    return len(seconds) == len(cells) and median(seconds) < _TYPICAL_CALL_S


def are_words(cells: Cells) -> bool:
    """Whether these are names of somebody or something, not sentences."""
    return mostly(cells, lambda cell: len(cell) <= _NAME_CHARACTERS and _WORDS.fullmatch(cell))


def _capitalised(cell: str) -> bool:
    """Whether its first word and its last one begin with a capital: "Ludwig van Beethoven"."""
    words = cell.split()
    return len(words) > 1 and words[0][0].isupper() and words[-1][0].isupper()


def are_full_names(cells: Cells) -> bool:
    """Whether these are names of two words or more with capitals: hosts and rooms are none."""
    return are_words(cells) and mostly(cells, _capitalised)


def are_sentences(cells: Cells) -> bool:
    """Whether these are what people write to each other."""
    return median(map(len, cells)) >= _MESSAGE_CHARACTERS and sum(
        cell.count(" ") for cell in cells
    ) >= 2 * len(cells)


_KINDS: tuple[tuple[Column, Callable[[Cells], bool]], ...] = (
    (Column.IMEI, _are_imeis),
    (Column.ICCID, lambda cells: mostly(cells, _is_iccid)),
    (Column.MAC, lambda cells: mostly(cells, _is_mac)),
    (Column.EMAIL, lambda cells: mostly(cells, _is_email)),
    (Column.START, lambda cells: mostly(cells, lambda cell: "T" in time_of(cell))),
    (Column.DATE, lambda cells: mostly(cells, lambda cell: len(time_of(cell)) == 10)),
    (Column.CLOCK, lambda cells: mostly(cells, _is_clock)),
    (Column.DIRECTION, lambda cells: mostly(cells, tells_direction)),
    (Column.MODEL, lambda cells: mostly(cells, _MAKERS.fullmatch)),
)
