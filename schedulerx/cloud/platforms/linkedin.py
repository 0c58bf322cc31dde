"""LinkedIn in memory.

Source: learn.microsoft.com/linkedin, Posts API, Images API, Videos API.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn
from schedulerx.cloud.platforms.tokens import TokenDesk

AUTHOR = "urn:li:person:demo"
_PART = 4 * 1024**2
_PROCESSING_S = 5.0


class LinkedInStandIn(StandIn):
    """Gives out URNs, takes parts, processes, and refuses what was posted already."""

    name = "linkedin"

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.desk = TokenDesk(now=now, scopes="w_member_social", rotates=False)
        self.routes = {
            r"POST /rest/(images|videos)": self._media,
            r"PUT /upload/(\d+)/(\d+)": self._bytes,
            r"GET /rest/(?:images|videos)/(.+)": self._status,
            r"POST /rest/posts": self._post,
            r"GET /rest/posts": self._list,
            r"GET /oauth/v2/authorization": self.desk.authorize,
            r"POST /oauth/v2/accessToken": self.desk.token,
        }
        self.media: dict[str, dict[str, Any]] = {}
        self._listed: list[dict[str, Any]] = []

    def _routed(self, asked: Asked) -> Answer:
        if not asked.path.startswith("/oauth/") and not self.desk.allows(asked):
            return _no(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired")
        if asked.path.startswith("/rest/") and "linkedin-version" not in asked.headers:
            return _no(400, "VERSION_MISSING", "A version must be present")
        return super()._routed(asked)

    def _media(self, asked: Asked) -> Answer:
        if asked.query.get("action") == "finalizeUpload":
            return self._finalized(asked.json()["finalizeUploadRequest"])
        wanted = asked.json()["initializeUploadRequest"]
        number = len(self.media) + 1
        kind = asked.parts[0].removesuffix("s")
        urn = f"urn:li:{kind}:{number}"
        base = f"http://{asked.headers['host']}/{self.name}/upload/{number}"
        size = wanted.get("fileSizeBytes", 1)
        parts = [
            {"uploadUrl": f"{base}/{part}", "firstByte": first,
             "lastByte": min(first + _PART, size) - 1}
            for part, first in enumerate(range(0, size, _PART))
        ]  # fmt: skip
        self.media[urn] = {"parts": {}, "count": len(parts), "ready_at": None}
        if kind == "image":
            return Answer(json={"value": {"image": urn, "uploadUrl": parts[0]["uploadUrl"]}})
        value = {"video": urn, "uploadToken": f"token-{number}", "uploadInstructions": parts}
        return Answer(json={"value": value})

    def _bytes(self, asked: Asked) -> Answer:
        number, part = asked.parts
        urn = next(each for each in self.media if each.endswith(f":{number}"))
        medium = self.media[urn]
        medium["parts"][part] = f'"etag-{number}-{part}"'
        if ":image:" in urn:
            medium["ready_at"] = self.now()
        return Answer(status=201, headers={"etag": medium["parts"][part]})

    def _finalized(self, wanted: dict[str, Any]) -> Answer:
        medium = self.media[wanted["video"]]
        if sorted(wanted["uploadedPartIds"]) != sorted(medium["parts"].values()):
            return _no(400, "PARTS", "uploadedPartIds do not match")
        medium["ready_at"] = self.now() + _PROCESSING_S
        return Answer()

    def _status(self, asked: Asked) -> Answer:
        medium = self.media.get(unquote(asked.parts[0]))
        if medium is None:
            return _no(404, "NOT_FOUND", "no such medium")
        if medium["ready_at"] is None:
            return Answer(json={"status": "WAITING_UPLOAD"})
        ready = medium["ready_at"] <= self.now()
        return Answer(json={"status": "AVAILABLE" if ready else "PROCESSING"})

    def _post(self, asked: Asked) -> Answer:
        post = asked.json()
        if post["author"] != AUTHOR:
            return _no(403, "ACCESS_DENIED", "the author is not the member")
        for each in self._listed:
            if each["commentary"] == post["commentary"]:
                words = f"Content is a duplicate of {each['id']}"
                return _no(422, "DUPLICATE_POST", words)
        urn = f"urn:li:share:{len(self.shown) + 1}"
        images = post.get("content", {}).get("multiImage", {}).get("images", [])
        media = len(images) or int("media" in post.get("content", {}))
        self.shown.append(Shown(post_id=urn, text=post["commentary"], media=media))
        created = int(self.now() * 1000)
        self._listed.append({"id": urn, "commentary": post["commentary"], "createdAt": created})
        return Answer(status=201, headers={"x-restli-id": urn})

    def _list(self, asked: Asked) -> Answer:
        if asked.query.get("author") != AUTHOR:
            return _no(403, "ACCESS_DENIED", "another author")
        return Answer(json={"elements": list(reversed(self._listed))[:20]})


def _no(status: int, code: str, message: str) -> Answer:
    return Answer(status=status, json={"status": status, "code": code, "message": message})
