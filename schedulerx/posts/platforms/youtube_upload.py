"""A video on its way to YouTube: into a session that knows how far it is.

Source: developers.google.com/youtube/v3, "Resumable uploads", "Videos: insert".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

from schedulerx.posts.http import Request, Response
from schedulerx.posts.model import Content, MediaItem
from schedulerx.posts.options import is_on
from schedulerx.posts.outcomes import AnswerLost, NotAccepted
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.answers import with_link
from schedulerx.posts.platforms.renewal import sent_with
from schedulerx.posts.platforms.youtube_api import OAUTH, answered, call

CHUNK = 32 * 256 * 1024  # bytes: multiples of 256 KiB are taken


class Video(msgspec.Struct, frozen=True):
    """A video that YouTube has."""

    id: str


def tags_of(content: Content) -> list[str]:
    """The tags that the options name."""
    named = str(content.options.get("tags", ""))
    return [tag.strip() for tag in named.split(",") if tag.strip()]


def opened(session: Session, item: MediaItem) -> str:
    """The address of a new upload session."""
    content = session.draft.content
    options = content.options
    body = {
        "snippet": {
            "title": content.title, "description": with_link(content), "tags": tags_of(content),
            "categoryId": str(options.get("category", "22")),  # People & Blogs
            **_languages(options),
        },
        "status": {
            "privacyStatus": options.get("privacy", "public"),
            "selfDeclaredMadeForKids": is_on(options.get("made_for_kids")),
            **({"containsSyntheticMedia": True} if is_on(options.get("synthetic")) else {}),
        },
    }  # fmt: skip
    headers = {
        "x-upload-content-length": str(item.bytes),
        "x-upload-content-type": item.media_type,
    }
    query = {"uploadType": "resumable", "part": "snippet,status"}
    if "notify_subscribers" in options:
        query["notifySubscribers"] = "true" if is_on(options["notify_subscribers"]) else "false"
    answer = call(
        session, "POST", "/upload/youtube/v3/videos", json=body, headers=headers, query=query
    )
    address = answered(answer, session).headers.get("location")
    if not address:
        raise AnswerLost("YouTube opens no upload session")
    return address


def _languages(options: Mapping[str, Any]) -> dict[str, str]:
    """Of its title and text, and of what is spoken."""
    language = str(options.get("language", ""))
    return {"defaultLanguage": language, "defaultAudioLanguage": language} if language else {}


def send_chunk(session: Session, item: MediaItem) -> Response:
    """Sends the next bytes, the last ones too."""
    at = session.handle["at"]
    length = min(CHUNK, item.bytes - at)
    headers = {
        "content-range": f"bytes {at}-{at + length - 1}/{item.bytes}",
        "content-type": item.media_type,
    }
    return _into(session, headers, session.media.open(item, at, length))


def probed(session: Session, item: MediaItem) -> Response:
    """How far the session is."""
    return _into(session, {"content-range": f"bytes */{item.bytes}"}, b"")


def _into(session: Session, headers: dict[str, str], content: bytes | BinaryIO) -> Response:
    request = Request(
        method="PUT", url=session.handle["upload"], headers=headers, body=content, timeout_s=300.0
    )
    return sent_with(OAUTH, session, request)


def keep_standing(session: Session, answer: Response) -> None:
    """Stores how far the session is: the video's id, or the bytes it has."""
    if answer.status in (404, 410):
        raise NotAccepted("the upload session has ended; it begins anew", restart=True)
    if answer.status == 308:
        session.save({**session.handle, "at": _received(answer)})
        return
    video_id = answered(answer, session).read(Video).id
    session.save({**session.handle, "id": video_id})


def _received(answer: Response) -> int:
    """How many bytes a session has: `Range: bytes=0-N`, and no such header where it has none."""
    found = re.fullmatch(r"bytes=0-(\d{1,15})", answer.headers.get("range", ""), re.ASCII)
    return int(found[1]) + 1 if found else 0
