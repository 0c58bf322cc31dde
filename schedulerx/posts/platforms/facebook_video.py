"""A video on its way to a Facebook page: it is seen once its upload is ended, which has an id.

Source: developers.facebook.com, Video API, Resumable Upload (start, transfer, finish).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from schedulerx.posts.http import Response
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import (
    Absent,
    AnswerLost,
    NotAccepted,
    Published,
    Ready,
    Refused,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms import facebook_reel as reel
from schedulerx.posts.platforms.answers import only_read, with_link
from schedulerx.posts.platforms.facebook_page import VIDEO_HOME, answered, call, page_of
from schedulerx.posts.platforms.graph import Said, said_by

_MOST = 32 * 1024**2  # bytes of a request, whatever more is asked for
_A_CALL = timedelta(minutes=5)  # of sending, then the caller is told to come back
_ELSEWHERE = 1363037  # the server expects another offset, and says which
_UNUSABLE = frozenset({6000, 6001})  # of an upload: it begins anew
_POLL_S = 10.0


class _Offsets(msgspec.Struct, frozen=True):
    """The bytes that the server asks for next."""

    start_offset: int
    end_offset: int


class _Begun(msgspec.Struct, frozen=True):
    video_id: str
    upload_session_id: str
    start_offset: int
    end_offset: int


class _Ended(msgspec.Struct, frozen=True):
    success: bool


class _Error(msgspec.Struct, frozen=True):
    message: str = ""


class _Phase(msgspec.Struct, frozen=True):
    publish_status: str = ""
    error: _Error = _Error()


class _Status(msgspec.Struct, frozen=True):
    video_status: str = ""
    uploading_phase: _Phase = _Phase()
    processing_phase: _Phase = _Phase()
    publishing_phase: _Phase = _Phase()

    def reason(self) -> str:
        """The message of the phase that failed."""
        phases = (self.uploading_phase, self.processing_phase, self.publishing_phase)
        return next((each.error.message for each in phases if each.error.message), "no reason")


class _Video(msgspec.Struct, frozen=True):
    status: _Status = _Status()
    permalink_url: str = ""


def prepare(session: Session, film: MediaItem) -> Ready | Waiting:
    """Begins the upload, and sends what the server asks for until it has all.

    Raises:
        Refused: the video was ended before, and cannot be processed.
    """
    if "sent_at" in session.handle and isinstance(_state(session), Published):
        session.save({**session.handle, "live": True})
    begin, transfer = (reel.begin, reel.transfer) if is_reel(session) else (_begin, _transfer)
    if "video" not in session.handle:
        begin(session, film)
    begun = session.now()
    while session.handle["start"] < session.handle["end"]:
        if session.now() - begun > _A_CALL:
            return Waiting(seconds=0)
        transfer(session, film)
    return Ready()


def publish(session: Session) -> Published | Waiting:
    """Ends the upload. Ended before, a no says nothing: the video itself is read."""
    if session.handle.get("live"):
        return Waiting(seconds=0)
    was_sent = "sent_at" in session.handle
    session.save({**session.handle, "sent_at": session.now().isoformat()})
    try:
        answer = reel.end(session) if is_reel(session) else _end(session)
        ended = answered(session, answer, _Ended)
    except Refused as error:
        if not was_sent:
            raise
        session.save({**session.handle, "doubt": True})
        raise AnswerLost(str(error), code=error.code) from error
    if not ended.success:
        raise AnswerLost("Facebook says neither yes nor no to the end of the upload")
    return Waiting(seconds=_POLL_S)


def poll(session: Session) -> Published | Waiting:
    """Reads how far the video is.

    Raises:
        Refused: it cannot be processed.
    """
    return _state(session)


def find(session: Session) -> Published | Absent | Unsure:
    """Reads the video. Not seen yet, its upload may be ended again: it stays one video."""
    if "video" not in session.handle:
        return Absent()  # its upload is not begun
    try:
        state = _state(session)
    except Refused:
        return Absent()  # it cannot be processed; `prepare` reads so, and why
    if isinstance(state, Published):
        return state
    if session.handle.get("doubt"):
        page = page_of(session).id
        return Unsure(hint=f"look at https://www.facebook.com/{page}/videos: it is not seen yet")
    return Absent()


def is_reel(session: Session) -> bool:
    """Whether the upload is, or is to be, a reel's."""
    return "upload_url" in session.handle or (
        "upload" not in session.handle and reel.is_reel(session.draft)
    )


def _end(session: Session) -> Response:
    """The answer to the request that shows it."""
    content = session.draft.content
    form = {
        "upload_phase": "finish",
        "upload_session_id": session.handle["upload"],
        "description": with_link(content),
        **({"title": content.title} if content.title else {}),
    }
    return _videos(session, form)


def _begin(session: Session, film: MediaItem) -> None:
    form = {"upload_phase": "start", "file_size": str(film.bytes)}
    given = answered(session, _videos(session, form), _Begun)
    names = {"video": given.video_id, "upload": given.upload_session_id}
    bounds = {"start": given.start_offset, "end": given.end_offset}
    session.save({**session.handle, **names, **bounds})


def _transfer(session: Session, film: MediaItem) -> None:
    """Sends the bytes that are asked for."""
    start = session.handle["start"]
    length = min(session.handle["end"] - start, _MOST)
    form = {
        "upload_phase": "transfer",
        "upload_session_id": session.handle["upload"],
        "start_offset": str(start),
    }
    part = session.media.open(film, start, length)
    files = {"video_file_chunk": (film.name or "video", part, "application/octet-stream")}
    answer = _videos(session, form, files=files, timeout_s=300)
    said = said_by(answer)
    if said.code in _UNUSABLE and said.subcode != _ELSEWHERE:
        raise NotAccepted(f"Facebook: {said.message}", code=said.word, restart=True)
    offsets = _elsewhere(said) or answered(session, answer, _Offsets)
    if offsets.start_offset == start < offsets.end_offset:
        raise AnswerLost("Facebook asks for the same bytes again")
    bounds = {"start": offsets.start_offset, "end": offsets.end_offset}
    session.save({**session.handle, **bounds})


def _elsewhere(said: Said) -> _Offsets | None:
    """Where the server stands, where it expects other bytes than it got."""
    if said.subcode != _ELSEWHERE:
        return None
    try:
        return msgspec.convert(said.data, _Offsets, strict=False)
    except msgspec.ValidationError:
        return None


def _state(session: Session) -> Published | Waiting:
    """Whether the video can be seen.

    Raises:
        Refused: it cannot be processed.
    """
    video = session.handle["video"]
    with only_read():
        query = {"fields": "status,published,permalink_url"}
        found = answered(session, call(session, "GET", video, query=query), _Video)
    if found.status.video_status == "error":
        words = f"Facebook could not process it: {found.status.reason()}"
        raise Refused(words, code="video_status")
    if found.status.publishing_phase.publish_status != "published":
        return Waiting(seconds=_POLL_S)
    path = found.permalink_url or f"/{video}"
    return Published(platform_id=video, url=f"https://www.facebook.com{path}")


def _videos(session: Session, form: dict[str, str], **content: Any) -> Response:
    path = f"{page_of(session).id}/videos"
    return call(session, "POST", path, home=VIDEO_HOME, form=form, **content)
