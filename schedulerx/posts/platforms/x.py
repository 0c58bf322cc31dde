"""X (API v2): a post cannot be known again by a key, so it is sent once and then looked for.

Source: docs.x.com, "Media upload", "Create Post", "Rate limits", "OAuth 2.0 with PKCE".
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec

from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.options import SWITCH, WHOLE, Option, is_on, whole
from schedulerx.posts.outcomes import Absent, AnswerLost, Published, Ready, Refused, Unsure, Waiting
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import is_since, said, with_link
from schedulerx.posts.platforms.at_once import AtOnce
from schedulerx.posts.platforms.weighted import weighted_length
from schedulerx.posts.platforms.x_api import OAUTH, Data, Said, answered, call
from schedulerx.posts.platforms.x_media import is_animation, uploaded

_MAX_TEXT = 280
_REPLIERS = ("following", "mentionedUsers", "subscribers", "verified")  # "Create Post"
_LINK = re.compile(r"https?://\S+")


class _User(msgspec.Struct, frozen=True):
    id: str
    username: str = ""


class _Attached(msgspec.Struct, frozen=True):
    media_keys: list[str] = []


class _Note(msgspec.Struct, frozen=True):
    text: str = ""


class _Post(msgspec.Struct, frozen=True):
    id: str
    text: str = ""
    note_tweet: _Note = _Note()  # a longer text, of which `text` is the beginning
    created_at: str = ""
    attachments: _Attached = _Attached()


class _Posts(msgspec.Struct, frozen=True):
    data: list[_Post] = []


class X(AtOnce):
    """Implements `schedulerx.posts.platform.Platform`."""

    name = "x"
    options: Mapping[str, Option] = {
        "reply_settings": Option(choices=_REPLIERS),
        "made_with_ai": SWITCH,
        "paid_partnership": SWITCH,
        "max_characters": WHOLE,  # of an account that may post longer texts (X Premium)
    }
    oauth = OAUTH
    credentials = ()
    limits = Limits(
        max_text=_MAX_TEXT,
        max_pictures=4,
        max_videos=1,
        # "Media upload", "Best practices": 5, 15 and 512 MB, read as millions, the lesser.
        picture=MediaLimits(
            media_types=("image/jpeg", "image/png", "image/webp"), max_bytes=5_000_000
        ),
        animation=MediaLimits(
            media_types=("image/gif",), max_bytes=15_000_000, max_width=1280, max_height=1080
        ),
        video=MediaLimits(
            media_types=("video/mp4", "video/quicktime"),
            max_bytes=512_000_000,
            min_seconds=0.5,
            max_seconds=140,
            max_fps=60,
            min_width=32,
            min_height=32,
            min_aspect=1 / 3,
            max_aspect=3,
            video_codecs=("h264",),
            audio_codecs=("aac",),
            plain=True,  # 4:2:0, square, progressive, mono or stereo, AAC of low complexity
        ),
        max_alt=1000,  # "Media metadata"
        rates=(Rate(count=100, seconds=900),),  # "Rate limits", POST /2/tweets, per user
    )

    def check(self, draft: Draft) -> list[Problem]:
        """Text is weighted; an animation stands alone."""
        problems = []
        length = weighted_length(with_link(draft.content))
        most = whole(draft.content.options, "max_characters") or _MAX_TEXT
        if length > most:
            words = f"the text counts {length} characters, X takes {most}"
            problems.append(Problem(rule="text_length", message=words))
        if len(draft.media) > 1 and any(map(is_animation, draft.media)):
            words = "X takes an animated GIF alone, not beside other media"
            problems.append(Problem(rule="media_mixed", message=words))
        return problems

    def prepare(self, session: Session) -> Ready | Waiting:
        """Uploads each medium from where the handle says, describes it, waits for processing."""
        waits = [uploaded(session, item) for item in session.draft.media]
        return Waiting(seconds=max(waits)) if any(waits) else Ready()

    def publish(self, session: Session) -> Published | Waiting:
        """Creates the post. The moment of the first attempt is kept, to look from."""
        is_again = "sent_at" in session.handle
        if not is_again:
            session.save({**session.handle, "sent_at": session.now().isoformat()})
        body = {"text": with_link(session.draft.content), **_settings(session.draft)}
        if session.draft.media:
            known = session.handle["media"]
            body["media"] = {
                "media_ids": [known[item.sha256]["id"] for item in session.draft.media]
            }
        answer = call(session, "POST", "/2/tweets", json=body)
        if answer.status == 403 and "duplicate" in said(answer, Said).detail.lower():
            raise _duplicate(is_again=is_again)
        # A 2xx with errors and without data tells nothing of what became of it: AnswerLost.
        return _published(answered(answer, session).read(Data[_Post]).data.id)

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Looks among the account's latest for one new post that says the same."""
        if "sent_at" not in session.handle:
            return Absent()  # the moment is kept before the request
        me = answered(call(session, "GET", "/2/users/me"), session).read(Data[_User]).data
        query = {
            "max_results": "100", "tweet.fields": "created_at,entities,attachments,note_tweet",
            "exclude": "retweets",
        }  # fmt: skip
        answer = call(session, "GET", f"/2/users/{me.id}/tweets", query=query)
        posts = answered(answer, session).read(_Posts).data
        ours = [post for post in posts if _is_ours(post, session)]
        if len(ours) == 1:
            return _published(ours[0].id)
        return Unsure(hint=f"look at https://x.com/{me.username}")


def _settings(draft: Draft) -> dict[str, Any]:
    """Who may reply, and what readers are told of it."""
    options = draft.content.options
    named = {name: options[name] for name in ("reply_settings",) if name in options}
    told = {name: True for name in ("made_with_ai", "paid_partnership") if is_on(options.get(name))}
    return {**named, **told}


def _duplicate(*, is_again: bool) -> Exception:
    """The same text is there: ours, if it was sent before; else one that nobody sent from here."""
    if is_again:
        return AnswerLost("X says that it has this text already", code="duplicate")
    return Refused("X says that the account has posted this text before", code="duplicate")


def _is_ours(post: _Post, session: Session) -> bool:
    return (
        is_since(post.created_at, session.handle["sent_at"])
        and len(post.attachments.media_keys) == len(session.draft.media)
        and _bare(html.unescape(post.note_tweet.text or post.text))
        == _bare(with_link(session.draft.content))
    )


def _bare(text: str) -> str:
    """The words alone: X shortens links, and adds one for media."""
    return " ".join(_LINK.sub(" ", unicodedata.normalize("NFC", text)).split())


def _published(post_id: str) -> Published:
    return Published(platform_id=post_id, url=f"https://x.com/i/status/{post_id}")
