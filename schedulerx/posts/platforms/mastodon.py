"""Mastodon: an idempotency key of ours makes sending twice within an hour make one post.

Source: docs.joinmastodon.org, methods `media`, `statuses`, `accounts`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
import regex

from schedulerx.posts.http import Http, Request, Response
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import MediaItem
from schedulerx.posts.options import SWITCH, TEXT, WHOLE, Option, is_on, whole
from schedulerx.posts.outcomes import (
    Absent,
    AccountRefused,
    NotAccepted,
    Published,
    Ready,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import (
    error_for,
    is_since,
    moment,
    said,
    with_bearer,
    with_link,
)
from schedulerx.posts.platforms.at_once import AtOnce
from schedulerx.posts.platforms.mastodon_server import limits_told

_HOME = "https://mastodon.social"
_MAX_TEXT = 500
_URL_LENGTH = 23  # whatever a link's own length
_KEY_KEPT = timedelta(minutes=50)  # the server keeps keys for an hour
_URL = re.compile(r"https?://[^\s<>]*[^\s<>.,;:!?'\")\]}]")  # what ends a sentence is no part
_MENTION = re.compile(r"(@\w+)@[\w.-]+")  # counts without its server


class _Named(msgspec.Struct, frozen=True):
    """An account, or a medium."""

    id: str
    url: str | None = None


class _Status(msgspec.Struct, frozen=True):
    """A post."""

    id: str
    url: str | None = None
    created_at: str = ""
    content: str = ""
    media_attachments: list[_Named] = []


class _Said(msgspec.Struct, frozen=True):
    """An error."""

    error: str = "no reason"


class Mastodon(AtOnce):
    """Implements `schedulerx.posts.platform.Platform`. Tokens: `access_token`, which never ends."""

    name = "mastodon"
    options: Mapping[str, Option] = {
        "visibility": Option(choices=("public", "unlisted", "private")),
        "spoiler_text": TEXT,
        "language": TEXT,
        "max_characters": WHOLE,  # of a server that takes more, and does not tell
        "sensitive": SWITCH,  # media are hidden until they are asked for
    }
    oauth = None  # an application's own token, made in the account's settings
    credentials = ("access_token",)
    limits = Limits(
        max_text=_MAX_TEXT,
        link_length=_URL_LENGTH,
        max_pictures=4,
        max_videos=1,
        # Of a server that keeps to the defaults: methods `instance`, configuration.
        picture=MediaLimits(
            media_types=("image/jpeg", "image/png", "image/gif", "image/webp"),
            max_bytes=16 * 1024**2,
            max_pixels=33_177_600,
        ),
        animation=MediaLimits(
            media_types=("image/gif",), max_bytes=16 * 1024**2, max_pixels=33_177_600
        ),
        video=MediaLimits(
            media_types=("video/mp4", "video/webm", "video/quicktime"),
            max_bytes=99 * 1024**2,
            max_pixels=8_294_400,
            max_fps=120,
        ),
        max_alt=1500,  # methods `media`, description
        rates=(Rate(count=300, seconds=300),),  # "Rate limits", per account
        poll_seconds=2,
    )

    def check(self, draft: Draft) -> list[Problem]:
        """Links count 23 characters, mentions without their server."""
        options, limits = draft.content.options, draft.limits(self)
        warning = len(regex.findall(r"\X", str(options.get("spoiler_text", ""))))
        count = counted(_text(draft), limits.link_length or _URL_LENGTH) + warning
        most = whole(options, "max_characters") or limits.max_text
        if count <= most:
            return []
        words = f"the text counts {count} characters, Mastodon takes {most}"
        return [Problem(rule="text_length", message=words)]

    def limits_at(self, http: Http, server: str) -> dict[str, Any]:
        """As `schedulerx.posts.platform.Told.limits_at`."""
        assert self.limits.picture is not None
        assert self.limits.video is not None
        home = server or _HOME
        return limits_told(http, home, self.limits.picture, self.limits.video)

    def prepare(self, session: Session) -> Ready | Waiting:
        """Uploads each medium, then waits until the server has processed all."""
        uploaded: dict[str, str] = dict(session.handle.get("media", {}))
        for position, item in enumerate(session.draft.media):
            if str(position) not in uploaded:
                uploaded[str(position)] = _upload(session, item)
                session.save({**session.handle, "media": uploaded})
        ready = all(_is_processed(session, media_id) for media_id in uploaded.values())
        return Ready() if ready else Waiting(seconds=self.limits.poll_seconds)

    def publish(self, session: Session) -> Published | Waiting:
        """Posts under a key of the target. The server forgets it: the moment it was first used is
        kept, and sent again later the post has another, once it was looked for.
        """
        if not _key_is_known(session):
            found = self.find(session)
            if isinstance(found, Published):
                return found
            session.save({**session.handle, "sent_at": session.now().isoformat()})
        options = session.draft.content.options
        body = {
            "status": _text(session.draft),
            "media_ids": _media_ids(session),
            "visibility": options.get("visibility", "public"),
            **({"sensitive": True} if is_on(options.get("sensitive")) else {}),
            **{name: options[name] for name in ("spoiler_text", "language") if name in options},
        }
        answer = _call(session, "POST", "/api/v1/statuses", json=body, key=_key(session))
        return _published(_answered(answer, session).read(_Status))

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Looks for the post among the account's latest. Not there, it may be sent again only
        while the server knows the key.
        """
        if "sent_at" not in session.handle:
            return Absent()  # the moment is kept before the request
        answer = _call(session, "GET", "/api/v1/accounts/verify_credentials")
        account = _answered(answer, session).read(_Named)
        path = f"/api/v1/accounts/{account.id}/statuses"
        query = {"limit": "40", "exclude_reblogs": "true"}
        listed = _answered(_call(session, "GET", path, query=query), session)
        for status in listed.read(list[_Status]):
            if _is_ours(status, session, session.handle["sent_at"]):
                return _published(status)
        if _key_is_known(session):
            return Absent()
        return Unsure(hint=f"look at {account.url or 'the profile'}")


def counted(text: str, link: int = _URL_LENGTH) -> int:
    """Characters as Mastodon counts them: graphemes, links alike, mentions without a server."""
    plain = _MENTION.sub(r"\1", _URL.sub("x" * link, text))
    return len(regex.findall(r"\X", unicodedata.normalize("NFC", plain)))


def _is_ours(status: _Status, session: Session, sent_at: str) -> bool:
    """Whether a post is the one sent then: not an older one that says the same."""
    return (
        is_since(status.created_at, sent_at)
        and {each.id for each in status.media_attachments} == set(_media_ids(session))
        and _same(status.content, _text(session.draft))
    )


def _key_is_known(session: Session) -> bool:
    """Whether the server still has the key that was first used at `sent_at`."""
    sent_at = moment(session.handle.get("sent_at", ""))
    return sent_at is not None and session.now() < sent_at + _KEY_KEPT


def _key(session: Session) -> str:
    return f"{session.draft.target_id} {session.handle['sent_at']}"


def _text(draft: Draft) -> str:
    return with_link(draft.content)


def _media_ids(session: Session) -> list[str]:
    uploaded = session.handle.get("media", {})
    return [uploaded[str(position)] for position in range(len(uploaded))]


def _same(html: str, text: str) -> bool:
    """Whether a post's HTML says the text, whatever became of links and lines."""

    def bare(words: str) -> str:
        return re.sub(r"[\W_]+", "", words).lower()

    shown = re.sub(r"<[^>]+>", " ", html)
    shown = re.sub(r"&\w+;|&#\d+;", " ", shown)
    return bare(shown) == bare(re.sub(r"[&<>\"']", " ", text))


def _upload(session: Session, item: MediaItem) -> str:
    files = {"file": (item.name or "media", session.media.open(item), item.media_type)}
    form = {"description": item.alt} if item.alt else {}
    answer = _call(session, "POST", "/api/v2/media", files=files, form=form)
    return _answered(answer, session).read(_Named).id


def _is_processed(session: Session, media_id: str) -> bool:
    """206: not yet; 200: ready; 422: it cannot be processed."""
    answer = _call(session, "GET", f"/api/v1/media/{media_id}")
    if answer.status == 404:
        raise NotAccepted("an uploaded medium is gone; it is uploaded again", restart=True)
    return _answered(answer, session).status == 200


def _published(status: _Status) -> Published:
    return Published(platform_id=status.id, url=status.url)


def _call(session: Session, method: str, path: str, key: str = "", **content: Any) -> Response:
    server = (session.account.server or _HOME).rstrip("/")
    headers = {"idempotency-key": key} if key else {}
    request = Request(
        method=method, url=f"{server}{path}", headers=headers, timeout_s=120, **content
    )
    token = session.tokens.get().get("access_token")
    if not token:
        raise AccountRefused("the account has no access_token; add it again with --secret")
    return session.http.send(with_bearer(request, str(token)))


def _answered(answer: Response, session: Session) -> Response:
    """The answer, if it is a yes."""
    if answer.status < 300:
        return answer
    words = f"Mastodon: {said(answer, _Said).error}"
    if answer.status == 403:
        raise AccountRefused(f"{words}; connect the account again", code="403")
    raise error_for(answer, words, str(answer.status), session.now())
