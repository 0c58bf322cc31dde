"""Mentions in documents as events: one for each identity on each page that names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.evidence.text_identities import Found, find_identities
from schedulerx.model.event import Actor, DeviceMention, Event, EventKind

_EXTRACTOR = "text/1"
_MOST = 2000  # a directory of a whole town is no evidence of each of its people
_AROUND = 60  # characters of the text around a mention

Box = tuple[float, float, float, float]


class LineBox(msgspec.Struct, frozen=True, kw_only=True):
    """Where on its page a recognised line stands, each side a share of the page from 0 to 1."""

    text: str
    box: Box
    words: tuple[tuple[str, Box], ...] = ()  # in the order of the text


class PageText(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a page, or of a whole document where `number` is None."""

    text: str
    number: int | None = None
    lines: tuple[LineBox, ...] = ()  # of a recognised page


def mention_events(
    maker: EventMaker, pages: Iterable[PageText], warnings: list[str]
) -> Iterator[Event]:
    """Each identity once a page, in the order of the text."""
    count = 0
    for page in pages:
        seen: set[Actor | DeviceMention] = set()
        for found in find_identities(page.text, maker.region):
            if found.identity in seen:
                continue
            seen.add(found.identity)
            count += 1
            if count > _MOST:
                warnings.append(f"Names more than {_MOST} numbers and addresses: others left out.")
                return
            yield _mention(maker, page, found)


def _mention(maker: EventMaker, page: PageText, found: Found) -> Event:
    who = found.identity
    called = _called(who)
    where = f"page {page.number} " if page.number else ""
    return maker.event(
        EventKind.MENTION,
        Place(
            _EXTRACTOR,
            f"{where}{called}",
            page=page.number,
            box=box_of(page, page.text[found.start : found.end]),
            offset=found.start,
        ),
        actors=(who,) if isinstance(who, Actor) else (),
        devices=(who,) if isinstance(who, DeviceMention) else (),
        summary=f"{called} in: {_context(page.text, found)}",
    )


def _called(who: Actor | DeviceMention) -> str:
    if isinstance(who, Actor):
        return who.phone or who.email or ""
    named = (("IMEI", who.imei), ("IMSI", who.imsi), ("SIM card", who.iccid),
             ("MAC address", who.mac), ("serial number", who.serial))  # fmt: skip
    return next(f"{what} {value}" for what, value in named if value)


def _context(text: str, found: Found) -> str:
    start, end = max(0, found.start - _AROUND), min(len(text), found.end + _AROUND)
    return " ".join(text[start:end].split())


def box_of(page: PageText, written: str) -> Box | None:
    """The box around the words of it in the first line that holds it; None where none does."""
    for line in page.lines:
        start = line.text.find(written)
        if start >= 0:
            boxes = list(_between(line, start, start + len(written)))
            return _around(boxes) if boxes else line.box
    return None


def _between(line: LineBox, start: int, end: int) -> Iterator[Box]:
    """The boxes of the words that stand in this slice of the line."""
    place = 0
    for word, box in line.words:
        at = line.text.find(word, place)
        if at >= 0:
            place = at + len(word)
            if at < end and start < place:
                yield box


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
