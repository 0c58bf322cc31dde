"""YouTube's Data API v3 in memory: upload sessions, processing, the day's quota.

Source: developers.google.com/youtube/v3, "Resumable uploads", "Errors".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn
from schedulerx.cloud.platforms.tokens import TokenDesk

_PROCESSING_S = 40.0
_SCOPES = ("youtube.upload", "youtube.readonly")
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")


class Upload(msgspec.Struct, kw_only=True):
    """A session."""

    title: str
    size: int
    privacy: str
    has: int = 0
    video: str = ""


class YouTubeStandIn(StandIn):
    """One channel. `quota`: videos it may still take; `granule`: chunks are multiples of it."""

    name = "youtube"

    def __init__(self, now: Callable[[], float], granule: int = 256 * 1024) -> None:
        super().__init__(now)
        scopes = " ".join(f"https://www.googleapis.com/auth/{each}" for each in _SCOPES)
        self.desk = TokenDesk(now=now, scopes=scopes, pkce=True)
        self.desk.rotates = False  # Google's refresh tokens stay
        self.granule = granule
        self.quota = 100
        self.rejects = False
        self.sessions: dict[str, Upload] = {}
        self.videos: dict[str, float] = {}  # when each is processed
        self.routes = {
            r"GET /o/oauth2/v2/auth": self.desk.authorize,
            r"POST /token": self.desk.token,
            r"POST /upload/youtube/v3/videos": self._open,
            r"PUT /sessions/(\w+)": self._take,
            r"GET /youtube/v3/videos": self._list,
        }

    def throttled(self) -> Answer:
        """As any Google API."""
        return _no(429, "rateLimitExceeded", "Too many requests")

    def _routed(self, asked: Asked) -> Answer:
        if asked.path not in ("/token", "/o/oauth2/v2/auth") and not self.desk.allows(asked):
            return _no(401, "authError", "Invalid Credentials")
        return super()._routed(asked)

    def _open(self, asked: Asked) -> Answer:
        body = asked.json()
        title = body["snippet"]["title"]
        if self.quota <= 0:
            return _no(403, "quotaExceeded", "The request cannot be completed: quota exceeded.")
        if not title or len(title) > 100 or set("<>") & set(title):
            return _no(400, "invalidTitle", "The request metadata specifies an invalid title.")
        return self._wrong(body) or self._opened(asked, body)

    def _wrong(self, body: dict[str, Any]) -> Answer | None:
        description = body["snippet"]["description"]
        if len(description.encode()) > 5000 or set("<>") & set(description):
            return _no(400, "invalidDescription", "The description is invalid.")
        if len(",".join(body["snippet"].get("tags", []))) > 500:
            return _no(400, "invalidTags", "The request metadata specifies invalid keywords.")
        if body["status"]["privacyStatus"] not in ("public", "unlisted", "private"):
            return _no(400, "invalidVideoMetadata", "The request metadata is invalid.")
        return None

    def _opened(self, asked: Asked, body: dict[str, Any]) -> Answer:
        title = body["snippet"]["title"]
        self.quota -= 1
        name = f"s{len(self.sessions) + 1}"
        self.sessions[name] = Upload(
            title=title, size=int(asked.headers["x-upload-content-length"]),
            privacy=body["status"]["privacyStatus"],
        )  # fmt: skip
        address = f"http://{asked.headers['host']}/{self.name}/sessions/{name}"
        return Answer(headers={"location": address})

    def _take(self, asked: Asked) -> Answer:
        upload = self.sessions.get(asked.parts[0])
        found = _RANGE.fullmatch(asked.headers.get("content-range", ""))
        if upload is None:
            return _no(404, "notFound", "The upload session is not known.")
        if found is None or int(found[3]) != upload.size:
            return _no(400, "badRequest", "Failed to parse Content-Range header.")
        if upload.video:
            return Answer(json={"id": upload.video, "kind": "youtube#video"})
        if found[1] is not None:
            first, last = int(found[1]), int(found[2])
            is_whole = last + 1 == upload.size or (last + 1 - first) % self.granule == 0
            if first > upload.has or not is_whole or len(asked.body) != last + 1 - first:
                return _no(400, "badRequest", "Invalid Content-Range.")
            upload.has = max(upload.has, last + 1)
        return self._told(upload)

    def _told(self, upload: Upload) -> Answer:
        if upload.has < upload.size:
            told = {"range": f"bytes=0-{upload.has - 1}"} if upload.has else {}
            return Answer(status=308, headers=told)
        upload.video = f"video{len(self.videos) + 1}"
        self.videos[upload.video] = self.now() + _PROCESSING_S
        self.shown.append(
            Shown(
                post_id=upload.video, text=upload.title, media=1, extra={"privacy": upload.privacy}
            )
        )
        return Answer(status=201, json={"id": upload.video, "kind": "youtube#video"})

    def _list(self, asked: Asked) -> Answer:
        video = asked.query["id"]
        if video not in self.videos:
            return Answer(json={"items": []})
        status: dict[str, Any] = {"uploadStatus": "uploaded"}
        if self.videos[video] <= self.now():
            status = {"uploadStatus": "processed"}
            if self.rejects:
                status = {"uploadStatus": "rejected", "rejectionReason": "duplicate"}
        return Answer(json={"items": [{"id": video, "status": status}]})


def _no(status: int, reason: str, message: str) -> Answer:
    error = {"code": status, "message": message, "errors": [{"reason": reason}]}
    return Answer(status=status, json={"error": error})
