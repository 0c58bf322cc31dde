"""A video on its way to TikTok: chunks in order, the last of which publishes it.

Source: developers.tiktok.com, Content Posting API, Media Transfer Guide.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from schedulerx.posts.http import Request
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import AnswerLost, NotAccepted, Ready, Throttled, Waiting
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.answers import asked_wait

LEAST, MOST = 5 * 1024**2, 64 * 1024**2  # bytes of a chunk; the last may have 128 MB
URL_LASTS = timedelta(hours=1)
_CLOCKS_DIFFER = timedelta(minutes=10)
_A_CALL = timedelta(minutes=5)  # of sending, then the caller is told to come back


def chunks(size: int, chunk: int) -> list[tuple[int, int]]:
    """Start and end of each chunk: as many as fit, and the last takes what is left over."""
    count = max(1, size // chunk)
    starts = [position * chunk for position in range(count)]
    return list(zip(starts, [*starts[1:], size], strict=True))


def is_over(session: Session) -> bool:
    """Whether the upload's URL has surely ended, so that no byte can reach it any more."""
    begun = datetime.fromisoformat(session.handle["begun"])
    return session.now() > begun + URL_LASTS + _CLOCKS_DIFFER


def send_all_but_last(session: Session, item: MediaItem, chunk: int) -> Ready | Waiting:
    """Sends from where the handle says the upload stands.

    Raises:
        NotAccepted: the upload is closed, or stands elsewhere: it begins anew.
    """
    begun = session.now()
    for start, end in chunks(item.bytes, chunk)[:-1]:
        if end <= session.handle["sent"]:
            continue
        if session.now() - begun > _A_CALL:
            return Waiting(seconds=0)
        _send(session, item, start, end)
        session.save({**session.handle, "sent": end})
    return Ready()


def _send(session: Session, item: MediaItem, start: int, end: int) -> None:
    status = put(session, item, start, end)
    if status in (400, 403, 404, 416):  # nothing is visible before the last byte
        raise NotAccepted(f"TikTok closed the upload ({status})", code=str(status), restart=True)
    if status >= 300:
        raise AnswerLost(f"TikTok's upload answers {status}", code=str(status))


def send_last(session: Session, item: MediaItem, chunk: int) -> None:
    """Sends the last chunk: publishing follows.

    Raises:
        AnswerLost: whatever else is answered than yes, the status has to be read first.
    """
    start, end = chunks(item.bytes, chunk)[-1]
    status = put(session, item, start, end)
    if status >= 300:
        raise AnswerLost(f"TikTok's upload answers {status}", code=str(status))


def put(session: Session, item: MediaItem, start: int, end: int) -> int:
    """The status of the answer to a chunk.

    Raises:
        NotAccepted: throttled.
    """
    body = session.media.open(item, start, end - start)
    headers = {
        "content-type": item.media_type,
        "content-range": f"bytes {start}-{end - 1}/{item.bytes}",
    }
    answer = session.http.send(
        Request(
            method="PUT", url=session.handle["upload_url"], headers=headers, body=body,
            timeout_s=300,
        )
    )  # fmt: skip
    if answer.status == 429:
        wait = asked_wait(answer, session.now())
        raise Throttled("TikTok throttles the upload", code="429", after_s=wait)
    return answer.status
