"""Pinterest (API v5): a pin cannot be known again by a key, so it is sent once and then looked for.

Source: Pinterest's OpenAPI document, operations `pins/create`, `media/create`, `boards/list`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Request
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import MediaItem
from schedulerx.posts.options import TEXT, WHOLE, Option, whole
from schedulerx.posts.outcomes import (
    Absent,
    NotAccepted,
    Published,
    Ready,
    Refused,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import is_since
from schedulerx.posts.platforms.at_once import AtOnce
from schedulerx.posts.platforms.pinterest_api import OAUTH, Page, answered, call, listed

_MAX_TITLE, _MAX_TEXT, _MAX_LINK, _MAX_ALT = 100, 800, 2048, 500  # PinCreate
_CAROUSEL = 5  # PinMediaSourceImagesBase64.items


class _Board(msgspec.Struct, frozen=True):
    id: str
    name: str = ""


class _Pin(msgspec.Struct, frozen=True):
    id: str
    title: str | None = None
    description: str | None = None
    link: str | None = None
    alt_text: str | None = None
    created_at: str | None = None


class _Registered(msgspec.Struct, frozen=True):
    """Where a medium is to be uploaded, and the fields that go with it."""

    media_id: str
    upload_url: str
    upload_parameters: dict[str, str]


class _Medium(msgspec.Struct, frozen=True):
    status: str


class Pinterest(AtOnce):
    """Implements `schedulerx.posts.platform.Platform`. Option `board`: a board's id or its name."""

    name = "pinterest"
    options: Mapping[str, Option] = {"board": TEXT, "section": TEXT, "cover_seconds": WHOLE}
    oauth = OAUTH
    credentials = ()
    limits = Limits(
        max_text=_MAX_TEXT,
        max_title=_MAX_TITLE,
        min_media=1,
        max_pictures=_CAROUSEL,
        max_videos=1,
        picture=MediaLimits(
            media_types=("image/jpeg", "image/png"),  # ContentType
            max_bytes=20_000_000,  # help.pinterest.com, "Review Pin specs"
        ),
        video=MediaLimits(
            media_types=("video/mp4", "video/quicktime", "video/x-m4v"),
            max_bytes=1_000_000_000,  # sources say 1 or 2 GB: the lesser
            min_seconds=4,
            max_seconds=900,
            video_codecs=("h264", "hevc"),  # help.pinterest.com, "Review Pin specs"
        ),
        max_alt=_MAX_ALT,
        rates=(Rate(count=100, seconds=1),),  # "Rate limits": standard access, per user and app
    )

    def check(self, draft: Draft) -> list[Problem]:
        """Lengths in characters; a board must be named."""
        content = draft.content
        problems = [
            Problem(rule=rule, message=f"the {what} has {len(said)} characters, of {most}")
            for rule, what, said, most in (
                ("text_length", "text", content.text, _MAX_TEXT),
                ("title_length", "title", content.title, _MAX_TITLE),
                ("link_length", "link", content.link, _MAX_LINK),
            )
            if len(said) > most
        ]
        if not str(content.options.get("board", "")):
            words = "Pinterest needs a board: give the option board=NAME to the post or the account"
            problems.append(Problem(rule="board", message=words))
        return problems

    def prepare(self, session: Session) -> Ready | Waiting:
        """Finds the board; uploads a video, and waits until it is processed."""
        if "board" not in session.handle:
            session.save({**session.handle, "board": _board(session)})
        if "section" in session.draft.content.options and "section" not in session.handle:
            session.save({**session.handle, "section": _section(session)})
        video = next(filter(is_video, session.draft.media), None)
        if video is None:
            return Ready()
        if "video" not in session.handle:
            session.save({**session.handle, "video": _upload(session, video)})
        return self._processed(session)

    def _processed(self, session: Session) -> Ready | Waiting:
        answer = call(session, "GET", f"/media/{session.handle['video']}")
        if answer.status == 404:
            raise NotAccepted("the uploaded video is gone; it is uploaded again", restart=True)
        status = answered(answer, session).read(_Medium).status
        if status == "failed":
            raise Refused("Pinterest could not process the video", code="media_failed")
        if status == "registered":  # the upload was answered, and is not there
            raise NotAccepted("the video did not arrive; it is uploaded again", restart=True)
        return Ready() if status == "succeeded" else Waiting(seconds=self.limits.poll_seconds)

    def publish(self, session: Session) -> Published | Waiting:
        """Creates the pin. The moment of the first attempt is kept, to look from."""
        sent_at = session.handle.get("sent_at", session.now().isoformat())
        session.save({**session.handle, "sent_at": sent_at})
        answer = call(session, "POST", "/pins", json=_pin(session), timeout_s=120.0)
        return _published(answered(answer, session).read(_Pin))

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Looks for one pin of the board that says the same and is new."""
        if "sent_at" not in session.handle:
            return Absent()  # the moment is kept before the request
        board = session.handle["board"]
        pins = listed(session, f"/boards/{board}/pins", Page[_Pin])
        ours = [pin for pin in pins if _is_ours(pin, session)]
        if len(ours) == 1:
            return _published(ours[0])
        return Unsure(hint=f"look for it on https://www.pinterest.com, board {board}")


def _board(session: Session) -> str:
    """The id of the board the post names by id or name."""
    named = str(session.draft.content.options["board"])
    if named.isdigit():
        return named
    return _named(session, "board", listed(session, "/boards", Page[_Board]))


def _section(session: Session) -> str:
    """The id of the section of the board that the post names by id or name."""
    named = str(session.draft.content.options["section"])
    if named.isdigit():
        return named
    path = f"/boards/{session.handle['board']}/sections"
    return _named(session, "section", listed(session, path, Page[_Board]))


def _named(session: Session, what: str, found: list[_Board]) -> str:
    """The id of the one whose name the option gives."""
    name, known = str(session.draft.content.options[what]), {each.name: each.id for each in found}
    if name not in known:
        words = f"there is no {what} {name!r}; there are {', '.join(sorted(known)) or 'none'}"
        raise Refused(words, code=what)
    return known[name]


def _upload(session: Session, item: MediaItem) -> str:
    """Registers a video and uploads it; the parameters are good for one upload, and not kept."""
    answer = call(session, "POST", "/media", json={"media_type": "video"})
    registered = answered(answer, session).read(_Registered)
    files = {"file": (item.name or "video.mp4", session.media.open(item), item.media_type)}
    sent = session.http.send(
        Request(
            method="POST", url=registered.upload_url, form=registered.upload_parameters,
            files=files, timeout_s=900,
        )
    )  # fmt: skip
    if sent.status >= 300:
        raise NotAccepted(f"the upload of the video was refused ({sent.status})")
    return registered.media_id


def _pin(session: Session) -> dict[str, Any]:
    content = session.draft.content
    said = {
        "board_section_id": session.handle.get("section", ""),
        "title": content.title,
        "description": content.text,
        "link": content.link,
        "alt_text": session.draft.media[0].alt,
    }
    return {
        "board_id": session.handle["board"],
        "media_source": _source(session),
        **{name: value for name, value in said.items() if value},
    }


def _source(session: Session) -> dict[str, Any]:
    media = session.draft.media
    if "video" in session.handle:
        cover = whole(session.draft.content.options, "cover_seconds") or 0
        return {
            "source_type": "video_id", "media_id": session.handle["video"],
            "cover_image_key_frame_time": cover,
        }  # fmt: skip
    items = [_encoded(session, item) for item in media]
    if len(items) == 1:
        return {"source_type": "image_base64", **items[0]}
    return {"source_type": "multiple_image_base64", "items": items}


def _encoded(session: Session, item: MediaItem) -> dict[str, str]:
    data = base64.b64encode(session.media.read(item)).decode()
    return {"content_type": item.media_type, "data": data}


def _is_ours(pin: _Pin, session: Session) -> bool:
    if not is_since(pin.created_at or "", session.handle["sent_at"]):
        return False
    content = session.draft.content
    ours = (content.title, content.text, content.link, session.draft.media[0].alt)
    theirs = (pin.title, pin.description, pin.link, pin.alt_text)
    return [each.strip() for each in ours] == [(each or "").strip() for each in theirs]


def _published(pin: _Pin) -> Published:
    return Published(platform_id=pin.id, url=f"https://www.pinterest.com/pin/{pin.id}/")
