"""YouTube (Data API v3): an upload session is known by its address, so sending into it again makes
no second video. The last bytes make the video visible: they are what `publish` sends.

Source: developers.google.com/youtube/v3, "Resumable uploads", "Videos: insert", "Errors".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import msgspec

from schedulerx.posts.http import Request, Response
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import Content, MediaItem
from schedulerx.posts.oauth import OAuth, at_server
from schedulerx.posts.options import SWITCH, TEXT, WHOLE, Option, is_on
from schedulerx.posts.outcomes import (
    Absent,
    AccountRefused,
    AnswerLost,
    NotAccepted,
    Published,
    Ready,
    Refused,
    Throttled,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import raise_for, said, with_link
from schedulerx.posts.platforms.renewal import sent_with

_API = "https://www.googleapis.com"
_MAX_TITLE, _MAX_BYTES = 100, 5000  # characters; bytes of the description
_MAX_TAGS = 500  # characters, "Videos: snippet.tags[]"
_CHUNK = 32 * 256 * 1024  # bytes: multiples of 256 KiB are taken
_QUOTA_ZONE = ZoneInfo("America/Los_Angeles")  # where its day begins
_OAUTH = OAuth(
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106  (an address)
    scopes=(
        "https://www.googleapis.com/auth/youtube.upload",
        "https://www.googleapis.com/auth/youtube.readonly",
    ),
    pkce=True,
    authorize_extra={"access_type": "offline", "prompt": "consent"},
)
_QUOTA = ("quotaExceeded", "dailyLimitExceeded", "uploadLimitExceeded")
_RATE = ("rateLimitExceeded", "userRateLimitExceeded")
_ACCOUNT = ("youtubeSignupRequired", "authorizationRequired", "accountSuspended", "forbidden")


class _Video(msgspec.Struct, frozen=True):
    id: str


class _Status(msgspec.Struct, frozen=True, rename="camel"):
    upload_status: str
    rejection_reason: str = ""
    failure_reason: str = ""


class _Listed(msgspec.Struct, frozen=True):
    status: _Status


class _Videos(msgspec.Struct, frozen=True):
    items: list[_Listed] = []


class _Reason(msgspec.Struct, frozen=True):
    reason: str = ""


class _Error(msgspec.Struct, frozen=True):
    message: str = "no reason"
    errors: list[_Reason] = []


class _Said(msgspec.Struct, frozen=True):
    """An error's body."""

    error: _Error = _Error()


class YouTube:
    """Implements `schedulerx.posts.platform.Platform`. Options: `privacy` (public, unlisted,
    private), `category` (a number), `tags` (with commas), `made_for_kids`.
    """

    name = "youtube"
    options: Mapping[str, Option] = {
        "privacy": Option(choices=("public", "unlisted", "private")),
        "category": WHOLE,
        "tags": TEXT,
        "made_for_kids": SWITCH,
    }
    oauth = _OAUTH
    credentials = ()
    limits = Limits(
        max_text=_MAX_BYTES,
        max_title=_MAX_TITLE,
        min_media=1,
        max_videos=1,
        video=MediaLimits(
            media_types=("video/mp4", "video/quicktime", "video/webm", "video/x-matroska"),
            max_bytes=256 * 1024**3,
            max_seconds=12 * 3600,
        ),
        rates=(Rate(count=100, seconds=86_400),),  # inserts a day
        poll_seconds=15,
    )

    def check(self, draft: Draft) -> list[Problem]:
        """A title is needed; neither it nor the description may have angle brackets."""
        title, text = draft.content.title, with_link(draft.content)
        size = len(text.encode())
        broken = (
            (not title.strip(), "title_length", "YouTube needs a title"),
            (len(title) > _MAX_TITLE, "title_length",
             f"the title has {len(title)} characters, YouTube takes {_MAX_TITLE}"),
            (size > _MAX_BYTES, "text_length",
             f"the text has {size} bytes, YouTube takes {_MAX_BYTES}"),
            (_length(_tags(draft.content)) > _MAX_TAGS, "option",
             f"the tags have more than the {_MAX_TAGS} characters that YouTube takes"),
            (bool(re.search("[<>]", title + text)), "characters",
             "YouTube takes no < and > in titles and texts"),
        )  # fmt: skip
        return [Problem(rule=rule, message=words) for so, rule, words in broken if so]

    def prepare(self, session: Session) -> Ready | Waiting:
        """Opens a session, and uploads all but the last bytes, from where the server stands."""
        video = session.draft.media[0]
        if "upload" not in session.handle:
            session.save({**session.handle, "upload": _opened(session, video), "at": 0})
        else:  # an earlier execution got somewhere
            _stands(session, _probed(session, video))
        while "id" not in session.handle and session.handle["at"] + _CHUNK < video.bytes:
            _stands(session, _chunk(session, video))
        return Ready()

    def publish(self, session: Session) -> Published | Waiting:
        """Sends the last bytes."""
        if "id" not in session.handle:  # else they arrived, as the session says
            answer = _chunk(session, session.draft.media[0])
            _stands(session, answer)
            if "id" not in session.handle:
                raise NotAccepted("YouTube has not all of the video yet; it goes on")
        return Waiting(seconds=self.limits.poll_seconds)

    def poll(self, session: Session) -> Published | Waiting:
        """Reads whether the video is processed."""
        found = _seen(session)
        return found or Waiting(seconds=self.limits.poll_seconds)

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Asks the session: it has the video, or waits for the rest of it."""
        if "upload" not in session.handle:
            return Absent()
        if "id" in session.handle:
            return _seen(session) or _unsure("it does not list the video yet")
        answer = _probed(session, session.draft.media[0])
        if answer.status == 308:
            return Absent()  # what is missing goes into the same session
        if answer.status in (404, 410):
            return _unsure("its upload session has ended")
        return _published(_answered(answer, session).read(_Video).id)


def _tags(content: Content) -> list[str]:
    named = str(content.options.get("tags", ""))
    return [tag.strip() for tag in named.split(",") if tag.strip()]


def _length(tags: list[str]) -> int:
    """Characters of tags as YouTube counts them: one that has a space is put in quotes, and they
    are separated by commas.
    """
    return sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1)


def _seen(session: Session) -> Published | None:
    """The video, once it is processed; None while it is not, or is not listed yet.

    Raises:
        Refused: it will never be seen.
    """
    query = {"part": "status", "id": session.handle["id"]}
    answer = _call(session, "GET", "/youtube/v3/videos", query=query)
    status = next((each.status for each in _answered(answer, session).read(_Videos).items), None)
    if status is None or status.upload_status == "uploaded":
        return None
    if status.upload_status in ("failed", "rejected", "deleted"):
        reason = status.rejection_reason or status.failure_reason or "no reason"
        raise Refused(f"YouTube has {status.upload_status} the video: {reason}", code=reason)
    return _published(session.handle["id"])


def _unsure(why: str) -> Unsure:
    return Unsure(hint=f"look at https://studio.youtube.com: {why}")


def _opened(session: Session, item: MediaItem) -> str:
    """The address of a new upload session."""
    content = session.draft.content
    options = content.options
    body = {
        "snippet": {
            "title": content.title, "description": with_link(content), "tags": _tags(content),
            "categoryId": str(options.get("category", "22")),  # People & Blogs
        },
        "status": {
            "privacyStatus": options.get("privacy", "public"),
            "selfDeclaredMadeForKids": is_on(options.get("made_for_kids")),
        },
    }  # fmt: skip
    headers = {
        "x-upload-content-length": str(item.bytes),
        "x-upload-content-type": item.media_type,
    }
    query = {"uploadType": "resumable", "part": "snippet,status"}
    answer = _call(
        session, "POST", "/upload/youtube/v3/videos", json=body, headers=headers, query=query
    )
    address = _answered(answer, session).headers.get("location")
    if not address:
        raise AnswerLost("YouTube opens no upload session")
    return address


def _chunk(session: Session, item: MediaItem) -> Response:
    """Sends the next bytes, the last ones too."""
    at = session.handle["at"]
    length = min(_CHUNK, item.bytes - at)
    headers = {
        "content-range": f"bytes {at}-{at + length - 1}/{item.bytes}",
        "content-type": item.media_type,
    }
    return _into(session, headers, session.media.open(item, at, length))


def _probed(session: Session, item: MediaItem) -> Response:
    """How far the session is."""
    return _into(session, {"content-range": f"bytes */{item.bytes}"}, b"")


def _into(session: Session, headers: dict[str, str], content: bytes | BinaryIO) -> Response:
    request = Request(
        method="PUT", url=session.handle["upload"], headers=headers, body=content, timeout_s=300.0
    )
    return sent_with(_OAUTH, session, request)


def _stands(session: Session, answer: Response) -> None:
    """Stores how far the session is: the video's id, or the bytes it has."""
    if answer.status in (404, 410):
        raise NotAccepted("the upload session has ended; it begins anew", restart=True)
    if answer.status == 308:
        session.save({**session.handle, "at": _received(answer)})
        return
    video_id = _answered(answer, session).read(_Video).id
    session.save({**session.handle, "id": video_id})


def _received(answer: Response) -> int:
    """How many bytes a session has: `Range: bytes=0-N`, and no such header where it has none."""
    found = re.fullmatch(r"bytes=0-(\d{1,15})", answer.headers.get("range", ""), re.ASCII)
    return int(found[1]) + 1 if found else 0


def _published(video_id: str) -> Published:
    return Published(platform_id=video_id, url=f"https://www.youtube.com/watch?v={video_id}")


def _call(session: Session, method: str, path: str, **content: Any) -> Response:
    url = at_server(session.account.server, f"{_API}{path}")
    return sent_with(_OAUTH, session, Request(method=method, url=url, **content))


def _answered(answer: Response, session: Session) -> Response:
    """The answer, if it is a yes."""
    if answer.status < 300:
        return answer
    told = said(answer, _Said).error
    reason = next((each.reason for each in told.errors), "")
    words = f"YouTube: {told.message}"
    if reason in _QUOTA:
        raise Throttled(words, code=reason, after_s=_until_midnight(session))
    if reason in _RATE:
        raise Throttled(words, code=reason)
    if reason in _ACCOUNT:
        raise AccountRefused(words, code=reason)
    raise_for(answer, words, reason, session.now())
    raise AnswerLost(words, code=reason)


def _until_midnight(session: Session) -> float:
    """Seconds until the day's quota begins anew."""
    now = session.now().astimezone(_QUOTA_ZONE)
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), _QUOTA_ZONE)
    return midnight.timestamp() - now.timestamp()
