"""Events of one file: what happened, when, between whom, and where in the file it says so."""

from __future__ import annotations

from collections.abc import Iterator

from schedulerx.documents.formats import Format, format_of
from schedulerx.evidence.captures import capture_event, creation_event
from schedulerx.evidence.maker import EventMaker
from schedulerx.evidence.storage import store_events
from schedulerx.model.event import Event, EventKind
from schedulerx.model.keys import events_key
from schedulerx.model.record import Record
from schedulerx.model.work import FileWork

_CAPTURES = {Format.IMAGE: EventKind.PHOTO_TAKEN, Format.VIDEO: EventKind.VIDEO_TAKEN}


def run(work: FileWork, record: Record) -> Record:
    """The record with the events its file holds; the same record where the kind holds none."""
    form = format_of(record.media_type, record.origin.path)
    if form is None or record.sha256 is None:
        return record
    maker = EventMaker(record.object_id, record.sha256, work.settings.generate_events.region)
    events = _events(work, record, form, maker)
    return store_events(
        record, events, work.artifacts, events_key(record.object_id, work.fingerprint)
    )


def _events(work: FileWork, record: Record, form: Format, maker: EventMaker) -> Iterator[Event]:
    del work
    kind = _CAPTURES.get(form)
    if kind is not None:
        event = capture_event(maker, kind, record.description)
    else:
        event = creation_event(maker, record.description)
    if event is not None:
        yield event
