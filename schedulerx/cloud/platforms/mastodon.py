"""A Mastodon server in memory.

Source: docs.joinmastodon.org, methods `media`, `statuses`, `accounts`, and "Rate limits".
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from schedulerx.cloud.platforms.counting import clusters, without_links
from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn

TOKEN = "a-token"  # noqa: S105  (of the stand-in's one account)
_KEY_KEPT_S = 3600.0
_PROCESSING_S = 5.0  # of a video
_MAX_TEXT, _LINK, _MOST_MEDIA = 500, 23, 4
_ATTACHMENTS: dict[str, Any] = {
    "supported_mime_types": ["image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4"],
    "description_limit": 1500,
    "image_size_limit": 16_777_216,
    "image_matrix_limit": 33_177_600,
    "video_size_limit": 103_809_024,
    "video_frame_rate_limit": 120,
    "video_matrix_limit": 8_294_400,
}
_MENTION = re.compile(r"(@[A-Za-z0-9_]+)@[A-Za-z0-9.-]+")


class MastodonStandIn(StandIn):
    """Knows keys of idempotency for an hour, and processes videos after they are taken."""

    name = "mastodon"

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.most_text, self.most_media, self.link = _MAX_TEXT, _MOST_MEDIA, _LINK
        self.is_older = False  # it has no newer way to tell its limits
        self.routes = {
            r"GET /api/(v[12])/instance": self._instance,
            r"POST /api/v2/media": self._upload,
            r"GET /api/v1/media/(\w+)": self._medium,
            r"POST /api/v1/statuses": self._post,
            r"GET /api/v1/accounts/verify_credentials": self._account,
            r"GET /api/v1/accounts/1/statuses": self._statuses,
        }
        self.media: dict[str, dict[str, Any]] = {}
        self._keys: dict[str, tuple[float, dict[str, Any]]] = {}
        self._listed: list[dict[str, Any]] = []

    def throttled(self) -> Answer:
        """The window's end is told as a time."""
        reset = datetime.fromtimestamp(self.now() + 30, UTC).isoformat()
        return Answer(
            status=429, json={"error": "Too many requests"}, headers={"x-ratelimit-reset": reset}
        )

    def _routed(self, asked: Asked) -> Answer:
        if asked.bearer() != TOKEN and not asked.path.endswith("/instance"):
            return _no(401, "The access token is invalid")
        return super()._routed(asked)

    def _instance(self, asked: Asked) -> Answer:
        """What everybody may read."""
        if self.is_older and asked.parts[0] == "v2":
            return _no(404, "Record not found")
        statuses = {
            "max_characters": self.most_text, "max_media_attachments": self.most_media,
            "characters_reserved_per_url": self.link,
        }  # fmt: skip
        return Answer(
            json={"configuration": {"statuses": statuses, "media_attachments": _ATTACHMENTS}}
        )

    def _upload(self, asked: Asked) -> Answer:
        _, content = asked.fields()["file"]
        if not content:
            return _no(422, "Validation failed: File can't be blank")
        if len(asked.form().get("description", "")) > _ATTACHMENTS["description_limit"]:
            return _no(422, "Validation failed: Description is too long")
        is_video = b"video" in asked.body[:1000]
        medium = str(len(self.media) + 1)
        ready_at = self.now() + (_PROCESSING_S if is_video else 0.0)
        self.media[medium] = {"ready_at": ready_at, "alt": asked.form().get("description")}
        return Answer(status=202 if is_video else 200, json={"id": medium})

    def _medium(self, asked: Asked) -> Answer:
        medium = self.media.get(asked.parts[0])
        if medium is None:
            return _no(404, "Record not found")
        is_ready = medium["ready_at"] <= self.now()
        return Answer(status=200 if is_ready else 206, json={"id": asked.parts[0]})

    def _post(self, asked: Asked) -> Answer:
        key = asked.headers.get("idempotency-key", "")
        kept_at, known = self._keys.get(key, (0.0, {}))
        if known and self.now() - kept_at < _KEY_KEPT_S:
            return Answer(json=known)
        body = asked.json()
        refusal = self._refusal(body)
        if refusal:
            return _no(422, refusal)
        status = self._made(body)
        self._keys[key] = (self.now(), status)
        return Answer(json=status)

    def _refusal(self, body: dict[str, Any]) -> str:
        warning = len(clusters(body.get("spoiler_text", "")))
        if length(body["status"], self.link) + warning > self.most_text:
            return f"Validation failed: Text character limit of {self.most_text} exceeded"
        if not body["status"] and not body.get("media_ids", []):
            return "Validation failed: Text can't be blank"
        if len(body.get("media_ids", [])) > self.most_media:
            return f"Cannot attach more than {self.most_media} files"
        for medium in body.get("media_ids", []):
            if self.media.get(medium, {}).get("ready_at", 0.0) > self.now():
                return "Cannot attach files that have not finished processing. Try again later!"
            if medium not in self.media:
                return "Validation failed: Media attachment not found"
        return ""

    def _made(self, body: dict[str, Any]) -> dict[str, Any]:
        number = str(len(self.shown) + 1)
        self.shown.append(
            Shown(
                post_id=number,
                text=body["status"],
                media=len(body.get("media_ids", [])),
                extra={name: body.get(name) for name in ("visibility", "sensitive")},
            )
        )
        status = {
            "id": number,
            "url": f"https://mastodon.example/@somebody/{number}",
            "content": f"<p>{html.escape(body['status'])}</p>",
            "created_at": datetime.fromtimestamp(self.now(), UTC).isoformat(),
            "media_attachments": [{"id": each} for each in body.get("media_ids", [])],
        }
        self._listed.insert(0, status)
        return status

    def _account(self, _: Asked) -> Answer:
        return Answer(json={"id": "1", "url": "https://mastodon.example/@somebody"})

    def _statuses(self, asked: Asked) -> Answer:
        return Answer(json=self._listed[: int(asked.query.get("limit", "20"))])


def length(text: str, link: int = _LINK) -> int:
    """Characters as a server counts them: links alike, mentions without their server."""
    plain, links = without_links(unicodedata.normalize("NFC", text))
    return links * link + len(clusters(_MENTION.sub(r"\1", plain)))


def _no(status: int, error: str) -> Answer:
    return Answer(status=status, json={"error": error})
