"""Telegram channels (Bot API): nothing lets a bot see what it posted, so a lost answer is a
person's to resolve.

Source: core.telegram.org/bots/api, "Making requests", "sendMessage", "sendMediaGroup"; "Bots FAQ".
The bot's token is a part of every URL: no message may quote one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO, Literal

import msgspec

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Http, Request, Response
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import MediaItem
from schedulerx.posts.options import SWITCH, TEXT, Option, is_on
from schedulerx.posts.outcomes import (
    Absent,
    AccountRefused,
    AnswerLost,
    PlatformError,
    Published,
    Ready,
    Refused,
    Throttled,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import asked_wait, said, with_link

_HOME = "https://api.telegram.org"
_MAX_TEXT, _MAX_CAPTION = 4096, 1024
_UPLOAD_S = 300.0
_NO_PREVIEW = '{"is_disabled":true}'


class _Chat(msgspec.Struct, frozen=True):
    id: int
    username: str | None = None


class _Message(msgspec.Struct, frozen=True):
    message_id: int
    chat: _Chat


class _Yes(msgspec.Struct, frozen=True):
    """An answer to what was done: a message, or the messages of a group."""

    ok: Literal[True]
    result: _Message | list[_Message]


class _Parameters(msgspec.Struct, frozen=True):
    retry_after: float | None = None


class _No(msgspec.Struct, frozen=True):
    """An answer to what was not."""

    description: str = "no reason"
    parameters: _Parameters = _Parameters()


class Telegram:
    """Implements `schedulerx.posts.platform.Platform`. Tokens: `bot_token`, of @BotFather. Option
    `chat`: @name of a channel, or its number.
    """

    name = "telegram"
    options: Mapping[str, Option] = {
        "chat": TEXT,
        "silent": SWITCH,
        "protect": SWITCH,  # it cannot be forwarded or saved
        "preview": SWITCH,  # of the first link: yes, if it is not said
    }
    oauth = None  # a bot's token
    credentials = ("bot_token",)
    limits = Limits(
        max_text=_MAX_TEXT,
        max_pictures=10,  # "sendMediaGroup": 2 to 10
        max_videos=10,
        mixed=True,
        picture=MediaLimits(
            media_types=("image/jpeg", "image/png", "image/webp"),
            max_bytes=10_000_000,  # "sendPhoto"
            # Of a photo: both sides together 10000 at most, one at most 20 times the other.
            max_width=5000,
            max_height=5000,
            min_aspect=1 / 20,
            max_aspect=20,
        ),
        video=MediaLimits(media_types=("video/mp4",), max_bytes=50_000_000),  # "Sending files"
        rates=(Rate(count=20, seconds=60),),  # "Bots FAQ": of one group; so too of a channel here
    )

    def check(self, draft: Draft) -> list[Problem]:
        """Text beside media is a caption, and shorter. Counted in UTF-16 units, as entities are."""
        problems = []
        length = len(with_link(draft.content).encode("utf-16-le")) // 2
        most, what = (_MAX_CAPTION, "caption") if draft.media else (_MAX_TEXT, "text")
        if length > most:
            words = f"the {what} has {length} characters, Telegram takes {most}"
            problems.append(Problem(rule="text_length", message=words))
        if len(draft.media) > 10:
            words = f"the post has {len(draft.media)} media, Telegram takes 10"
            problems.append(Problem(rule="media_count", message=words))
        if not str(draft.content.options.get("chat", "")):
            words = "Telegram needs a channel: give the account the option chat=@NAME"
            problems.append(Problem(rule="chat", message=words))
        return problems

    def prepare(self, session: Session) -> Ready | Waiting:
        """Media go with the message: there is nothing to upload before."""
        if not session.tokens.get().get("bot_token"):
            raise AccountRefused("the account has no bot_token; add it again with --secret")
        return Ready()

    def publish(self, session: Session) -> Published | Waiting:
        """Sends the message with all its media."""
        answer = session.http.send(_request(session))
        return _published(_messages(answer, session.now())[0])

    def poll(self, session: Session) -> Published | Waiting:
        """A message is there once it is accepted."""
        raise AnswerLost(f"nothing is waited for on {session.account.name}")

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Bots cannot read a channel's past."""
        return Unsure(hint=f"look at the channel {session.draft.content.options.get('chat')}")


def send_message(http: Http, server: str, bot_token: str, chat: str, text: str) -> None:
    """Says something in a chat, without previews of links.

    Raises:
        NotAccepted: Telegram asks to wait, or was not reached.
        Refused: the bot or the chat is none, or the text is too long.
        AnswerLost: it may have been said.
    """
    form = {"chat_id": chat, "text": text, "link_preview_options": _NO_PREVIEW}
    url = f"{(server or _HOME).rstrip('/')}/bot{bot_token}/sendMessage"
    _messages(http.send(Request(method="POST", url=url, form=form)), datetime.now(UTC))


def _messages(answer: Response, now: datetime) -> list[_Message]:
    """The message that was sent, or those of a group."""
    if answer.status >= 300:
        raise _refused(answer, now)
    result = answer.read(_Yes).result
    messages = result if isinstance(result, list) else [result]
    if not messages:
        raise AnswerLost("Telegram answers without a message")
    return messages


def _refused(answer: Response, now: datetime) -> PlatformError:
    """What an answer means that is no yes."""
    told = said(answer, _No)
    words, code = f"Telegram: {told.description}", str(answer.status)
    match answer.status:
        case 429:
            asked = told.parameters.retry_after
            after_s = asked_wait(answer, now) if asked is None else asked
            return Throttled(words, code=code, after_s=after_s)
        case 401 | 404:  # of a token that is none
            return AccountRefused("Telegram does not know the bot; connect it again", code=code)
        case 403:
            return AccountRefused(f"{words}; make the bot an administrator of the channel")
        case status if 400 <= status < 500 and status != 408:
            return Refused(words, code=code)
    return AnswerLost(words, code=code)


def _request(session: Session) -> Request:
    """The one request: `sendMessage`, `sendPhoto`, `sendVideo` or `sendMediaGroup`."""
    content, media = session.draft.content, session.draft.media
    form = {"chat_id": str(content.options["chat"])}
    if is_on(content.options.get("silent")):
        form["disable_notification"] = "true"
    if is_on(content.options.get("protect")):
        form["protect_content"] = "true"
    text = with_link(content)
    if not media:
        if not is_on(content.options.get("preview", "yes")):
            form["link_preview_options"] = _NO_PREVIEW
        return _to(session, "sendMessage", form={**form, "text": text})
    if len(media) == 1:
        method = "sendVideo" if is_video(media[0]) else "sendPhoto"
        kind = "video" if is_video(media[0]) else "photo"
        shape = _shape(media[0])
        fields = {**form, "caption": text, **{name: str(each) for name, each in shape.items()}}
        return _to(session, method, form=fields, files={kind: _file(session, media[0])})
    group = [_described(position, item) for position, item in enumerate(media)]
    group[0]["caption"] = text  # of the first is shown under all
    files = {f"file{position}": _file(session, item) for position, item in enumerate(media)}
    fields = {**form, "media": msgspec.json.encode(group).decode()}
    return _to(session, "sendMediaGroup", form=fields, files=files)


def _described(position: int, item: MediaItem) -> dict[str, Any]:
    kind = "video" if is_video(item) else "photo"
    return {"type": kind, "media": f"attach://file{position}", **_shape(item)}


def _shape(item: MediaItem) -> dict[str, Any]:
    if not is_video(item):
        return {}
    told = {"width": item.width, "height": item.height, "duration": int(item.duration_s or 0)}
    return {"supports_streaming": True, **{name: each for name, each in told.items() if each}}


def _file(session: Session, item: MediaItem) -> tuple[str, BinaryIO, str]:
    return item.name or "media", session.media.open(item), item.media_type


def _to(session: Session, method: str, **content: Any) -> Request:
    server = (session.account.server or _HOME).rstrip("/")
    url = f"{server}/bot{session.tokens.get()['bot_token']}/{method}"
    return Request(method="POST", url=url, timeout_s=_UPLOAD_S, **content)


def _published(message: _Message) -> Published:
    """Channels with a name have public addresses, others one for their members."""
    number, chat = message.message_id, message.chat
    name = chat.username or f"c/{str(chat.id).removeprefix('-100')}"
    return Published(platform_id=str(number), url=f"https://t.me/{name}/{number}")
