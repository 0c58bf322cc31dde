"""Facts from IPTC-IIM: what agencies and older programs write about a picture."""

from __future__ import annotations

import re

from schedulerx.formats.iptc import Datasets, datasets
from schedulerx.media.cameras import caption, tidy
from schedulerx.media.facts import Facts
from schedulerx.media.moments import Moment
from schedulerx.media.times import exif_moment, exif_offset
from schedulerx.model.record import Description

_TITLE, _KEYWORDS, _DATE, _TIME, _AUTHOR = 5, 25, 55, 60, 80
_HEADLINE, _COPYRIGHT, _CAPTION = 105, 116, 120
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_CLOCK = re.compile(r"(\d\d)(\d\d)(\d\d)(?:([+-]\d\d)(\d\d))?")


def iptc_facts(block: bytes | None) -> Facts:
    """The facts in a block of datasets."""
    if not block:
        return Facts()
    known = datasets(block)
    words = (tidy(word) for word in known.get(_KEYWORDS, ()))
    moment = _created(known)
    return Facts(
        what=Description(
            title=tidy(_first(known, _TITLE)) or tidy(_first(known, _HEADLINE)),
            caption=caption(_first(known, _CAPTION)),
            keywords=tuple(dict.fromkeys(word for word in words if word)),
            author=tidy("; ".join(known.get(_AUTHOR, ())[:20])),
            copyright=tidy(_first(known, _COPYRIGHT)),
        ),
        moments=(moment,) if moment else (),
    )


def _first(known: Datasets, number: int) -> str | None:
    return known[number][0] if number in known else None


def _created(known: Datasets) -> Moment | None:
    """A date without a clock tells no time of capture."""
    day = _DAY.fullmatch(_first(known, _DATE) or "")
    clock = _CLOCK.fullmatch(_first(known, _TIME) or "")
    if day is None or clock is None:
        return None
    local = exif_moment(f"{':'.join(day.groups())} {':'.join(clock.groups()[:3])}")
    offset = exif_offset(f"{clock.group(4)}:{clock.group(5)}") if clock.group(4) else None
    return Moment("IPTC:DateCreated", local, offset) if local is not None else None
