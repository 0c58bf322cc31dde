"""The library of Apple's Photos (Photos.sqlite): when and where each picture was taken, also of
those that are no longer there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from schedulerx.documents.databases.sqlite import Database
from schedulerx.documents.databases.values import Values, each, looked_up
from schedulerx.formats.epochs import apple_time
from schedulerx.model.event import Location
from schedulerx.model.phone import PhoneItem, PhonePicture, Spot

_TABLES = ("ZASSET", "ZGENERICASSET")  # since iOS 14, before
_VIDEO = 1  # ZKIND
_NOWHERE = -180.0  # stands for no place
_MOST_OFFSET_S = 24 * 3600


def has_pictures(database: Database) -> bool:
    """Whether it holds such a library."""
    return _table(database) is not None


def _table(database: Database) -> str | None:
    known = (name for name in _TABLES if database.has(name, "ZDATECREATED", "ZKIND", "ZFILENAME"))
    return next(known, None)


def pictures(database: Database) -> Iterator[PhoneItem]:
    """The photos and videos of the library; trashed ones say so."""
    table = _table(database)
    if table is None:
        return
    more = looked_up(
        database, "ZADDITIONALASSETATTRIBUTES", "ZASSET", "ZTIMEZONEOFFSET", "ZORIGINALFILENAME"
    )
    columns = ("Z_PK", "ZDATECREATED", "ZKIND", "ZLATITUDE", "ZLONGITUDE", "ZFILENAME",
               "ZTRASHEDSTATE")  # fmt: skip
    for row in each(database, table, *columns):
        about = more.get(row.integer("Z_PK"))
        name = row.text("ZFILENAME")
        yield PhonePicture(
            spot=Spot(table=table, row_id=row.row_id),
            taken=_local(apple_time(row.number("ZDATECREATED")), about),
            is_video=row.integer("ZKIND") == _VIDEO,
            name=(about.text("ZORIGINALFILENAME") if about else "") or name,
            is_trashed=row.integer("ZTRASHEDSTATE") == 1,
            location=_location(row),
            field="ZDATECREATED",
        )


def _local(time: str | None, about: Values | None) -> str | None:
    """The time with the offset of where it was taken, which the library keeps beside it."""
    ahead = about.raw("ZTIMEZONEOFFSET") if about else None
    if time is None or not isinstance(ahead, int) or abs(ahead) >= _MOST_OFFSET_S:
        return time
    zone = dt.timezone(dt.timedelta(seconds=ahead))
    try:
        return dt.datetime.fromisoformat(time).astimezone(zone).isoformat()
    except OverflowError:
        return time


def _location(row: Values) -> Location | None:
    latitude, longitude = row.raw("ZLATITUDE"), row.raw("ZLONGITUDE")
    if not (isinstance(latitude, int | float) and isinstance(longitude, int | float)):
        return None
    if not (-90 <= latitude <= 90 and _NOWHERE < longitude <= 180):
        return None
    return Location(latitude=float(latitude), longitude=float(longitude))
