"""YouTube (Data API v3): an upload session is known by its address, so sending into it again makes
no second video. The last bytes make the video visible: they are what `publish` sends.

Source: developers.google.com/youtube/v3, "Resumable uploads", "Videos: insert", "Errors".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.options import SWITCH, TEXT, WHOLE, Option
from schedulerx.posts.outcomes import (
    Absent,
    NotAccepted,
    Published,
    Ready,
    Refused,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import with_link
from schedulerx.posts.platforms.youtube_api import OAUTH, answered, call
from schedulerx.posts.platforms.youtube_upload import (
    CHUNK,
    Video,
    keep_standing,
    opened,
    probed,
    send_chunk,
    tags_of,
)

_MAX_TITLE, _MAX_BYTES = 100, 5000  # characters; bytes of the description
_MAX_TAGS = 500  # characters, "Videos: snippet.tags[]"


class _Status(msgspec.Struct, frozen=True, rename="camel"):
    upload_status: str
    rejection_reason: str = ""
    failure_reason: str = ""


class _Listed(msgspec.Struct, frozen=True):
    status: _Status


class _Videos(msgspec.Struct, frozen=True):
    items: list[_Listed] = []


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
        "notify_subscribers": SWITCH,  # yes, if it is not said
        "synthetic": SWITCH,  # it shows what looks real and is not
        "language": Option(pattern=r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*", example="en or pt-BR"),
    }
    oauth = OAUTH
    credentials = ()
    limits = Limits(
        max_text=_MAX_BYTES,
        max_title=_MAX_TITLE,
        min_media=1,
        max_videos=1,
        video=MediaLimits(
            media_types=("video/mp4", "video/quicktime", "video/webm", "video/x-matroska"),
            max_bytes=256 * 1024**3,  # "Videos: insert", maximum file size
            max_seconds=12 * 3600,  # YouTube Help, "Upload videos longer than 15 minutes"
        ),
        rates=(Rate(count=100, seconds=86_400),),  # "Quota": inserts a day
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
            (_length(tags_of(draft.content)) > _MAX_TAGS, "option",
             f"the tags have more than the {_MAX_TAGS} characters that YouTube takes"),
            (bool(re.search("[<>]", title + text)), "characters",
             "YouTube takes no < and > in titles and texts"),
        )  # fmt: skip
        return [Problem(rule=rule, message=words) for so, rule, words in broken if so]

    def prepare(self, session: Session) -> Ready | Waiting:
        """Opens a session, and uploads all but the last bytes, from where the server stands."""
        video = session.draft.media[0]
        if "upload" not in session.handle:
            session.save({**session.handle, "upload": opened(session, video), "at": 0})
        else:  # an earlier execution got somewhere
            keep_standing(session, probed(session, video))
        while "id" not in session.handle and session.handle["at"] + CHUNK < video.bytes:
            keep_standing(session, send_chunk(session, video))
        return Ready()

    def publish(self, session: Session) -> Published | Waiting:
        """Sends the last bytes."""
        if "id" not in session.handle:  # else they arrived, as the session says
            answer = send_chunk(session, session.draft.media[0])
            keep_standing(session, answer)
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
        answer = probed(session, session.draft.media[0])
        if answer.status == 308:
            return Absent()  # what is missing goes into the same session
        if answer.status in (404, 410):
            return _unsure("its upload session has ended")
        return _published(answered(answer, session).read(Video).id)


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
    answer = call(session, "GET", "/youtube/v3/videos", query=query)
    status = next((each.status for each in answered(answer, session).read(_Videos).items), None)
    if status is None or status.upload_status == "uploaded":
        return None
    if status.upload_status in ("failed", "rejected", "deleted"):
        reason = status.rejection_reason or status.failure_reason or "no reason"
        raise Refused(f"YouTube has {status.upload_status} the video: {reason}", code=reason)
    return _published(session.handle["id"])


def _unsure(why: str) -> Unsure:
    return Unsure(hint=f"look at https://studio.youtube.com: {why}")


def _published(video_id: str) -> Published:
    return Published(platform_id=video_id, url=f"https://www.youtube.com/watch?v={video_id}")
