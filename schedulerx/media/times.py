"""Times as cameras write them: only those a camera can have taken a picture at are facts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

# No digital camera is older; clocks that were never set show 1970, 1904 or zeros.
EARLIEST_YEAR = 1971

_EXIF_TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d|Z")


def exif_time(written: str | None, offset: str | None = None) -> str | None:
    """`2011:01:13 14:33:39` as ISO 8601, the offset appended where it is one; None if bogus."""
    found = _EXIF_TIME.match(written or "")
    if found is None:
        return None
    try:
        moment = datetime(*map(int, found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 (local time; six numbers, as the pattern says)
    except ValueError:
        return None
    if not _plausible(moment):
        return None
    return moment.isoformat() + (offset if offset and _OFFSET.fullmatch(offset) else "")


def iso_time(written: str | None) -> str | None:
    """An ISO 8601 time to the second, its offset kept; None if bogus."""
    try:
        moment = datetime.fromisoformat((written or "").strip())
    except ValueError:
        return None
    if not _plausible(moment.replace(tzinfo=None)):
        return None
    return moment.isoformat(timespec="seconds")


def _plausible(local: datetime) -> bool:
    # A day of grace: local time may be ahead of UTC.
    latest = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    return local.year >= EARLIEST_YEAR and local <= latest
