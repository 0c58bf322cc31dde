"""LinkedIn (Posts API): posts have no key, and most applications may not read them.

Source: learn.microsoft.com/linkedin, "Posts API", "Images API", "Videos API", "MultiImage API",
"Little text format", "Rate limits".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Generic
from urllib.parse import quote

import msgspec

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Request, Response, T
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import MediaItem
from schedulerx.posts.oauth import OAuth, at_server
from schedulerx.posts.options import TEXT, WHOLE, Option
from schedulerx.posts.outcomes import (
    Absent,
    AccountRefused,
    AnswerLost,
    NotAccepted,
    PlatformError,
    Published,
    Ready,
    Refused,
    Throttled,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import asked_wait, is_since, moment, raise_for, said
from schedulerx.posts.platforms.renewal import sent_with

_API = "https://api.linkedin.com"
# Of the API, "Versioning": a version is kept for a year, so the option `version` may name another.
_VERSION = "202606"
_MAX_TEXT = 3000
_MARKS = re.compile(r"(?<![\w#])#(?P<tag>\w+)|[\\|{}@\[\]()<>*_~#]")  # "Little text format"
_URN = re.compile(r"urn:li:(?:share|ugcPost|activity):\d+")
_STILL_AT_IT = timedelta(seconds=60)  # a request that was not answered may be acted on so long
_OAUTH = OAuth(
    authorize_url="https://www.linkedin.com/oauth/v2/authorization",
    token_url="https://www.linkedin.com/oauth/v2/accessToken",  # noqa: S106  (an address)
    scopes=("openid", "profile", "w_member_social"),
)


class _Value(msgspec.Struct, Generic[T], frozen=True):
    """What an upload's answers are wrapped in."""

    value: T


class _Image(msgspec.Struct, frozen=True, rename="camel"):
    upload_url: str
    image: str


class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """The first and the last byte of a part, and where it goes."""

    upload_url: str
    first_byte: int
    last_byte: int


class _Film(msgspec.Struct, frozen=True, rename="camel"):
    video: str
    upload_instructions: list[_Part]
    upload_token: str = ""


class _Medium(msgspec.Struct, frozen=True):
    status: str


class _Member(msgspec.Struct, frozen=True):
    sub: str


class _Post(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    commentary: str = ""
    created_at: int = 0  # milliseconds since 1970


class _Posts(msgspec.Struct, frozen=True):
    elements: list[_Post]


class _Said(msgspec.Struct, frozen=True):
    """An error."""

    code: str = ""
    message: str = "no reason"


class LinkedIn:
    """Implements `schedulerx.posts.platform.Platform`. Options: `author`, an organization's URN (or
    it is the member who connected it); `visibility` (PUBLIC, CONNECTIONS); `version`.
    """

    name = "linkedin"
    options: Mapping[str, Option] = {
        "author": TEXT,
        "visibility": Option(choices=("PUBLIC", "CONNECTIONS")),
        "version": WHOLE,
    }
    oauth = _OAUTH
    credentials = ()
    limits = Limits(
        max_text=_MAX_TEXT,
        max_title=400,
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
        max_alt=4086,
        rates=(Rate(count=150, seconds=86_400),),  # of a member
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
                urn = _video(session, item) if is_video(item) else _image(session, item)
                media = {**session.handle.get("media", {}), item.sha256: urn}
                session.save({**session.handle, "media": media})
        ready = all(_is_processed(session, item) for item in session.draft.media)
        return Ready() if ready else Waiting(seconds=self.limits.poll_seconds)

    def publish(self, session: Session) -> Published | Waiting:
        """Creates the post. The moment of the first attempt is kept, to look from."""
        is_again = "sent_at" in session.handle
        if not is_again:
            session.save({**session.handle, "sent_at": session.now().isoformat()})
        answer = _call(session, "POST", "/rest/posts", json=_post(session))
        same = _same(answer)
        if same:
            raise _duplicate(session, same, is_again=is_again)
        headers = _answered(answer, session).headers
        urn = headers.get("x-restli-id") or headers.get("x-linkedin-id")
        if not urn:
            raise AnswerLost("LinkedIn answers without the post")
        return _published(urn)

    def poll(self, session: Session) -> Published | Waiting:
        """A post is there once it is accepted."""
        found = self.find(session)
        return found if isinstance(found, Published) else Waiting(seconds=self.limits.poll_seconds)

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


def escaped(text: str) -> str:
    """A text in LinkedIn's little text format: hashtags are links, all else is as it is written."""
    return _MARKS.sub(_marked, text)


def _marked(found: re.Match[str]) -> str:
    if found["tag"]:
        return rf"{{hashtag|\#|{found['tag'].replace('_', chr(92) + '_')}}}"
    return rf"\{found[0]}"


def _same(answer: Response) -> str:
    """The post that LinkedIn takes for the same, where it refuses one for that."""
    words = said(answer, _Said).message if answer.status == 422 else ""
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
    answer = _call(session, "GET", "/rest/posts", query=query, method_of_list="FINDER")
    if answer.status in (400, 403, 404):
        return []
    return _answered(answer, session).read(_Posts).elements


def _is_ours(post: _Post, session: Session) -> bool:
    made = datetime.fromtimestamp(min(post.created_at / 1000, 10**10), UTC).isoformat()
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
    answer = _answered(_call(session, "GET", "/v2/userinfo"), session)
    return f"urn:li:person:{answer.read(_Member).sub}"


def _image(session: Session, item: MediaItem) -> str:
    """The URN of an uploaded image."""
    value = _initialized(session, "images", {}, _Value[_Image])
    _put(session, value.upload_url, session.media.open(item))
    return value.image


def _video(session: Session, item: MediaItem) -> str:
    """The URN of a video that is uploaded in parts and put together."""
    told = {"fileSizeBytes": item.bytes, "uploadCaptions": False, "uploadThumbnail": False}
    value = _initialized(session, "videos", told, _Value[_Film])
    parts = []
    for part in value.upload_instructions:
        length = part.last_byte - part.first_byte + 1
        content = session.media.open(item, part.first_byte, length)
        parts.append(_put(session, part.upload_url, content).headers.get("etag", ""))
    body = {
        "finalizeUploadRequest": {
            "video": value.video, "uploadToken": value.upload_token, "uploadedPartIds": parts,
        }
    }  # fmt: skip
    answer = _call(session, "POST", "/rest/videos", query={"action": "finalizeUpload"}, json=body)
    _answered(answer, session)
    return value.video


def _initialized(session: Session, kind: str, told: dict[str, Any], answered: type[_Value[T]]) -> T:
    body = {"initializeUploadRequest": {"owner": session.handle["author"], **told}}
    query = {"action": "initializeUpload"}
    answer = _call(session, "POST", f"/rest/{kind}", query=query, json=body)
    return _answered(answer, session).read(answered).value


def _put(session: Session, url: str, content: BinaryIO) -> Response:
    headers = {"content-type": "application/octet-stream"}
    request = Request(method="PUT", url=url, headers=headers, body=content, timeout_s=300.0)
    return _answered(sent_with(_OAUTH, session, request), session)


def _is_processed(session: Session, item: MediaItem) -> bool:
    urn = session.handle["media"][item.sha256]
    kind = "videos" if is_video(item) else "images"
    answer = _call(session, "GET", f"/rest/{kind}/{quote(urn, safe='')}")
    if answer.status == 404:
        raise NotAccepted("an uploaded medium is gone; it is uploaded again", restart=True)
    status = _answered(answer, session).read(_Medium).status
    if status == "PROCESSING_FAILED":
        raise Refused(f"LinkedIn could not process {item.name}", code="media_failed")
    if status == "WAITING_UPLOAD":
        raise NotAccepted("a medium did not arrive; it is uploaded again", restart=True)
    return status == "AVAILABLE"


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


def _call(
    session: Session, method: str, path: str, method_of_list: str = "", **content: Any
) -> Response:
    version = str(session.account.options.get("version", _VERSION))
    headers = {"linkedin-version": version, "x-restli-protocol-version": "2.0.0"}
    if method_of_list:
        headers["x-restli-method"] = method_of_list
    url = at_server(session.account.server, f"{_API}{path}")
    request = Request(method=method, url=url, headers=headers, timeout_s=60.0, **content)
    return sent_with(_OAUTH, session, request)


def _answered(answer: Response, session: Session) -> Response:
    """The answer, if it is a yes."""
    if answer.status < 300:
        return answer
    told = said(answer, _Said)
    words, code = f"LinkedIn: {told.message}", told.code
    if answer.status == 429:
        asked = asked_wait(answer, session.now())
        after_s = _until_midnight(session) if asked is None else asked
        raise Throttled(words, code=code, after_s=after_s)
    if answer.status == 403:
        raise AccountRefused(f"{words}; connect the account again with its scopes", code=code)
    if answer.status == 426:
        words = f"{words}; give the account the option version=YYYYMM of a version in use"
    raise_for(answer, words, code, session.now())
    raise AnswerLost(words, code=code)


def _until_midnight(session: Session) -> float:
    """Quotas are a day's, and begin anew at midnight UTC."""
    now = session.now().astimezone(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - now).total_seconds()
