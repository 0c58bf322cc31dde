"""Events a file's own description tells: a photo or video taken, a document created."""

from __future__ import annotations

from schedulerx.evidence.identities import normalise_email
from schedulerx.evidence.maker import EventMaker, Place
from schedulerx.evidence.names import clean_name
from schedulerx.model.event import Actor, DeviceMention, Event, EventKind, Location
from schedulerx.model.record import Description

_EXTRACTOR = "description/2"
# What programs write where a person's name belongs, folded: they are authors of nothing.
_PROGRAMS = frozenset(
    {"admin", "administrator", "anonymous", "apache poi", "author", "default", "default user",
     "microsoft office user", "office user", "openpyxl", "owner", "python-docx", "python-pptx",
     "root", "unknown", "user", "xlsxwriter"}
)  # fmt: skip


def camera_label(description: Description) -> str | None:
    """Make and model without repetition: "Apple iPhone 4", "Canon EOS 5D"."""
    make = (description.camera_make or "").strip()
    model = (description.camera_model or "").strip()
    if model.casefold().startswith(make.casefold()):
        make = ""
    return " ".join(part for part in (make, model) if part) or None


def capture_event(maker: EventMaker, kind: EventKind, description: Description) -> Event | None:
    """The photo or the video as taken; None where the file does not say when."""
    if description.captured_at is None:
        return None
    label = camera_label(description)
    return maker.event(
        kind,
        Place(_EXTRACTOR, "exif", field=description.captured_from),
        start=description.captured_at,
        devices=_camera(label, description.camera_serial),
        location=_location(description.gps),
        summary=_capture_summary(kind, label, description.gps),
    )


def _location(gps: tuple[float, float] | None) -> Location | None:
    return Location(latitude=gps[0], longitude=gps[1]) if gps else None


def _camera(label: str | None, serial: str | None) -> tuple[DeviceMention, ...]:
    return (DeviceMention(label=label, serial=serial),) if label or serial else ()


def _capture_summary(kind: EventKind, label: str | None, gps: tuple[float, float] | None) -> str:
    what = "Photo" if kind is EventKind.PHOTO_TAKEN else "Video"
    by = f" with {label}" if label else ""
    where = f" at {gps[0]:.6f}, {gps[1]:.6f}" if gps else ""
    return f"{what} taken{by}{where}"


def creation_event(maker: EventMaker, description: Description) -> Event | None:
    """The document as created, by its author; None where the file does not say when."""
    if description.created_at is None:
        return None
    return maker.event(
        EventKind.DOCUMENT_CREATED,
        Place(_EXTRACTOR, "properties", field="created"),
        start=description.created_at,
        actors=_authors(description.author or ""),
        summary=(description.title or "").strip() or "Document created",
    )


def _authors(written: str) -> tuple[Actor, ...]:
    """The person named as author: by name, or by an address; nobody where a program signed."""
    if written.strip().casefold() in _PROGRAMS:
        return ()
    email = normalise_email(written)
    if email is not None:
        return (Actor(role="author", email=email),)
    name = clean_name(written)
    return (Actor(role="author", name=name),) if name else ()
