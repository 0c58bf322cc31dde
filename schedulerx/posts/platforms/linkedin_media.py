"""Media on their way to LinkedIn.

Source: learn.microsoft.com/linkedin, "Images API", "Videos API".
"""

from __future__ import annotations

from typing import Any, BinaryIO, Generic
from urllib.parse import quote

import msgspec

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Request, Response, T
from schedulerx.posts.model import MediaItem
from schedulerx.posts.outcomes import NotAccepted, Refused
from schedulerx.posts.platform import Session
from schedulerx.posts.platforms.linkedin_api import OAUTH, answered, call
from schedulerx.posts.platforms.renewal import sent_with


class _Value(msgspec.Struct, Generic[T], frozen=True):
    """What an upload's answers are wrapped in."""

    value: T


class _Image(msgspec.Struct, frozen=True, rename="camel"):
    upload_url: str
    image: str


class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """The first and the last byte of a part, and where it goes."""

    upload_url: str
    first_byte: int
    last_byte: int


class _Film(msgspec.Struct, frozen=True, rename="camel"):
    video: str
    upload_instructions: list[_Part]
    upload_token: str = ""


class _Medium(msgspec.Struct, frozen=True):
    status: str


def image(session: Session, item: MediaItem) -> str:
    """The URN of an uploaded image."""
    value = _initialized(session, "images", {}, _Value[_Image])
    _put(session, value.upload_url, session.media.open(item))
    return value.image


def video(session: Session, item: MediaItem) -> str:
    """The URN of a video that is uploaded in parts and put together."""
    told = {"fileSizeBytes": item.bytes, "uploadCaptions": False, "uploadThumbnail": False}
    value = _initialized(session, "videos", told, _Value[_Film])
    parts = []
    for part in value.upload_instructions:
        length = part.last_byte - part.first_byte + 1
        content = session.media.open(item, part.first_byte, length)
        parts.append(_put(session, part.upload_url, content).headers.get("etag", ""))
    body = {
        "finalizeUploadRequest": {
            "video": value.video, "uploadToken": value.upload_token, "uploadedPartIds": parts,
        }
    }  # fmt: skip
    answer = call(session, "POST", "/rest/videos", query={"action": "finalizeUpload"}, json=body)
    answered(answer, session)
    return value.video


def _initialized(session: Session, kind: str, told: dict[str, Any], wrapped: type[_Value[T]]) -> T:
    body = {"initializeUploadRequest": {"owner": session.handle["author"], **told}}
    query = {"action": "initializeUpload"}
    answer = call(session, "POST", f"/rest/{kind}", query=query, json=body)
    return answered(answer, session).read(wrapped).value


def _put(session: Session, url: str, content: BinaryIO) -> Response:
    headers = {"content-type": "application/octet-stream"}
    request = Request(method="PUT", url=url, headers=headers, body=content, timeout_s=300.0)
    return answered(sent_with(OAUTH, session, request), session)


def is_processed(session: Session, item: MediaItem) -> bool:
    """Whether LinkedIn is done with a medium."""
    urn = session.handle["media"][item.sha256]
    kind = "videos" if is_video(item) else "images"
    answer = call(session, "GET", f"/rest/{kind}/{quote(urn, safe='')}")
    if answer.status == 404:
        raise NotAccepted("an uploaded medium is gone; it is uploaded again", restart=True)
    status = answered(answer, session).read(_Medium).status
    if status == "PROCESSING_FAILED":
        raise Refused(f"LinkedIn could not process {item.name}", code="media_failed")
    if status == "WAITING_UPLOAD":
        raise NotAccepted("a medium did not arrive; it is uploaded again", restart=True)
    return status == "AVAILABLE"
