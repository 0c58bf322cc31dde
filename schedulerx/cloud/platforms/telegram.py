"""Telegram's Bot API in memory, with one channel.

Source: core.telegram.org/bots/api.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from schedulerx.cloud.platforms.counting import utf16
from schedulerx.cloud.platforms.serving import Answer, Asked, Shown, StandIn

TOKEN = "110201543:a-bots-token"  # noqa: S105  (of the stand-in's one bot)
CHANNEL = "@a_channel"
_MAX_TEXT, _MAX_CAPTION = 4096, 1024
_MOST = {"photo": 10 * 1000**2, "video": 50 * 1000**2}  # bytes


class TelegramStandIn(StandIn):
    """Posts whatever it is told as often as it is told."""

    name = "telegram"

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.is_member = True
        self.routes = {
            rf"POST /bot{TOKEN}/sendMessage": self._message,
            rf"POST /bot{TOKEN}/sendPhoto": self._photo,
            rf"POST /bot{TOKEN}/sendVideo": self._video,
            rf"POST /bot{TOKEN}/sendMediaGroup": self._group,
        }

    def throttled(self) -> Answer:
        """The wait is told in the body."""
        words = "Too Many Requests: retry after 30"
        body = {"ok": False, "error_code": 429, "description": words,
                "parameters": {"retry_after": 30}}  # fmt: skip
        return Answer(status=429, json=body)

    def _routed(self, asked: Asked) -> Answer:
        if not asked.path.startswith(f"/bot{TOKEN}/"):
            return _no(404, "Not Found")
        if asked.form().get("chat_id") != CHANNEL:
            return _no(400, "Bad Request: chat not found")
        if not self.is_member:
            return _no(403, "Forbidden: bot is not a member of the channel chat")
        return super()._routed(asked)

    def _message(self, asked: Asked) -> Answer:
        text = asked.form().get("text", "")
        if not text:
            return _no(400, "Bad Request: message text is empty")
        if utf16(text) > _MAX_TEXT:
            return _no(400, "Bad Request: message is too long")
        return Answer(json={"ok": True, "result": self._shown(text, 0)})

    def _photo(self, asked: Asked) -> Answer:
        return self._single(asked, "photo")

    def _video(self, asked: Asked) -> Answer:
        return self._single(asked, "video")

    def _single(self, asked: Asked, kind: str) -> Answer:
        if kind not in asked.fields():
            return _no(400, f"Bad Request: there is no {kind} in the request")
        if len(asked.fields()[kind][1]) > _MOST[kind]:
            return _no(413, "Request Entity Too Large")
        caption = asked.form().get("caption", "")
        if utf16(caption) > _MAX_CAPTION:
            return _no(400, "Bad Request: message caption is too long")
        return Answer(json={"ok": True, "result": self._shown(caption, 1)})

    def _group(self, asked: Asked) -> Answer:
        group = msgspec.json.decode(asked.form()["media"])
        fields = asked.fields()
        if not 2 <= len(group) <= 10:
            return _no(400, "Bad Request: group send requires 2 to 10 media")
        if any(each["media"].removeprefix("attach://") not in fields for each in group):
            return _no(400, "Bad Request: wrong file identifier/HTTP URL specified")
        if utf16(group[0].get("caption", "")) > _MAX_CAPTION:
            return _no(400, "Bad Request: message caption is too long")
        first = self._shown(group[0].get("caption", ""), len(group))
        return Answer(json={"ok": True, "result": [first] * len(group)})

    def _shown(self, text: str, media: int) -> dict[str, Any]:
        number = len(self.shown) + 1
        self.shown.append(Shown(post_id=str(number), text=text, media=media))
        chat = {"id": -1001234567890, "type": "channel", "username": CHANNEL[1:]}
        return {"message_id": number, "chat": chat, "date": int(self.now())}


def _no(status: int, description: str) -> Answer:
    return Answer(
        status=status, json={"ok": False, "error_code": status, "description": description}
    )
