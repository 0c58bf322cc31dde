"""Events of one file: what happened, when, between whom, and where in the file it says so."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from msgspec.structs import replace

from schedulerx.documents.formats import Format, format_of
from schedulerx.evidence.captures import capture_event, creation_event
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.mentions import mention_events
from schedulerx.evidence.papers import has_paper, paper_events
from schedulerx.evidence.storage import store_events
from schedulerx.evidence.text_identities import find_identities
from schedulerx.media.extensions import promised
from schedulerx.model.event import Event, EventKind
from schedulerx.model.keys import events_key
from schedulerx.model.record import Description, Record
from schedulerx.model.work import FileWork
from schedulerx.steps.document_text import page_texts, whole_text
from schedulerx.steps.event_sources import SOURCES, salvaged
from schedulerx.steps.unlocked import unlocked


def run(work: FileWork, record: Record) -> Record:
    """The record with the events its file holds; the same record where the kind holds none."""
    form = format_of(record.media_type, record.origin.path)
    if form not in _HOLDING or record.sha256 is None:
        return record
    work = unlocked(work, record)
    maker = EventMaker(record.object_id, record.sha256, work.settings.generate_events.region)
    warnings: list[str] = []
    described = _described(record, form, maker)
    written = salvaged(SOURCES[form](work, maker, warnings), warnings) if form in SOURCES else ()
    named = salvaged(_mentioned(work, record, form, maker, warnings), warnings)
    events = (event for event in chain(described, written, named) if event is not None)
    key = events_key(record.object_id, work.fingerprint)
    stored = store_events(record, events, work.artifacts, key)
    news = tuple(warning for warning in warnings if warning not in record.warnings)
    return replace(stored, warnings=(*record.warnings, *news))


def _described(record: Record, form: Format, maker: EventMaker) -> tuple[Event | None, ...]:
    """What the file's own description tells."""
    kind = _CAPTURES.get(form) or _kind_told(record.description)
    if kind is not None:
        return (capture_event(maker, kind, record.description),)
    return (creation_event(maker, record.description),)


def _kind_told(what: Description) -> EventKind | None:
    """Of a sidecar, what the picture it is about shows; only sidecars tell a time of capture."""
    if what.captured_at is None:
        return None
    about = promised(what.describes or "") or ""
    return EventKind.VIDEO_TAKEN if about.startswith("video/") else EventKind.PHOTO_TAKEN


def _mentioned(
    work: FileWork, record: Record, form: Format, maker: EventMaker, warnings: list[str]
) -> Iterator[Event]:
    """Whom and what a document's text names, and its own date. A list or a chat tells that by its
    entries.
    """
    if form not in _PROSE or (form in _CHATTING and record.reading and record.reading.rows):
        return
    text = whole_text(work, record)
    names = next(find_identities(text, maker.region), None) is not None
    if names:
        yield from mention_events(maker, page_texts(work, record, form), warnings)
    if has_paper(text, maker.region):
        yield from paper_events(maker, tuple(islice(page_texts(work, record, form), _PAPER_PAGES)))


_CAPTURES = {Format.IMAGE: EventKind.PHOTO_TAKEN, Format.VIDEO: EventKind.VIDEO_TAKEN}
# Of these only what they say of themselves is an event.
_DESCRIBED = frozenset({Format.PDF, Format.DOCX, Format.PPTX, Format.ODF})
_PAPER_PAGES = 20  # longer ones are no bills
_CHATTING = frozenset({Format.TEXT, Format.HTML})
_PROSE = frozenset({*_DESCRIBED, *_CHATTING, Format.IMAGE, Format.RTF, Format.DOC, Format.PPT})
_HOLDING = frozenset({*_CAPTURES, *SOURCES, *_DESCRIBED, *_PROSE})
