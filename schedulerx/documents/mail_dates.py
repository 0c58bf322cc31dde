"""Dates of mails, also as programs write them that never read RFC 5322."""

from __future__ import annotations

import re
from email.message import Message
from email.utils import parsedate_to_datetime

from schedulerx.documents.mail_headers import raw_header, raw_headers
from schedulerx.formats.epochs import iso_time
from schedulerx.formats.zone_names import ZONE_HOURS

_COLON_IN_OFFSET = re.compile(r"(?<=[+-]\d\d):(?=\d\d\b)")
_SHORT_OFFSET = re.compile(r"\"?\b(?:GMT|UTC)([+-])(\d{1,2})\b(?!:?\d)\"?")
_NAMED_ZONE = re.compile(r"(?<=\d )([A-Z]{2,5})(?=$| \()")
_HALF = re.compile(r"\b(\d{1,2})((?::\d\d){1,2})\s*([AP])\.?M\b\.?", re.IGNORECASE)
# RFC 5322, 4.3: years of three digits count from 1900.
_COUNTED_YEAR = re.compile(r"(?<=[A-Za-z]{3} )(1\d\d)(?= \d{1,2}:)")


def sent(message: Message) -> tuple[str | None, str]:
    """When a mail was sent, and the header that tells it: its date, else the first station's."""
    own = written_date(raw_header(message, "Date"))
    if own is not None:
        return own, "Date"
    for station in reversed(list(raw_headers(message, "Received"))):
        received = written_date(station.rpartition(";")[2].strip())
        if received is not None:
            return received, "Received"
    return None, "Date"


def written_date(written: str) -> str | None:
    """A Date header as ISO 8601; without an offset where it says `-0000` (not known) or none, or
    names a zone of several meanings.
    """
    if not written:
        return None
    try:
        return parsedate_to_datetime(_put_right(written)).isoformat()
    except (ValueError, TypeError, OverflowError):
        return iso_time(written)


def _put_right(written: str) -> str:
    """A date as RFC 5322 wants it."""
    text = _COLON_IN_OFFSET.sub("", " ".join(written.split()))
    text = _SHORT_OFFSET.sub(lambda found: f"{found[1]}{int(found[2]):02}00", text)
    text = _COUNTED_YEAR.sub(lambda found: str(1900 + int(found[1])), text)
    text = _HALF.sub(_of_24_hours, text)
    return _NAMED_ZONE.sub(_offset, text)


def _of_24_hours(found: re.Match[str]) -> str:
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    return f"{hour:02}{found[2]}"


def _offset(found: re.Match[str]) -> str:
    """A zone's name as its offset; as it is where it has none, or several."""
    hours = ZONE_HOURS.get(found[1].lower())
    return found[1] if hours is None else f"{'-' if hours < 0 else '+'}{abs(hours):02}00"
