"""A reel on its way to a Facebook page: begun, sent in one go, goes on where it broke off.

Source: developers.facebook.com, Video API, Reels Publishing API.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schedulerx.posts.checking import breaches
from schedulerx.posts.http import Request, Response
from schedulerx.posts.limits import MediaLimits
from schedulerx.posts.model import MediaItem
from schedulerx.posts.options import is_on
from schedulerx.posts.outcomes import AnswerLost, NotAccepted
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import is_lost, with_link
from schedulerx.posts.platforms.facebook_page import answered, call, page_of

_NEAR = 1.01  # of 9 by 16: sides are whole pixels
_LIMITS = MediaLimits(  # "Before You Start", specifications
    media_types=("video/mp4", "video/quicktime"),
    min_seconds=3,
    max_seconds=90,
    min_width=540,
    min_height=960,
    min_aspect=9 / 16 / _NEAR,
    max_aspect=9 / 16 * _NEAR,
    min_fps=23,  # 24 by the documentation: 23.976 is called so
    max_fps=60,
)
_UPLOAD_S = 900.0


class _Begun(msgspec.Struct, frozen=True):
    video_id: str
    upload_url: str


class _Uploading(msgspec.Struct, frozen=True):
    bytes_transferred: int = 0


class _Status(msgspec.Struct, frozen=True):
    uploading_phase: _Uploading = _Uploading()


class _Video(msgspec.Struct, frozen=True):
    status: _Status = _Status()


def is_reel(draft: Draft) -> bool:
    """Whether its video is to be a reel."""
    return is_on(draft.content.options.get("reel"))


def problems_of_reel(film: MediaItem) -> Iterator[Problem]:
    """What a reel may not be, though a video may."""
    for breach in breaches(film, _LIMITS):
        step = "; choose --option fit=crop --option aspect=9:16" if breach.rule == "aspect" else ""
        words = f"{film.name} {breach.words}, says Facebook of reels{step}"
        yield Problem(rule=breach.rule, message=words)


def begin(session: Session, film: MediaItem) -> None:
    """Gets an id, and where the video goes."""
    path = f"{page_of(session).id}/video_reels"
    answer = call(session, "POST", path, form={"upload_phase": "start"})
    given = answered(session, answer, _Begun)
    names = {"video": given.video_id, "upload_url": given.upload_url}
    session.save({**session.handle, **names, "start": 0, "end": film.bytes})


def transfer(session: Session, film: MediaItem) -> None:
    """Sends the video, or what is missing of it.

    Raises:
        NotAccepted: the upload is of no use: it begins anew.
    """
    start = _received(session) if session.handle.get("tried") else 0
    session.save({**session.handle, "tried": True, "start": start})
    if start < film.bytes:
        _check(_sent(session, film, start))
        session.save({**session.handle, "start": film.bytes})


def end(session: Session) -> Response:
    """The answer to the request that shows it."""
    content = session.draft.content
    form = {
        "upload_phase": "finish",
        "video_id": session.handle["video"],
        "video_state": "PUBLISHED",
        "description": with_link(content),
        **({"title": content.title} if content.title else {}),
    }
    return call(session, "POST", f"{page_of(session).id}/video_reels", form=form)


def _received(session: Session) -> int:
    """How many bytes have arrived."""
    answer = call(session, "GET", session.handle["video"], query={"fields": "status"})
    return answered(session, answer, _Video).status.uploading_phase.bytes_transferred


def _sent(session: Session, film: MediaItem, start: int) -> Response:
    headers = {
        "authorization": f"OAuth {page_of(session).token}",
        "offset": str(start),
        "file_size": str(film.bytes),
        "content-type": "application/octet-stream",
    }
    body = session.media.open(film, start, film.bytes - start)
    return session.http.send(
        Request(
            method="POST", url=session.handle["upload_url"], headers=headers, body=body,
            timeout_s=_UPLOAD_S,
        )
    )  # fmt: skip


def _check(answer: Response) -> None:
    if is_lost(answer.status) and answer.status >= 300:
        raise AnswerLost(f"Facebook's upload answers {answer.status}", code=str(answer.status))
    if answer.status >= 300:
        words = f"Facebook closed the upload ({answer.status})"
        raise NotAccepted(words, code=str(answer.status), restart=True)
