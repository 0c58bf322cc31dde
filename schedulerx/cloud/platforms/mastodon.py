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
_MENTION = re.compile(r"(@[A-Za-z0-9_]+)@[A-Za-z0-9.-]+")


class MastodonStandIn(StandIn):
    """Knows keys of idempotency for an hour, and processes videos after they are taken."""

    name = "mastodon"

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.routes = {
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
        if asked.bearer() != TOKEN:
            return _no(401, "The access token is invalid")
        return super()._routed(asked)

    def _upload(self, asked: Asked) -> Answer:
        _, content = asked.fields()["file"]
        if not content:
            return _no(422, "Validation failed: File can't be blank")
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
        if length(body["status"]) + len(clusters(body.get("spoiler_text", ""))) > _MAX_TEXT:
            return f"Validation failed: Text character limit of {_MAX_TEXT} exceeded"
        if not body["status"] and not body.get("media_ids", []):
            return "Validation failed: Text can't be blank"
        if len(body.get("media_ids", [])) > _MOST_MEDIA:
            return "Cannot attach more than 4 files"
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
                extra={"visibility": body.get("visibility", "public")},
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


def length(text: str) -> int:
    """Characters as a server counts them: links 23, mentions without their server."""
    plain, links = without_links(unicodedata.normalize("NFC", text))
    return links * _LINK + len(clusters(_MENTION.sub(r"\1", plain)))


def _no(status: int, error: str) -> Answer:
    return Answer(status=status, json={"error": error})
