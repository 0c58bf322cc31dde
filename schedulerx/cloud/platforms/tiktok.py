"""TikTok's Content Posting API in memory.

Source: developers.tiktok.com, Content Posting API: Query Creator Info, Direct Post, Photo Post,
Media Transfer Guide, Get Post Status.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn
from schedulerx.cloud.platforms.tokens import TokenDesk

LEAST_CHUNK, MOST_CHUNK, MOST_LAST = 5 * 1024**2, 64 * 1024**2, 128 * 1024**2
_URL_LASTS_S, _PROCESSING_S = 3600.0, 12.0
_A_MINUTE = {"/v2/post/publish/video/init/": 6, "/v2/post/publish/content/init/": 6,
             "/v2/post/publish/status/fetch/": 30,
             "/v2/post/publish/creator_info/query/": 20}  # fmt: skip
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_FILMS = ("video/mp4", "video/quicktime", "video/webm")
_FILM_FIELDS = {"disable_duet", "disable_stitch", "is_aigc", "video_cover_timestamp_ms"}
_MOST_BYTES = 4 * 1024**3
_LEVELS = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]


class Begun(msgspec.Struct, kw_only=True):
    """A post that has a publish_id."""

    info: dict[str, Any]
    begun_at: float
    size: int = 0  # 0: photos
    chunk: int = 0
    received: int = 0
    photos: int = 0
    done_at: float | None = None  # when processing ends; None: bytes are missing
    reason: str = ""  # why it fails then
    post_id: str = ""


class TikTokStandIn(StandIn):
    """Takes chunks in order, and publishes with the last byte."""

    name = "tiktok"

    def __init__(self, now: Callable[[], float], least_chunk: int = LEAST_CHUNK) -> None:
        super().__init__(now)
        self.desk = TokenDesk(
            now=now,
            scopes="user.info.basic,video.publish",
            lasts_s=86_400,
            client_field="client_key",
            extra={"open_id": "a-user", "refresh_expires_in": 31_536_000},
        )
        self.least_chunk = least_chunk
        self.levels = list(_LEVELS)
        self.longest_s = 600
        self.verified: set[str] | None = None  # domains media may be fetched from; None: any
        self.refusals: dict[str, tuple[int, str]] = {}  # path: status and code
        self.reasons: deque[str] = deque()  # of failure, of the posts to come
        self.posts: dict[str, Begun] = {}
        self._times: dict[str, deque[float]] = {path: deque() for path in _A_MINUTE}
        self.routes = {
            r"GET /v2/auth/authorize/": self.desk.authorize,
            r"POST /v2/oauth/token/": self.desk.token,
            r"PUT /upload/([\w-]+)": self._upload,
            r"POST (/v2/post/publish/.+)": self._api,
        }

    def throttled(self) -> Answer:
        """Says no how long."""
        return _no(429, "rate_limit_exceeded")

    def _api(self, asked: Asked) -> Answer:
        """What needs a token, and is counted."""
        if not self.desk.allows(asked):
            return _no(401, "access_token_invalid")
        if asked.path in self.refusals:
            return _no(*self.refusals[asked.path])
        if self._is_too_often(asked.path):
            return self.throttled()
        route = {
            "/creator_info/query/": self._creator,
            "/video/init/": self._begin_video,
            "/content/init/": self._begin_photos,
            "/status/fetch/": self._status,
        }.get(asked.path.removeprefix("/v2/post/publish"))
        return route(asked) if route else _no(404, "invalid_path")

    def _is_too_often(self, path: str) -> bool:
        times = self._times.get(path)
        if times is None:
            return False
        while times and times[0] <= self.now() - 60:
            times.popleft()
        if len(times) >= _A_MINUTE[path]:
            return True
        times.append(self.now())
        return False

    def _creator(self, _: Asked) -> Answer:
        return _yes(
            {
                "creator_username": "somebody",
                "creator_nickname": "Some Body",
                "privacy_level_options": self.levels,
                "comment_disabled": False,
                "duet_disabled": False,
                "stitch_disabled": False,
                "max_video_post_duration_sec": self.longest_s,
            }
        )

    def _begin_video(self, asked: Asked) -> Answer:
        body = asked.json()
        info, source = body["post_info"], body["source_info"]
        size, chunk = source["video_size"], source["chunk_size"]
        wrong = self._wrong_info(info, "title", 2200) or self._wrong_chunks(
            size, chunk, source["total_chunk_count"]
        )
        if wrong:
            return wrong
        publish_id = self._begun(Begun(info=info, begun_at=self.now(), size=size, chunk=chunk))
        url = f"http://{asked.headers.get('host', '')}/{self.name}/upload/{publish_id}"
        return _yes({"publish_id": publish_id, "upload_url": url})

    def _wrong_info(self, info: dict[str, Any], field: str, most: int) -> Answer | None:
        if len(info.get(field, "").encode("utf-16-le")) // 2 > most:
            return _no(400, "invalid_params")
        if info.get("privacy_level") not in self.levels:
            return _no(403, "privacy_level_option_mismatch")
        if info.get("brand_content_toggle") and info["privacy_level"] == "SELF_ONLY":
            return _no(400, "invalid_params")
        if field == "description" and set(info) & _FILM_FIELDS:
            return _no(400, "invalid_params")
        return None

    def _wrong_chunks(self, size: int, chunk: int, count: int) -> Answer | None:
        last = size - (count - 1) * chunk
        in_bounds = self.least_chunk <= chunk <= MOST_CHUNK or (count == 1 and chunk == size)
        if (
            not 0 < size <= _MOST_BYTES
            or not in_bounds
            or count != max(1, size // chunk)
            or not 0 < last <= MOST_LAST
        ):
            return _no(400, "invalid_params")
        return None

    def _begin_photos(self, asked: Asked) -> Answer:
        body = asked.json()
        info, photos = body["post_info"], body["source_info"]["photo_images"]
        wrong = self._wrong_info(info, "title", 90) or self._wrong_info(info, "description", 4000)
        if wrong or not 1 <= len(photos) <= 35 or body["post_mode"] != "DIRECT_POST":
            return wrong or _no(400, "invalid_params")
        if not 0 <= body["source_info"].get("photo_cover_index", 0) < len(photos):
            return _no(400, "invalid_params")
        hosts = {urlsplit(url).hostname or "" for url in photos}
        if self.verified is not None and not hosts <= self.verified:
            return _no(403, "url_ownership_unverified")
        post = Begun(info=info, begun_at=self.now(), photos=len(photos))
        publish_id = self._begun(post)
        self._finish(post)
        return _yes({"publish_id": publish_id})

    def _begun(self, post: Begun) -> str:
        publish_id = f"v_pub_{len(self.posts) + 1}"
        self.posts[publish_id] = post
        return publish_id

    def _finish(self, post: Begun) -> None:
        """All is there: what does not fail is published."""
        post.done_at = self.now() + _PROCESSING_S
        post.reason = self.reasons.popleft() if self.reasons else ""
        if post.reason:
            return
        post.post_id = str(7_000_000_000_000_000_000 + len(self.shown))
        text = post.info.get("description") or post.info.get("title", "")
        self.shown.append(Shown(post_id=post.post_id, text=text, media=post.photos or 1,
                                extra={"privacy_level": post.info["privacy_level"]}))  # fmt: skip

    def _upload(self, asked: Asked) -> Answer:
        post = self.posts.get(asked.parts[0])
        if post is None:
            return Answer(status=404)
        if self.now() > post.begun_at + _URL_LASTS_S:
            return Answer(status=403)
        found = _RANGE.fullmatch(asked.headers.get("content-range", ""))
        if found is None:
            return Answer(status=416)
        start, end, size = (int(each) for each in found.groups())
        is_film = asked.headers.get("content-type") in _FILMS
        if not is_film or len(asked.body) != end - start + 1 or size != post.size:
            return Answer(status=400)
        is_last = end + 1 == size
        if start != post.received or (not is_last and len(asked.body) != post.chunk):
            told = {"content-range": f"bytes 0-{post.received - 1}/{size}"}
            return Answer(status=416, headers=told)
        post.received = end + 1
        if is_last:
            self._finish(post)
        return Answer(status=201 if is_last else 206)

    def _status(self, asked: Asked) -> Answer:
        post = self.posts.get(asked.json().get("publish_id", ""))
        if post is None:
            return _no(400, "invalid_publish_id")
        if post.done_at is None or self.now() < post.done_at:
            word = "PROCESSING_DOWNLOAD" if post.photos else "PROCESSING_UPLOAD"
            return _yes({"status": word, "uploaded_bytes": post.received})
        if post.reason:
            return _yes({"status": "FAILED", "fail_reason": post.reason})
        public = post.info["privacy_level"] == "PUBLIC_TO_EVERYONE"
        ids = [int(post.post_id)] if public else []
        return _yes({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": ids})


def _yes(data: dict[str, Any]) -> Answer:
    return Answer(json={"data": data, "error": {"code": "ok", "message": "", "log_id": "1"}})


def _no(status: int, code: str) -> Answer:
    error = {"code": code, "message": f"{code} was found", "log_id": "1"}
    return Answer(status=status, json={"data": {}, "error": error})
