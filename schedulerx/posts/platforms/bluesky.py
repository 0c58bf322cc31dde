"""Bluesky (AT Protocol): a post is a record under a key of ours, so sending it twice makes one.

Source: the lexicons `com.atproto.repo.putRecord`, `app.bsky.feed.post` and `app.bsky.embed.*`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import regex

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Request
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import Content, MediaItem
from schedulerx.posts.options import TEXT, Option
from schedulerx.posts.outcomes import Absent, AnswerLost, Published, Ready, Unsure, Waiting
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import said, with_link
from schedulerx.posts.platforms.at_once import AtOnce
from schedulerx.posts.platforms.bluesky_session import Said, answered, call, did_of, server_of
from schedulerx.posts.platforms.facets import facets, mentions

_POSTS = "app.bsky.feed.post"
_GRAPHEMES, _BYTES = 300, 3000
_VIDEO_ALT = 1000  # characters, app.bsky.embed.video, alt
_LANGUAGES = 3  # app.bsky.feed.post, langs
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"  # of record keys, in order (base32-sortable)


class _Uploaded(msgspec.Struct, frozen=True):
    blob: dict[str, Any]


class _Record(msgspec.Struct, frozen=True):
    uri: str


class _Resolved(msgspec.Struct, frozen=True):
    did: str


class Bluesky(AtOnce):
    """Implements `schedulerx.posts.platform.Platform`. Tokens: `identifier` and `password` (an app
    password), and what sessions give: `did`, `accessJwt`, `refreshJwt`.
    """

    name = "bluesky"
    options: Mapping[str, Option] = {"languages": TEXT}  # with commas, as "en, fr"
    oauth = None  # an app password, not a grant
    credentials = ("identifier", "password")
    limits = Limits(
        max_text=_GRAPHEMES,
        max_pictures=4,
        max_videos=1,
        picture=MediaLimits(
            media_types=("image/jpeg", "image/png", "image/webp"), max_bytes=1_000_000
        ),
        # "Uploading video", and the announcement of 3 minutes.
        video=MediaLimits(media_types=("video/mp4",), max_bytes=100_000_000, max_seconds=180),
        max_alt=2000,  # of pictures, as the application takes; the lexicon tells none
        # docs.bsky.app, "Rate limits": 5000 points an hour, 35000 a day; a new record costs 3.
        rates=(Rate(count=1666, seconds=3600), Rate(count=11_666, seconds=86_400)),
    )

    def check(self, draft: Draft) -> list[Problem]:
        """Text is counted in graphemes, and in bytes; a video's alt text has a limit of its own."""
        text = _text(draft)
        graphemes, size, languages = len(_clusters(text)), len(text.encode()), _languages(draft)
        alts = [len(_clusters(item.alt)) for item in draft.media if is_video(item)]
        return [
            Problem(rule=rule, message=f"the {what} has {count} {unit}, Bluesky takes {most}")
            for rule, what, count, unit, most in (
                ("text_length", "text", graphemes, "characters", _GRAPHEMES),
                ("text_length", "text", size, "bytes", _BYTES),
                ("alt_length", "video's alt text", max(alts, default=0), "characters", _VIDEO_ALT),
                ("option", "post", len(languages), "languages", _LANGUAGES),
            )
            if count > most
        ]

    def prepare(self, session: Session) -> Ready | Waiting:
        """Signs in, finds whom the text mentions, and uploads each blob that the handle lacks."""
        did_of(session)
        if "mentions" not in session.handle:
            found = {name: _resolved(session, name) for name in mentions(_text(session.draft))}
            session.save({**session.handle, "mentions": found})
        blobs = dict(session.handle.get("blobs", {}))
        for item in session.draft.media:
            if item.sha256 not in blobs:
                blobs[item.sha256] = self._upload(session, item)
                session.save({**session.handle, "blobs": blobs})
        return Ready()

    def _upload(self, session: Session, item: MediaItem) -> Any:
        request = Request(
            method="POST",
            url=f"{server_of(session)}/xrpc/com.atproto.repo.uploadBlob",
            headers={"content-type": item.media_type},
            body=session.media.open(item),
            timeout_s=120,
        )
        return answered(call(session, request), session).read(_Uploaded).blob

    def publish(self, session: Session) -> Published | Waiting:
        """Puts the record, which must not be there yet."""
        body = {**_address(session), "record": _record(session), "swapRecord": None}
        url = f"{server_of(session)}/xrpc/com.atproto.repo.putRecord"
        answer = call(session, Request(method="POST", url=url, json=body))
        if answer.status == 400 and said(answer, Said).error == "InvalidSwap":
            raise AnswerLost("a record lies under this post's key already", code="InvalidSwap")
        return _published(session, answered(answer, session).read(_Record).uri)

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Reads the record under the post's key."""
        url = f"{server_of(session)}/xrpc/com.atproto.repo.getRecord"
        answer = call(session, Request(method="GET", url=url, query=_address(session)))
        if answer.status == 400 and _is_missing(said(answer, Said)):
            return Absent()  # a record put later has the same key
        return _published(session, answered(answer, session).read(_Record).uri)


def record_key(due_at: datetime, seed: bytes) -> str:
    """A TID for a post: its time, and below a second what tells it from others of that time."""
    noise = int.from_bytes(hashlib.blake2b(seed, digest_size=8).digest())
    micros = int(due_at.timestamp()) * 1_000_000 + noise % 1_000_000
    value = (micros << 10) | (noise >> 20) % 1024
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(60, -1, -5))


def _text(draft: Draft) -> str:
    """The text, and the link where no card can show it."""
    return with_link(draft.content) if draft.media else draft.content.text


def _is_missing(told: Said) -> bool:
    """Whether there is no such record; older servers have no word of its own for it."""
    return told.error == "RecordNotFound" or told.message.startswith("Could not locate record")


def _clusters(text: str) -> list[str]:
    """Characters as a reader sees them."""
    found: list[str] = regex.findall(r"\X", text)
    return found


def _languages(draft: Draft) -> list[str]:
    named = str(draft.content.options.get("languages", ""))
    return [each.strip() for each in named.split(",") if each.strip()]


def _address(session: Session) -> dict[str, str]:
    key = record_key(session.draft.due_at, session.draft.target_id.bytes)
    return {"repo": did_of(session), "collection": _POSTS, "rkey": key}


def _record(session: Session) -> dict[str, Any]:
    text = _text(session.draft)
    record: dict[str, Any] = {
        "$type": _POSTS,
        "text": text,
        "createdAt": session.draft.due_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
    if found := facets(text, session.handle.get("mentions", {}).get):
        record["facets"] = found
    if languages := _languages(session.draft):
        record["langs"] = languages
    if embed := _embed(session.draft.content, session):
        record["embed"] = embed
    return record


def _embed(content: Content, session: Session) -> dict[str, Any] | None:
    media = session.draft.media
    blobs = session.handle.get("blobs", {})
    if media and is_video(media[0]):
        video = {"video": blobs[media[0].sha256], "alt": media[0].alt, **_ratio(media[0])}
        return {"$type": "app.bsky.embed.video", **video}
    if media:
        images = [{"image": blobs[item.sha256], "alt": item.alt, **_ratio(item)} for item in media]
        return {"$type": "app.bsky.embed.images", "images": images}
    if content.link:
        card = {"uri": content.link, "title": content.title or content.link, "description": ""}
        return {"$type": "app.bsky.embed.external", "external": card}
    return None


def _ratio(item: MediaItem) -> dict[str, Any]:
    if not item.width or not item.height:
        return {}
    return {"aspectRatio": {"width": item.width, "height": item.height}}


def _published(session: Session, uri: str) -> Published:
    key = uri.rpartition("/")[2]
    return Published(platform_id=uri, url=f"https://bsky.app/profile/{did_of(session)}/post/{key}")


def _resolved(session: Session, handle: str) -> str | None:
    """The account behind an @handle; None where there is none."""
    url = f"{server_of(session)}/xrpc/com.atproto.identity.resolveHandle"
    answer = session.http.send(Request(method="GET", url=url, query={"handle": handle}))
    return None if answer.status == 400 else answered(answer, session).read(_Resolved).did
