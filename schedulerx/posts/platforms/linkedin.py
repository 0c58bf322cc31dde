"""LinkedIn (Posts API): posts have no key, and most applications may not read them.

Source: learn.microsoft.com/linkedin, "Posts API", "Images API", "Videos API", "MultiImage API",
"Little text format", "Rate limits".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Response
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.options import TEXT, WHOLE, Option
from schedulerx.posts.outcomes import (
    Absent,
    AnswerLost,
    NotAccepted,
    PlatformError,
    Published,
    Ready,
    Refused,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import is_since, moment, said
from schedulerx.posts.platforms.at_once import AtOnce
from schedulerx.posts.platforms.linkedin_api import OAUTH, Said, answered, call
from schedulerx.posts.platforms.linkedin_media import image, is_processed, video
from schedulerx.posts.platforms.linkedin_text import escaped

_MAX_TEXT = 3000
_URN = re.compile(r"urn:li:(?:share|ugcPost|activity):\d+")
_STILL_AT_IT = timedelta(seconds=60)  # a request that was not answered may be acted on so long


class _Member(msgspec.Struct, frozen=True):
    sub: str


class _Post(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    commentary: str = ""
    created_at: int = 0  # milliseconds since 1970


class _Posts(msgspec.Struct, frozen=True):
    elements: list[_Post]


class LinkedIn(AtOnce):
    """Implements `schedulerx.posts.platform.Platform`. Options: `author`, an organization's URN (or
    it is the member who connected it); `visibility` (PUBLIC, CONNECTIONS); `version`.
    """

    name = "linkedin"
    options: Mapping[str, Option] = {
        "author": TEXT,
        "visibility": Option(choices=("PUBLIC", "CONNECTIONS")),
        "version": WHOLE,
    }
    oauth = OAUTH
    credentials = ()
    limits = Limits(
        max_text=_MAX_TEXT,
        max_title=400,  # "Posts API", article
        max_pictures=20,  # "MultiImage API"
        max_videos=1,
        picture=MediaLimits(
            media_types=("image/jpeg", "image/png", "image/gif"),
            max_pixels=36_152_320,  # "Images API"
        ),
        animation=MediaLimits(media_types=("image/gif",), max_pixels=36_152_320),  # 250 frames
        video=MediaLimits(
            media_types=("video/mp4",),
            max_bytes=500_000_000,
            min_seconds=3,
            max_seconds=1800,
        ),  # "Videos API"
        max_alt=4086,  # "Posts API", altText
        rates=(Rate(count=150, seconds=86_400),),  # "Share on LinkedIn": requests of a member
    )

    def check(self, draft: Draft) -> list[Problem]:
        """Characters, and those that escape others."""
        length = len(_text(draft))
        if length <= _MAX_TEXT:
            return []
        words = f"the text has {length} characters, LinkedIn takes {_MAX_TEXT}"
        return [Problem(rule="text_length", message=words)]

    def prepare(self, session: Session) -> Ready | Waiting:
        """Finds out who posts, uploads each medium, and waits until all are processed."""
        if "author" not in session.handle:
            session.save({**session.handle, "author": _author(session)})
        for item in session.draft.media:
            if item.sha256 not in session.handle.get("media", {}):
                urn = video(session, item) if is_video(item) else image(session, item)
                media = {**session.handle.get("media", {}), item.sha256: urn}
                session.save({**session.handle, "media": media})
        ready = all(is_processed(session, item) for item in session.draft.media)
        return Ready() if ready else Waiting(seconds=self.limits.poll_seconds)

    def publish(self, session: Session) -> Published | Waiting:
        """Creates the post. The moment of the first attempt is kept, to look from."""
        is_again = "sent_at" in session.handle
        if not is_again:
            session.save({**session.handle, "sent_at": session.now().isoformat()})
        answer = call(session, "POST", "/rest/posts", json=_post(session))
        same = _same(answer)
        if same:
            raise _duplicate(session, same, is_again=is_again)
        headers = answered(answer, session).headers
        urn = headers.get("x-restli-id") or headers.get("x-linkedin-id")
        if not urn:
            raise AnswerLost("LinkedIn answers without the post")
        return _published(urn)

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Reads the author's latest posts, where the application may: most may not, and then a
        person looks. It is not sent again to hear of a duplicate: which posts LinkedIn takes for
        the same, and how long, is not documented.
        """
        sent_at = moment(session.handle.get("sent_at", ""))
        if sent_at is None:
            return Absent()  # the moment is kept before the request
        waited = session.now() - sent_at
        if waited < _STILL_AT_IT:
            left = (_STILL_AT_IT - waited).total_seconds()
            raise NotAccepted("LinkedIn may still be at it", after_s=left)
        ours = [post for post in _latest(session) if _is_ours(post, session)]
        if len(ours) == 1:
            return _published(ours[0].id)
        return Unsure(hint=_where(session))


def _same(answer: Response) -> str:
    """The post that LinkedIn takes for the same, where it refuses one for that."""
    words = said(answer, Said).message if answer.status == 422 else ""
    found = _URN.search(words) if "duplicate" in words.lower() else None
    return found[0] if found else ""


def _duplicate(session: Session, same: str, *, is_again: bool) -> PlatformError:
    """Sent for the first time, it is somebody else's; else it may be the one that was lost."""
    if not is_again:
        words = f"LinkedIn shows the same content already, posted by others: {same}"
        return Refused(words, code="duplicate")
    session.save({**session.handle, "same": same})
    return AnswerLost(f"LinkedIn says that {same} is the same", code="duplicate")


def _latest(session: Session) -> list[_Post]:
    """The author's latest posts; none where they may not be read (r_member_social is given to few
    applications, r_organization_social to pages').
    """
    query = {
        "q": "author", "author": session.handle["author"], "count": "20", "sortBy": "CREATED",
    }  # fmt: skip
    answer = call(session, "GET", "/rest/posts", query=query, method_of_list="FINDER")
    if answer.status in (400, 403, 404):
        return []
    return answered(answer, session).read(_Posts).elements


def _is_ours(post: _Post, session: Session) -> bool:
    made = datetime.fromtimestamp(min(max(0, post.created_at) // 1000, 10**10), UTC).isoformat()
    is_new = is_since(made, session.handle["sent_at"])
    return is_new and _bare(post.commentary) == _bare(_text(session.draft))


def _bare(text: str) -> str:
    """The words alone, however its marks are escaped."""
    return re.sub(r"[\W_]+", "", text)


def _where(session: Session) -> str:
    same = session.handle.get("same")
    if same:
        return f"look at {_address(same)}, which LinkedIn says is the same"
    author = str(session.handle["author"])
    if author.startswith("urn:li:organization:"):
        return f"look at https://www.linkedin.com/company/{author.rpartition(':')[2]}/posts/"
    return "look at https://www.linkedin.com/in/me/recent-activity/all/"


def _text(draft: Draft) -> str:
    """The text, and the link where no card can show it."""
    content = draft.content
    is_said = not content.link or content.link in content.text or not draft.media
    return escaped(content.text if is_said else f"{content.text}\n\n{content.link}".strip())


def _author(session: Session) -> str:
    named = str(session.draft.content.options.get("author", ""))
    if named:
        return named
    answer = answered(call(session, "GET", "/v2/userinfo"), session)
    return f"urn:li:person:{answer.read(_Member).sub}"


def _post(session: Session) -> dict[str, Any]:
    post = {
        "author": session.handle["author"],
        "commentary": _text(session.draft),
        "visibility": session.draft.content.options.get("visibility", "PUBLIC"),
        "distribution": {
            "feedDistribution": "MAIN_FEED", "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }  # fmt: skip
    content = _content(session)
    return {**post, "content": content} if content else post


def _content(session: Session) -> dict[str, Any]:
    said, media = session.draft.content, session.draft.media
    if not media:
        if not said.link:
            return {}
        return {"article": {"source": said.link, "title": said.title or said.link}}
    urns = [(session.handle["media"][item.sha256], item.alt) for item in media]
    shown = [{"id": urn, "altText": alt} if alt else {"id": urn} for urn, alt in urns]
    if len(shown) > 1:
        return {"multiImage": {"images": shown}}
    return {"media": {**shown[0], **({"title": said.title} if said.title else {})}}


def _published(urn: str) -> Published:
    return Published(platform_id=urn, url=_address(urn))


def _address(urn: str) -> str:
    return f"https://www.linkedin.com/feed/update/{urn}/"
