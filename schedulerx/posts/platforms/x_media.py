"""Media on their way to X: begun, sent in segments, described, and waited for.

Source: docs.x.com, "Media upload" (initialize, append, finalize, status) and "Media metadata".
"""

from __future__ import annotations

from typing import Any

import msgspec

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Response
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import NotAccepted, Refused
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.x_api import Data, answered, call

_CHUNK = 4 * 1024**2  # bytes; a segment may have 5 MB
_MOST_S = 300.0  # between two looks at a medium that is being processed


class _Upload(msgspec.Struct, frozen=True):
    id: str
    expires_after_secs: float = 86_400.0


class _Trouble(msgspec.Struct, frozen=True):
    message: str = "no reason"


class _Processing(msgspec.Struct, frozen=True):
    state: str = "succeeded"
    check_after_secs: float = 5.0
    error: _Trouble = _Trouble()


class _Processed(msgspec.Struct, frozen=True):
    processing_info: _Processing = _Processing()


def is_animation(item: MediaItem) -> bool:
    """Whether an item is shown as X shows GIFs."""
    return item.media_type == "image/gif"


def _category(item: MediaItem) -> str:
    if is_video(item):
        return "tweet_video"
    return "tweet_gif" if is_animation(item) else "tweet_image"


def uploaded(session: Session, item: MediaItem) -> float:
    """Seconds to wait for a medium; 0: it is ready. Goes on with what the handle has of it."""
    known = session.handle.get("media", {}).get(item.sha256)
    if known is None or known["ends"] < session.now().timestamp():
        known = _begun(session, item)
    while known["segment"] * _CHUNK < item.bytes:
        known = _appended(session, item, known)
    # "Media metadata": pictures and GIFs have alt texts, videos have none.
    if item.alt and not is_video(item) and not known.get("described"):
        metadata = {"alt_text": {"text": item.alt}}
        body = {"id": known["id"], "metadata": metadata}
        answered(call(session, "POST", "/2/media/metadata", json=body), session)
        known = _kept(session, item, {**known, "described": True})
    return 0.0 if known.get("ready") else _processed(session, item, known)


def _begun(session: Session, item: MediaItem) -> dict[str, Any]:
    body = {
        "media_type": item.media_type, "total_bytes": item.bytes,
        "media_category": _category(item),
    }  # fmt: skip
    answer = call(session, "POST", "/2/media/upload/initialize", json=body)
    upload = answered(answer, session).read(Data[_Upload]).data
    ends = session.now().timestamp() + upload.expires_after_secs
    return _kept(session, item, {"id": upload.id, "segment": 0, "ends": ends})


def _appended(session: Session, item: MediaItem, known: dict[str, Any]) -> dict[str, Any]:
    """The next segment. Sent again it takes its own place."""
    segment = known["segment"]
    content = session.media.open(item, segment * _CHUNK, min(_CHUNK, item.bytes - segment * _CHUNK))
    answer = call(
        session, "POST", f"/2/media/upload/{known['id']}/append",
        form={"segment_index": str(segment)},
        files={"media": ("segment", content, "application/octet-stream")},
        timeout_s=120.0,
    )  # fmt: skip
    answered(_there(answer), session)
    return _kept(session, item, {**known, "segment": segment + 1})


def _processed(session: Session, item: MediaItem, known: dict[str, Any]) -> float:
    """Finalizes once, then reads the status."""
    if known.get("finalized"):
        query = {"command": "STATUS", "media_id": known["id"]}
        answer = call(session, "GET", "/2/media/upload", query=query)
    else:
        answer = call(session, "POST", f"/2/media/upload/{known['id']}/finalize")
    told = answered(_there(answer), session).read(Data[_Processed]).data.processing_info
    if told.state == "failed":
        words = f"X could not process {item.name}: {told.error.message}"
        raise Refused(words, code="media_failed")
    is_ready = told.state == "succeeded"
    _kept(session, item, {**known, "finalized": True, "ready": is_ready})
    return 0.0 if is_ready else min(max(1.0, told.check_after_secs), _MOST_S)


def _there(answer: Response) -> Response:
    """The answer, unless the upload it is about is gone."""
    if answer.status == 404:
        raise NotAccepted("an uploaded medium is gone; it is uploaded again", restart=True)
    return answer


def _kept(session: Session, item: MediaItem, known: dict[str, Any]) -> dict[str, Any]:
    media = {**session.handle.get("media", {}), item.sha256: known}
    session.save({**session.handle, "media": media})
    return known
