"""Pinterest's API v5 in memory: what it refuses and answers, its OpenAPI document says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn
from schedulerx.cloud.platforms.tokens import TokenDesk

BOARDS = {"1001": "Garden", "1002": "Kitchen"}
SECTIONS = {"1001": {"2001": "Roses", "2002": "Herbs"}, "1002": {}}  # of boards
_PROCESSING_S = 10.0
_MAX_PICTURE = 20 * 1024**2
_LENGTHS = {"title": 100, "description": 800, "link": 2048, "alt_text": 500}
_IDS = ("board_id", "board_section_id", "parent_pin_id", "sponsor_id")
_BASE64 = re.compile(r"[a-zA-Z0-9+/=]+")


class PinterestStandIn(StandIn):
    """Boards, pins and registered media."""

    name = "pinterest"

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.desk = TokenDesk(
            now=now, scopes="boards:read,boards:write,pins:read,pins:write", basic=True,
            extra={"refresh_token_expires_in": 5_184_000, "response_type": "authorization_code"},
        )  # fmt: skip
        self.routes = {
            r"GET /oauth/": self.desk.authorize,
            r"POST /v5/oauth/token": self._token,
            r"POST /v5/media": self._register,
            r"GET /v5/media/(\w+)": self._medium,
            r"POST /upload/(\d+)": self._upload,
            r"GET /v5/boards": self._boards,
            r"POST /v5/pins": self._create,
            r"GET /v5/boards/(\w+)/pins": self._pins,
            r"GET /v5/boards/(\w+)/sections": self._sections,
        }
        self.media: dict[str, float | None] = {}  # when a video is processed; None: not there yet
        self.pins: list[dict[str, Any]] = []

    def throttled(self) -> Answer:
        """The window's end is told in seconds."""
        body = {"code": 8, "message": "You have exceeded your rate limit. Try again later."}
        return Answer(status=429, json=body, headers={"x-ratelimit-reset": "30"})

    def _routed(self, asked: Asked) -> Answer:
        is_open = not asked.path.startswith("/v5/") or asked.path == "/v5/oauth/token"
        if not is_open and not self.desk.allows(asked):
            return _no(401, 2, "Authentication failed.")
        return super()._routed(asked)

    def _token(self, asked: Asked) -> Answer:
        form = asked.form()
        is_code = form.get("grant_type") == "authorization_code"
        if is_code and form.get("continuous_refresh") != "true":
            return _no(400, 3, "Invalid request: legacy refresh tokens are no longer given")
        answer = self.desk.token(asked)
        if answer.status != 200:
            return _no(answer.status, 3, f"Invalid request: {answer.json['error']}")
        return answer

    def _register(self, asked: Asked) -> Answer:
        body = _object(asked)
        if body is None or body.get("media_type") != "video":
            return _no(400, 1, "Invalid request: media_type must be 'video'.")
        medium = str(len(self.media) + 70_001)
        self.media[medium] = None
        url = f"http://{asked.headers['host']}/{self.name}/upload/{medium}"
        registered = {
            "media_id": medium, "media_type": "video", "upload_url": url,
            "upload_parameters": _parameters(medium),
        }  # fmt: skip
        return Answer(status=201, json=registered)

    def _upload(self, asked: Asked) -> Answer:
        medium = asked.parts[0]
        form, told = asked.form(), _parameters(medium)
        if {name: form.get(name) for name in told} != told or "file" not in asked.fields():
            return Answer(status=403, body=b"<Error><Code>AccessDenied</Code></Error>")
        self.media[medium] = self.now() + _PROCESSING_S
        return Answer(status=204)

    def _medium(self, asked: Asked) -> Answer:
        medium = asked.parts[0]
        if medium not in self.media:
            return _no(404, 4, "Media not found.")
        ready_at = self.media[medium]
        status = "registered" if ready_at is None else "processing"
        if ready_at is not None and ready_at <= self.now():
            status = "succeeded"
        return Answer(json={"media_id": medium, "media_type": "video", "status": status})

    def _boards(self, asked: Asked) -> Answer:
        names = [{"id": board, "name": name} for board, name in BOARDS.items()]
        at = int(asked.query.get("bookmark", "0"))
        following = str(at + 1) if at + 1 < len(names) else None  # one a page, so that all is read
        return Answer(json={"items": names[at : at + 1], "bookmark": following})

    def _create(self, asked: Asked) -> Answer:
        body = _object(asked)
        broken = next(_broken(body), None) if body is not None else "a JSON object is needed"
        if body is None or broken:
            return _no(400, 1, f"Invalid request: {broken}.")
        if body.get("board_id") not in BOARDS:
            return _no(404, 40, "Board not found.")
        if body.get("board_section_id") not in (None, *SECTIONS[body["board_id"]]):
            return _no(404, 2031, "Board section not found.")
        source = body["media_source"]
        if source["source_type"] == "video_id" and not self._is_processed(source["media_id"]):
            return _no(400, 235, "The video is not processed yet.")
        return Answer(status=201, json=self._made(body))

    def _is_processed(self, medium: str) -> bool:
        ready_at = self.media.get(medium)
        return ready_at is not None and ready_at <= self.now()

    def _made(self, body: dict[str, Any]) -> dict[str, Any]:
        said = {name: body.get(name) for name in (*_LENGTHS, "board_id")}
        made = datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        pin_id = str(len(self.pins) + 90_001)
        pin = {"id": pin_id, **said, "created_at": made}
        self.pins.insert(0, pin)
        source = body["media_source"]
        self.shown.append(
            Shown(
                post_id=pin_id, text=body.get("description", ""),
                media=len(source.get("items", [source])),
                extra={"source_type": source["source_type"], "board": body["board_id"]},
            )
        )  # fmt: skip
        return pin

    def _sections(self, asked: Asked) -> Answer:
        sections = SECTIONS.get(asked.parts[0])
        if sections is None:
            return _no(404, 40, "Board not found.")
        items = [{"id": section, "name": name} for section, name in sections.items()]
        return Answer(json={"items": items, "bookmark": None})

    def _pins(self, asked: Asked) -> Answer:
        board = asked.parts[0]
        if board not in BOARDS:
            return _no(404, 40, "Board not found.")
        pins = [pin for pin in self.pins if pin["board_id"] == board]
        return Answer(json={"items": pins, "bookmark": None})


def _parameters(medium: str) -> dict[str, str]:
    """The fields an upload has to bear, each of them."""
    return {
        "key": f"uploads/{medium}", "Content-Type": "multipart/form-data", "policy": "a-policy",
        "x-amz-signature": "a-signature",
    }  # fmt: skip


def _object(asked: Asked) -> dict[str, Any] | None:
    try:
        body = asked.json()
    except msgspec.DecodeError:
        return None
    return body if isinstance(body, dict) else None


def _broken(body: dict[str, Any]) -> Iterator[str]:
    """Each rule of the schema `PinCreate` that the body breaks."""
    for name, most in _LENGTHS.items():
        value = body.get(name)
        if value is not None and not (isinstance(value, str) and len(value) <= most):
            yield f"{name} must be a string of at most {most} characters"
    for name in _IDS:
        value = body.get(name)
        may_be_null = name != "board_id" and value is None
        if name in body and not (may_be_null or _is_id(value)):
            yield f"{name} must be digits"
    if not isinstance(body.get("media_source"), dict):
        yield "media_source must be an object"
        return
    yield from _broken_source(body["media_source"])


def _broken_source(source: dict[str, Any]) -> Iterator[str]:
    """Each rule of the schema `PinMediaSource` that is broken."""
    match source.get("source_type"):
        case "image_url":
            if not isinstance(source.get("url"), str):
                yield "url is needed"
        case "image_base64":
            yield from _broken_picture(source)
        case "multiple_image_base64" | "multiple_image_urls":
            yield from _broken_items(source)
        case "video_id":
            yield from _broken_video(source)
        case other:
            yield f"{other!r} is no source_type"


def _broken_items(source: dict[str, Any]) -> Iterator[str]:
    items = source.get("items")
    if not isinstance(items, list) or not 2 <= len(items) <= 5:
        yield "items must be 2 to 5"
        return
    for item in items:
        if source["source_type"] == "multiple_image_base64":
            yield from _broken_picture(item)
        elif not isinstance(item.get("url"), str):
            yield "url is needed"


def _broken_picture(source: dict[str, Any]) -> Iterator[str]:
    if source.get("content_type") not in ("image/jpeg", "image/png"):
        yield "content_type must be image/jpeg or image/png"
    data = source.get("data")
    if isinstance(data, str) and len(data) * 3 // 4 > _MAX_PICTURE:
        yield "data must be of at most 20 MB"
    if not (isinstance(data, str) and _BASE64.fullmatch(data)):
        yield "data must be base64"


def _broken_video(source: dict[str, Any]) -> Iterator[str]:
    if not _is_id(source.get("media_id")):
        yield "media_id must be digits"
    cover = source.get("cover_image_key_frame_time")
    if cover is not None and not (type(cover) is int and cover >= 0):
        yield "cover_image_key_frame_time must be a whole number of seconds"
    if not any(name.startswith("cover_image_") for name in source):
        yield "a cover image is needed"  # not in the document, but in the guide to video pins


def _is_id(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9]+", value) is not None


def _no(status: int, code: int, message: str) -> Answer:
    return Answer(status=status, json={"code": code, "message": message})
