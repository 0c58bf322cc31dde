"""X's API v2 in memory: uploads in segments, posts, the refusal of what was said before.

Source: docs.x.com, "Media upload", "Create Post", "Response codes and errors".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from schedulerx.cloud.platforms.counting import clusters, is_emoji, without_links
from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn
from schedulerx.cloud.platforms.tokens import TokenDesk

_PROCESSING_S = 10.0  # of videos and animations
_KEPT_S = 86_400.0  # how long an upload may be used
_MAX_TEXT, _LINK = 280, 23
_REPLIERS = {"following", "mentionedUsers", "subscribers", "verified"}
_MOST = {"tweet_image": 5 * 1024**2, "tweet_gif": 15 * 1024**2, "tweet_video": 512 * 1024**2}


class Upload(msgspec.Struct, kw_only=True):
    """A medium on its way."""

    category: str
    size: int
    ends: float
    segments: dict[int, int] = msgspec.field(default_factory=dict)  # number: bytes
    ready_at: float | None = None  # None: not finalized
    alt: str = ""


class XStandIn(StandIn):
    """One user, @somebody."""

    name = "x"

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        scopes = "tweet.read tweet.write users.read media.write offline.access"
        self.desk = TokenDesk(now=now, scopes=scopes, lasts_s=7200, basic=True, pkce=True)
        self.routes = {
            r"GET /i/oauth2/authorize": self.desk.authorize,
            r"POST /2/oauth2/token": self.desk.token,
            r"POST /2/media/upload/initialize": self._initialize,
            r"POST /2/media/upload/(\d+)/append": self._append,
            r"POST /2/media/upload/(\d+)/finalize": self._finalize,
            r"GET /2/media/upload": self._status,
            r"POST /2/media/metadata": self._describe,
            r"POST /2/tweets": self._create,
            r"GET /2/users/me": self._me,
            r"GET /2/users/7/tweets": self._tweets,
        }
        self.uploads: dict[str, Upload] = {}
        self.tweets: list[dict[str, Any]] = []
        self.most_text = _MAX_TEXT  # of the account
        self.partial = False  # the next post is answered with errors and without its data

    def throttled(self) -> Answer:
        """The window's end is told in seconds since 1970."""
        reset = str(int(self.now()) + 30)
        problem = {"title": "Too Many Requests", "detail": "Too Many Requests", "status": 429,
                   "type": "about:blank"}  # fmt: skip
        return Answer(status=429, json=problem, headers={"x-rate-limit-reset": reset})

    def _routed(self, asked: Asked) -> Answer:
        if "oauth2" not in asked.path and not self.desk.allows(asked):
            return _no(401, "Unauthorized", "Unauthorized")
        return super()._routed(asked)

    def _initialize(self, asked: Asked) -> Answer:
        body = asked.json()
        most = _MOST.get(body.get("media_category"), 0)
        if not 0 < body.get("total_bytes", 0) <= most:
            return _no(400, "Invalid Request", f"total_bytes of such media are 1 to {most}")
        name = str(len(self.uploads) + 5001)
        self.uploads[name] = Upload(
            category=body["media_category"], size=body["total_bytes"], ends=self.now() + _KEPT_S
        )
        data = {"id": name, "media_key": f"3_{name}", "expires_after_secs": int(_KEPT_S)}
        return Answer(json={"data": data})

    def _append(self, asked: Asked) -> Answer:
        upload = self._upload(asked.parts[0])
        index = int(asked.form().get("segment_index", "-1"))
        _, content = asked.fields()["media"]
        if upload is None:
            return _no(404, "Not Found", "no such media")
        if not 0 <= index <= 999 or len(content) > 5 * 1024**2:
            return _no(400, "Invalid Request", "segment_index is 0 to 999, of 5 MB at most")
        upload.segments[index] = len(content)
        return Answer(json={"data": {"expires_at": int(upload.ends)}})

    def _finalize(self, asked: Asked) -> Answer:
        name = asked.parts[0]
        upload = self._upload(name)
        if upload is None:
            return _no(404, "Not Found", "no such media")
        numbers = sorted(upload.segments)
        if numbers != list(range(len(numbers))) or sum(upload.segments.values()) != upload.size:
            return _no(400, "Invalid Request", "Segments do not add up to the provided total size.")
        if upload.ready_at is None:
            wait = 0.0 if upload.category == "tweet_image" else _PROCESSING_S
            upload.ready_at = self.now() + wait
        return Answer(json={"data": self._told(name, upload)})

    def _status(self, asked: Asked) -> Answer:
        name = asked.query.get("media_id", "")
        upload = self._upload(name)
        if upload is None or asked.query.get("command") != "STATUS":
            return _no(404, "Not Found", "no such media")
        return Answer(json={"data": self._told(name, upload)})

    def _told(self, name: str, upload: Upload) -> dict[str, Any]:
        told: dict[str, Any] = {"id": name, "media_key": f"3_{name}", "size": upload.size}
        if upload.category != "tweet_image":
            left = (upload.ready_at or self.now()) - self.now()
            state = {"state": "in_progress", "check_after_secs": 5, "progress_percent": 50}
            told["processing_info"] = state if left > 0 else {"state": "succeeded"}
        return told

    def _describe(self, asked: Asked) -> Answer:
        body = asked.json()
        upload = self._upload(body["id"])
        if upload is None:
            return _no(404, "Not Found", "no such media")
        if upload.category == "tweet_video":
            return _no(400, "Invalid Request", "alt_text is of images and GIFs")
        upload.alt = body["metadata"]["alt_text"]["text"]
        return Answer(json={"data": {"id": body["id"]}})

    def _upload(self, name: str) -> Upload | None:
        upload = self.uploads.get(name)
        return upload if upload is not None and upload.ends > self.now() else None

    def _create(self, asked: Asked) -> Answer:
        body = asked.json()
        media = body.get("media", {}).get("media_ids", [])
        for name in media:
            upload = self._upload(name)
            if upload is None or upload.ready_at is None or upload.ready_at > self.now():
                return _no(400, "Invalid Request", "Your media IDs are invalid.")
        wrong = _wrong(body, [self.uploads[name].category for name in media])
        if wrong:
            return _no(400, "Invalid Request", wrong)
        if weight(body.get("text", "")) > self.most_text:
            return _no(403, "Forbidden", "Your Tweet text is too long.")
        if any(tweet["said"] == body["text"] for tweet in self.tweets):
            words = "You are not allowed to create a Tweet with duplicate content."
            return _no(403, "Forbidden", words)
        return self._made(body, media)

    def _made(self, body: dict[str, Any], media: list[str]) -> Answer:
        name = str(len(self.tweets) + 8001)
        made = datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        shown = body["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        tweet: dict[str, Any] = {
            "id": name, "text": f"{shown} https://t.co/m" if media else shown, "created_at": made,
            "said": body["text"],
        }  # fmt: skip
        if len(body["text"]) > _MAX_TEXT:  # a longer one is told beside its beginning
            tweet |= {"text": shown[:_MAX_TEXT], "note_tweet": {"text": shown}}
        if media:
            tweet["attachments"] = {"media_keys": [f"3_{each}" for each in media]}
        self.tweets.insert(0, tweet)
        alts = [self.uploads[each].alt for each in media]
        self.shown.append(
            Shown(post_id=name, text=body["text"], media=len(media), extra={"alts": alts})
        )
        if self.partial:
            return Answer(status=200, json={"errors": [{"title": "Not Found Error"}]})
        return Answer(status=201, json={"data": {"id": name, "text": shown}})

    def _me(self, _: Asked) -> Answer:
        return Answer(json={"data": {"id": "7", "name": "Somebody", "username": "somebody"}})

    def _tweets(self, asked: Asked) -> Answer:
        told = {"id", "text", *asked.query.get("tweet.fields", "").split(",")}
        seen = [{name: each[name] for name in each if name in told} for each in self.tweets]
        return Answer(json={"data": seen, "meta": {"result_count": len(seen)}})


def _wrong(body: dict[str, Any], kinds: list[str]) -> str:
    """What the API has against a post with media of these categories."""
    if body.get("reply_settings", "following") not in _REPLIERS:
        return "reply_settings is not one of those there are"
    if not body.get("text") and not kinds:
        return "a text or media are needed"
    is_too_much = len(kinds) > 4 or (len(kinds) > 1 and set(kinds) != {"tweet_image"})
    return "4 images, or one GIF or video" if is_too_much else ""


def weight(text: str) -> int:
    """As "Counting characters" tells it: links 23, emoji 2, Latin and its like 1, all else 2."""
    plain, links = without_links(unicodedata.normalize("NFC", text))
    each = (2 if is_emoji(cluster) else sum(map(_of, cluster)) for cluster in clusters(plain))
    return links * _LINK + sum(each)


def _of(char: str) -> int:
    point = ord(char)
    is_light = point <= 0x10FF or 0x2000 <= point <= 0x200D or 0x2010 <= point <= 0x201F
    return 1 if is_light or 0x2032 <= point <= 0x2037 else 2


def _no(status: int, title: str, detail: str) -> Answer:
    problem = {"title": title, "detail": detail, "type": "about:blank", "status": status}
    return Answer(status=status, json=problem)
