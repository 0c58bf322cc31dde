"""Times as cameras write them: only those a camera can have taken a picture at are facts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# No digital camera is older; clocks that were never set show 1970, 1904 or zeros.
EARLIEST_YEAR = 1971

_EXIF_TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d|Z")


def exif_moment(written: str | None, fraction: str | None = None) -> datetime | None:
    """`2011:01:13 14:33:39` and the digits of its fraction of a second; None if bogus."""
    found = _EXIF_TIME.match(written or "")
    if found is None:
        return None
    digits = (fraction or "").strip()
    digits = digits if digits.isascii() and digits.isdigit() else ""
    microseconds = int(digits[:6].ljust(6, "0"))
    try:
        moment = datetime(*map(int, found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 (local time; six numbers, as the pattern says)
    except ValueError:
        return None
    return moment.replace(microsecond=microseconds) if plausible(moment) else None


def exif_offset(written: str | None) -> str | None:
    """An offset from UTC as EXIF writes it, `+02:00`; None where it is none. `Z` is `+00:00`."""
    if written is None or not _OFFSET.fullmatch(written):
        return None
    return "+00:00" if written == "Z" else written


def iso_moment(written: str | None) -> tuple[datetime, str | None] | None:
    """An ISO 8601 time as local time and offset; None if bogus, or no more than a date."""
    text = (written or "").strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    local = moment.replace(tzinfo=None)
    if len(text) < len("2024-06-01T10:11") or not plausible(local):
        return None
    return local, moment.isoformat()[len(local.isoformat()) :][:6] or None


def iso_time(written: str | None) -> str | None:
    """An ISO 8601 time to the second, its offset kept; None if bogus."""
    try:
        moment = datetime.fromisoformat((written or "").strip())
    except ValueError:
        return None
    if not plausible(moment.replace(tzinfo=None)):
        return None
    return moment.isoformat(timespec="seconds")


def written_iso(local: datetime) -> str:
    """ISO 8601 with as many digits of the second's fraction as say something: none, 3 or 6."""
    exact = local.microsecond % 1000 != 0
    auto = "microseconds" if exact else "milliseconds" if local.microsecond else "seconds"
    return local.isoformat(timespec=auto)


def plausible(local: datetime) -> bool:
    """Whether a camera can have told this time."""
    # A day of grace: local time may be ahead of UTC.
    latest = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    return local.year >= EARLIEST_YEAR and local <= latest


def any_moment(written: str | None) -> tuple[datetime, str | None] | None:
    """A time as people and programs write it in a text: ISO 8601, EXIF's way or e-mail's."""
    text = (written or "").strip()
    told = iso_moment(text) or _mail_moment(text)
    local = exif_moment(text)
    return told or ((local, None) if local is not None else None)


def _mail_moment(text: str) -> tuple[datetime, str | None] | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return iso_moment(moment.isoformat())
