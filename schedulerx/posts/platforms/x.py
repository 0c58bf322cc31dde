"""X (API v2): a post cannot be known again by a key, so it is sent once and then looked for.

Source: docs.x.com, "Media upload", "Create Post", "Rate limits", "OAuth 2.0 with PKCE".
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Generic

import msgspec

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Request, Response, T
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import MediaItem
from schedulerx.posts.oauth import OAuth, at_server
from schedulerx.posts.options import Option
from schedulerx.posts.outcomes import (
    Absent,
    AccountRefused,
    AnswerLost,
    NotAccepted,
    Published,
    Ready,
    Refused,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import is_since, raise_for, said, with_link
from schedulerx.posts.platforms.renewal import sent_with
from schedulerx.posts.platforms.weighted import weighted_length

_API = "https://api.x.com"
_MAX_TEXT = 280
_CHUNK = 4 * 1024**2  # bytes; a segment may have 5 MB
_MOST_S = 300.0  # between two looks at a medium that is being processed
_LINK = re.compile(r"https?://\S+")
_OAUTH = OAuth(
    authorize_url="https://x.com/i/oauth2/authorize",
    token_url=f"{_API}/2/oauth2/token",
    scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
    pkce=True,
    client_auth="basic",
)


class _Data(msgspec.Struct, Generic[T], frozen=True):
    """What every answer is wrapped in; beside it, or in its place, there may be errors."""

    data: T


class _User(msgspec.Struct, frozen=True):
    id: str
    username: str = ""


class _Attached(msgspec.Struct, frozen=True):
    media_keys: list[str] = []


class _Post(msgspec.Struct, frozen=True):
    id: str
    text: str = ""
    created_at: str = ""
    attachments: _Attached = _Attached()


class _Posts(msgspec.Struct, frozen=True):
    data: list[_Post] = []


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


class _Said(msgspec.Struct, frozen=True):
    """An error (RFC 7807)."""

    title: str = ""
    detail: str = ""
    type: str = ""


class X:
    """Implements `schedulerx.posts.platform.Platform`."""

    name = "x"
    options: Mapping[str, Option] = {}
    oauth = _OAUTH
    credentials = ()
    limits = Limits(
        max_text=_MAX_TEXT,
        max_pictures=4,
        max_videos=1,
        picture=MediaLimits(
            media_types=("image/jpeg", "image/png", "image/webp"), max_bytes=5 * 1024**2
        ),
        animation=MediaLimits(
            media_types=("image/gif",), max_bytes=15 * 1024**2, max_width=1280, max_height=1080
        ),
        video=MediaLimits(
            media_types=("video/mp4", "video/quicktime"),
            max_bytes=512 * 1024**2,
            min_seconds=0.5,
            max_seconds=140,
            max_fps=60,
            video_codecs=("h264",),
            audio_codecs=("aac",),
        ),
        max_alt=1000,
        rates=(Rate(count=100, seconds=900),),  # per user
    )

    def check(self, draft: Draft) -> list[Problem]:
        """Text is weighted; an animation stands alone."""
        problems = []
        length = weighted_length(with_link(draft.content))
        if length > _MAX_TEXT:
            words = f"the text counts {length} characters, X takes {_MAX_TEXT}"
            problems.append(Problem(rule="text_length", message=words))
        if len(draft.media) > 1 and any(map(_is_animation, draft.media)):
            words = "X takes an animated GIF alone, not beside other media"
            problems.append(Problem(rule="media_mixed", message=words))
        return problems

    def prepare(self, session: Session) -> Ready | Waiting:
        """Uploads each medium from where the handle says, describes it, waits for processing."""
        waits = [_uploaded(session, item) for item in session.draft.media]
        return Waiting(seconds=max(waits)) if any(waits) else Ready()

    def publish(self, session: Session) -> Published | Waiting:
        """Creates the post. The moment of the first attempt is kept, to look from."""
        is_again = "sent_at" in session.handle
        if not is_again:
            session.save({**session.handle, "sent_at": session.now().isoformat()})
        body: dict[str, Any] = {"text": with_link(session.draft.content)}
        if session.draft.media:
            known = session.handle["media"]
            body["media"] = {
                "media_ids": [known[item.sha256]["id"] for item in session.draft.media]
            }
        answer = _call(session, "POST", "/2/tweets", json=body)
        if answer.status == 403 and "duplicate" in said(answer, _Said).detail.lower():
            raise _duplicate(is_again=is_again)
        # A 2xx with errors and without data tells nothing of what became of it: AnswerLost.
        return _published(_answered(answer, session).read(_Data[_Post]).data.id)

    def poll(self, session: Session) -> Published | Waiting:
        """A post is there once it is accepted."""
        found = self.find(session)
        return found if isinstance(found, Published) else Waiting(seconds=self.limits.poll_seconds)

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Looks among the account's latest for one new post that says the same."""
        if "sent_at" not in session.handle:
            return Absent()  # the moment is kept before the request
        me = _answered(_call(session, "GET", "/2/users/me"), session).read(_Data[_User]).data
        query = {
            "max_results": "100", "tweet.fields": "created_at,entities,attachments",
            "exclude": "retweets",
        }  # fmt: skip
        answer = _call(session, "GET", f"/2/users/{me.id}/tweets", query=query)
        posts = _answered(answer, session).read(_Posts).data
        ours = [post for post in posts if _is_ours(post, session)]
        if len(ours) == 1:
            return _published(ours[0].id)
        return Unsure(hint=f"look at https://x.com/{me.username}")


def _duplicate(*, is_again: bool) -> Exception:
    """The same text is there: ours, if it was sent before; else one that nobody sent from here."""
    if is_again:
        return AnswerLost("X says that it has this text already", code="duplicate")
    return Refused("X says that the account has posted this text before", code="duplicate")


def _is_animation(item: MediaItem) -> bool:
    return item.media_type == "image/gif"


def _category(item: MediaItem) -> str:
    if is_video(item):
        return "tweet_video"
    return "tweet_gif" if _is_animation(item) else "tweet_image"


def _uploaded(session: Session, item: MediaItem) -> float:
    """Seconds to wait for a medium; 0: it is ready. Goes on with what the handle has of it."""
    known = session.handle.get("media", {}).get(item.sha256)
    if known is None or known["ends"] < session.now().timestamp():
        known = _begun(session, item)
    while known["segment"] * _CHUNK < item.bytes:
        known = _appended(session, item, known)
    if item.alt and not known.get("described"):
        metadata = {"alt_text": {"text": item.alt}}
        body = {"id": known["id"], "metadata": metadata}
        _answered(_call(session, "POST", "/2/media/metadata", json=body), session)
        known = _kept(session, item, {**known, "described": True})
    return 0.0 if known.get("ready") else _processed(session, item, known)


def _begun(session: Session, item: MediaItem) -> dict[str, Any]:
    body = {
        "media_type": item.media_type, "total_bytes": item.bytes,
        "media_category": _category(item),
    }  # fmt: skip
    answer = _call(session, "POST", "/2/media/upload/initialize", json=body)
    upload = _answered(answer, session).read(_Data[_Upload]).data
    ends = session.now().timestamp() + upload.expires_after_secs
    return _kept(session, item, {"id": upload.id, "segment": 0, "ends": ends})


def _appended(session: Session, item: MediaItem, known: dict[str, Any]) -> dict[str, Any]:
    """The next segment. Sent again it takes its own place."""
    segment = known["segment"]
    content = session.media.open(item, segment * _CHUNK, min(_CHUNK, item.bytes - segment * _CHUNK))
    answer = _call(
        session, "POST", f"/2/media/upload/{known['id']}/append",
        form={"segment_index": str(segment)},
        files={"media": ("segment", content, "application/octet-stream")},
        timeout_s=120.0,
    )  # fmt: skip
    _answered(_there(answer), session)
    return _kept(session, item, {**known, "segment": segment + 1})


def _processed(session: Session, item: MediaItem, known: dict[str, Any]) -> float:
    """Finalizes once, then reads the status."""
    if known.get("finalized"):
        query = {"command": "STATUS", "media_id": known["id"]}
        answer = _call(session, "GET", "/2/media/upload", query=query)
    else:
        answer = _call(session, "POST", f"/2/media/upload/{known['id']}/finalize")
    told = _answered(_there(answer), session).read(_Data[_Processed]).data.processing_info
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


def _is_ours(post: _Post, session: Session) -> bool:
    return (
        is_since(post.created_at, session.handle["sent_at"])
        and len(post.attachments.media_keys) == len(session.draft.media)
        and _bare(html.unescape(post.text)) == _bare(with_link(session.draft.content))
    )


def _bare(text: str) -> str:
    """The words alone: X shortens links, and adds one for media."""
    return " ".join(_LINK.sub(" ", unicodedata.normalize("NFC", text)).split())


def _published(post_id: str) -> Published:
    return Published(platform_id=post_id, url=f"https://x.com/i/status/{post_id}")


def _call(session: Session, method: str, path: str, **content: Any) -> Response:
    url = at_server(session.account.server, f"{_API}{path}")
    return sent_with(_OAUTH, session, Request(method=method, url=url, **content))


def _answered(answer: Response, session: Session) -> Response:
    """The answer, if it is a yes."""
    if answer.status < 300:
        return answer
    told = said(answer, _Said)
    reason = told.detail or told.title or "no reason"
    code = told.type.rpartition("/")[2]
    words = f"X: {reason}"
    if answer.status == 402 or code in ("client-forbidden", "oauth1-permissions"):
        raise AccountRefused(words, code=code or "402")
    if answer.status == 400 and "media id" in reason.lower():
        raise NotAccepted(words, code=code, restart=True)
    raise_for(answer, words, code, session.now())
    raise AnswerLost(words, code=code)
