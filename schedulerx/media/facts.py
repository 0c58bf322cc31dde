"""What one source of metadata tells of a picture, and how sources are put together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from schedulerx.media.moments import Capture, Moment, capture
from schedulerx.model.record import Description

_MARKUP = re.compile(r"(?i)<\s*/?(?:script|html|body|iframe|object|embed|svg|img|link|meta)\b")
# What people write about a picture: programs keep it in XMP, and leave EXIF as it was.
EDITORIAL = frozenset({"title", "caption", "keywords", "author", "copyright", "rating"})
# Told together, by one source.
_PLACE = ("gps", "gps_from", "altitude_m")
_TIME = ("captured_at", "captured_from", "zone_from")
_SINGLE = tuple(
    name for name in Description.__struct_fields__ if name not in {*_PLACE, *_TIME, *EDITORIAL}
)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """One source's word. `fix` is UTC without a zone; `what` holds no time of capture: `moments`
    do. `broken_place`: it holds half a place, or one that is none.
    """

    what: Description = Description()
    moments: tuple[Moment, ...] = ()
    fix: datetime | None = None
    broken_place: bool = False
    warnings: tuple[str, ...] = ()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A description, and what was odd about it."""

    what: Description
    warnings: tuple[str, ...] = ()


def together(sources: Iterable[Facts]) -> Told:
    """All sources as one description. Of facts about the camera the first source that knows one
    counts, of what people write the last. Where one tells half a place, none is believed.
    """
    facts = list(sources)
    found: dict[str, object] = {}
    for source in facts:
        for name in _SINGLE:
            _take(found, source.what, (name,))
        if not any(other.broken_place for other in facts):
            _take(found, source.what, _PLACE)
    for source in reversed(facts):
        for name in EDITORIAL:
            _take(found, source.what, (name,))
    what = replace(Description(), **found)
    warnings = tuple(dict.fromkeys(word for source in facts for word in source.warnings))
    if any(_MARKUP.search(word) for word in _written(what)):
        warnings += ("the picture's words hold markup, as a web page does; they are kept as text",)
    return Told(what=timed(what, facts), warnings=warnings)


def _written(what: Description) -> tuple[str, ...]:
    words = (what.title, what.caption, what.author, what.copyright, what.software, *what.keywords)
    return tuple(word for word in words if word)


def timed(what: Description, facts: list[Facts]) -> Description:
    """The description with the capture that all sources together tell."""
    fix = next((source.fix for source in facts if source.fix is not None), None)
    moments = (moment for source in facts for moment in source.moments)
    taken = capture(moments, fix, what.gps[1] if what.gps else None)
    return what if taken is None else with_capture(what, taken)


def with_capture(what: Description, taken: Capture) -> Description:
    """The description with this capture."""
    return replace(
        what,
        captured_at=taken.captured_at,
        captured_from=taken.captured_from,
        zone_from=taken.zone_from,
    )


def _take(found: dict[str, object], what: Description, names: tuple[str, ...]) -> None:
    """Takes over values that go together, where the first of them is new and known."""
    if names[0] not in found and getattr(what, names[0]) not in (None, ()):
        found.update({name: getattr(what, name) for name in names})
