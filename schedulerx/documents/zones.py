"""Time zones as calendars and mails name them: of the tz database, of Windows, or as Outlook shows
them to people. Windows' names are told by the table of tzlocal, which is Unicode CLDR's
(supplemental/windowsZones.xml).
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from tzlocal.windows_tz import win_tz

_OF_WINDOWS = {name.lower(): zone for name, zone in win_tz.items()}
_FIXED = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
# "(UTC+01:00) Amsterdam, Berlin, Bern"; older ones have a dot, or a slash between the places.
_SHOWN = re.compile(r"\((?:utc|gmt)\s*(?:([+-])(\d\d)[:.](\d\d))?\)\s*(.+)", re.IGNORECASE)
_OF_AMERICA = re.compile(r"(.+) time \(us & canada\)", re.IGNORECASE)
_JANUARY, _JULY = dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.datetime(2024, 7, 1, tzinfo=dt.UTC)


@lru_cache(maxsize=4096)
def named_zone(name: str) -> dt.tzinfo | None:
    """The zone of this name; None where nobody else knows it."""
    written = re.sub(r"\s+\d$", "", name.strip())  # Outlook counts a zone's second definition
    return (
        _of_tz_database(written)
        or _of_tz_database(_OF_WINDOWS.get(written.lower(), ""))
        or _shown(written)
        or _fixed(written)
    )


def _of_tz_database(name: str) -> dt.tzinfo | None:
    """A name may come behind that of a registry, with slashes."""
    tail = "/".join(name.strip("/").split("/")[-2:]) if name.startswith("/") else name
    try:
        return ZoneInfo(tail) if tail else None
    except (ValueError, OSError, LookupError):  # unknown, or a name that is no relative path
        return None


def _fixed(written: str) -> dt.tzinfo | None:
    found = _FIXED.fullmatch(written)
    return _ahead(found[1], found[2], found[3] or "0") if found else None


def _ahead(sign: str, hours: str, minutes: str) -> dt.timezone | None:
    span = dt.timedelta(hours=int(hours), minutes=int(minutes))
    return None if span >= dt.timedelta(days=1) else dt.timezone(-span if sign == "-" else span)


def _shown(written: str) -> dt.tzinfo | None:
    """By the first of its places that the tz database has, with the offset it is shown with."""
    found = _SHOWN.fullmatch(written)
    if found is None:
        return None
    american = _OF_AMERICA.fullmatch(found[4])
    if american:
        return named_zone(f"{american[1]} Standard Time")
    offset = _ahead(found[1], found[2], found[3]) if found[1] else dt.UTC
    ahead = offset.utcoffset(None) if offset else None
    zones = (_by_place().get(place.strip().lower()) for place in re.split(r"[,/]", found[4]))
    fitting = (zone for name in zones if name and _standard(zone := ZoneInfo(name)) == ahead)
    return next(fitting, None)


@lru_cache(maxsize=1)
def _by_place() -> dict[str, str]:
    """The zones of the tz database by the places they are named after."""
    names = sorted(name for name in available_timezones() if "/" in name)
    return {name.rpartition("/")[2].replace("_", " ").lower(): name for name in names}


def _standard(zone: ZoneInfo) -> dt.timedelta | None:
    """How far a zone is ahead of UTC when its clocks are not put forward."""
    offsets = (zone.utcoffset(_JANUARY), zone.utcoffset(_JULY))
    return min(each for each in offsets if each is not None)
