"""LinkedIn's API in memory: uploads in parts, processing, and the refusal of what is shown already.

Source: learn.microsoft.com/linkedin, "Posts API", "Images API", "Videos API", "Versioning",
"Little text format".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn
from schedulerx.cloud.platforms.tokens import TokenDesk

ME = "urn:li:person:abc"
_PROCESSING_S = 15.0
_PART = 4 * 1024**2  # bytes of a video's parts
_VERSION = re.compile(r"20\d\d(?:0[1-9]|1[0-2])")
_OLDEST = "202511"  # older versions are no longer served
_TOKENS = re.compile(r"\\(.)|\{hashtag\|\\#\|((?:\\.|[^|{}\\])+)\}|(.)", re.DOTALL)
_RESERVED = frozenset("|{}@[]()<>#*_~\\")


class Upload(msgspec.Struct, kw_only=True):
    """An image, or a video in parts."""

    parts: int
    has: dict[int, str] = msgspec.field(default_factory=dict)  # part: ETag
    ready_at: float | None = None


class LinkedInStandIn(StandIn):
    """One member."""

    name = "linkedin"

    def __init__(self, now: Callable[[], float], part: int = _PART) -> None:
        super().__init__(now)
        self.part = part
        self.desk = TokenDesk(
            now=now, scopes="openid,profile,w_member_social", lasts_s=5_184_000,
            extra={"refresh_token_expires_in": 31_536_000},
        )  # fmt: skip
        self.uploads: dict[str, Upload] = {}
        self.remembers_s = 3600.0  # how long content is a duplicate; the real one does not say
        self.readable = False  # whether the application may read posts: few may
        self.posts: list[dict[str, Any]] = []
        self._said: dict[str, tuple[float, str]] = {}  # content: when, and as which post
        self.routes = {
            r"GET /oauth/v2/authorization": self.desk.authorize,
            r"POST /oauth/v2/accessToken": self.desk.token,
            r"GET /v2/userinfo": self._me,
            r"POST /rest/images": self._image,
            r"POST /rest/videos": self._video,
            r"PUT /upload/(\d+)/(\d+)": self._put,
            r"GET /rest/(?:images|videos)/(.+)": self._status,
            r"POST /rest/posts": self._post,
            r"GET /rest/posts": self._list,
        }

    def _routed(self, asked: Asked) -> Answer:
        if not asked.path.startswith("/oauth/") and not self.desk.allows(asked):
            return _no(
                401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked"
            )
        wrong = _wrong_version(asked) if asked.path.startswith("/rest/") else None
        return wrong or super()._routed(asked)

    def throttled(self) -> Answer:
        """It does not say until when."""
        return _no(429, "TOO_MANY_REQUESTS", "Resource level throttle limit reached")

    def _me(self, _: Asked) -> Answer:
        return Answer(json={"sub": ME.rpartition(":")[2], "name": "Somebody"})

    def _image(self, asked: Asked) -> Answer:
        if not self._owned(asked):
            return _no(403, "ACCESS_DENIED", "Not enough permissions to access the owner")
        number = str(len(self.uploads) + 1)
        self.uploads[number] = Upload(parts=1)
        url = f"http://{asked.headers['host']}/{self.name}/upload/{number}/0"
        return Answer(json={"value": {"uploadUrl": url, "image": f"urn:li:image:{number}"}})

    def _owned(self, asked: Asked) -> bool:
        return bool(asked.json()["initializeUploadRequest"]["owner"] == ME)

    def _video(self, asked: Asked) -> Answer:
        if asked.query.get("action") == "finalizeUpload":
            return self._finalized(asked.json()["finalizeUploadRequest"])
        if not self._owned(asked):
            return _no(403, "ACCESS_DENIED", "Not enough permissions to access the owner")
        size = int(asked.json()["initializeUploadRequest"]["fileSizeBytes"])
        number, firsts = str(len(self.uploads) + 1), range(0, size, self.part)
        self.uploads[number] = Upload(parts=len(firsts))
        base = f"http://{asked.headers['host']}/{self.name}/upload/{number}"
        parts = [
            {"uploadUrl": f"{base}/{index}", "firstByte": first,
             "lastByte": min(first + self.part, size) - 1}
            for index, first in enumerate(firsts)
        ]  # fmt: skip
        value = {"video": f"urn:li:video:{number}", "uploadInstructions": parts, "uploadToken": ""}
        return Answer(json={"value": value})

    def _finalized(self, body: dict[str, Any]) -> Answer:
        upload = self.uploads[body["video"].rpartition(":")[2]]
        if body["uploadedPartIds"] != [upload.has.get(index) for index in range(upload.parts)]:
            return _no(400, "INVALID_PARTS", "The uploaded parts do not match")
        upload.ready_at = upload.ready_at or self.now() + _PROCESSING_S
        return Answer(json={})

    def _put(self, asked: Asked) -> Answer:
        upload = self.uploads[asked.parts[0]]
        index = int(asked.parts[1])
        upload.has[index] = f"etag-{asked.parts[0]}-{index}"
        if upload.parts == 1:
            upload.ready_at = self.now()
        return Answer(status=201, headers={"etag": upload.has[index]})

    def _status(self, asked: Asked) -> Answer:
        urn = asked.parts[0].replace("%3A", ":")
        upload = self.uploads.get(urn.rpartition(":")[2])
        if upload is None:
            return _no(404, "NOT_FOUND", "No such medium")
        status = "WAITING_UPLOAD" if upload.ready_at is None else "PROCESSING"
        if upload.ready_at is not None and upload.ready_at <= self.now():
            status = "AVAILABLE"
        return Answer(json={"id": urn, "status": status})

    def _post(self, asked: Asked) -> Answer:
        body = asked.json()
        if body["author"] != ME:
            return _no(403, "ACCESS_DENIED", "Not enough permissions to access the author")
        if len(body["commentary"]) > 3000:
            return _no(422, "INVALID_VALUE", "commentary exceeds 3000 characters")
        content = body.get("content", {})
        media = content.get("multiImage", {}).get("images") or (
            [content["media"]] if "media" in content else []
        )
        if "multiImage" in content and not 2 <= len(media) <= 20:
            return _no(400, "INVALID_CONTENT", "multiImage takes 2 to 20 images")
        for each in media:
            upload = self.uploads.get(each["id"].rpartition(":")[2])
            if upload is None or upload.ready_at is None or upload.ready_at > self.now():
                return _no(400, "INVALID_CONTENT", f"{each['id']} is not available")
        return self._made(body, len(media))

    def _made(self, body: dict[str, Any], media: int) -> Answer:
        said = repr((body["commentary"], body.get("content")))
        at, known = self._said.get(said, (0.0, ""))
        if known and self.now() - at < self.remembers_s:
            words = f"Content is a duplicate of {known}"
            return _no(422, "DUPLICATE_POST", words)
        urn = f"urn:li:share:{7_000_000_000 + len(self.shown)}"
        self._said[said] = (self.now(), urn)
        self.shown.append(Shown(post_id=urn, text=as_read(body["commentary"]), media=media))
        made = {"id": urn, "author": body["author"], "commentary": body["commentary"],
                "createdAt": int(self.now() * 1000), "lifecycleState": "PUBLISHED"}  # fmt: skip
        self.posts.insert(0, made)
        return Answer(status=201, headers={"x-restli-id": urn})

    def _list(self, asked: Asked) -> Answer:
        """The finder of an author's posts."""
        if not self.readable:
            return _no(403, "ACCESS_DENIED", "Not enough permissions to access: FINDER-author")
        if asked.headers.get("x-restli-method") != "FINDER" or asked.query.get("q") != "author":
            return _no(400, "ILLEGAL_ARGUMENT", "No finder is named")
        theirs = [each for each in self.posts if each["author"] == asked.query.get("author")]
        return Answer(json={"elements": theirs[: int(asked.query.get("count", "10"))]})


def as_read(commentary: str) -> str:
    """A text as its readers see it: what is not escaped, and reserved, ends it."""
    shown = ""
    for escaped, tag, plain in _TOKENS.findall(commentary):
        if plain in _RESERVED and plain:
            break
        shown += escaped or (f"#{as_read(tag)}" if tag else plain)
    return shown


def _wrong_version(asked: Asked) -> Answer | None:
    version = asked.headers.get("linkedin-version", "")
    if not version:
        return _no(400, "VERSION_MISSING", "A version must be present.")
    if not _VERSION.fullmatch(version) or version < _OLDEST:
        words = f"Requested version {version} is not active"
        return _no(426, "NONEXISTENT_VERSION", words)
    if asked.headers.get("x-restli-protocol-version") != "2.0.0":
        return _no(400, "PROTOCOL_VERSION", "Invalid query parameters passed to request")
    return None


def _no(status: int, code: str, message: str) -> Answer:
    return Answer(status=status, json={"status": status, "code": code, "message": message})
