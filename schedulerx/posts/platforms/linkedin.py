"""LinkedIn: media get a URN before their bytes are sent; a repeated post is refused, and named.

Source: learn.microsoft.com/linkedin, Posts API, Images API, Videos API (versioned); the refusal of
duplicates as other clients report it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Request, Response
from schedulerx.posts.limits import Limits, MediaLimits
from schedulerx.posts.model import MediaItem
from schedulerx.posts.oauth import OAuth
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
from schedulerx.posts.platforms.answers import body_of, only_read, raise_for, with_link
from schedulerx.posts.platforms.renewal import sent_with

_HOME = "https://api.linkedin.com"
_VERSION = "202511"  # of the API, yyyymm; LinkedIn keeps each for a year
_MAX_TEXT = 3000
_RESERVED = re.compile(r"([\\|{}@\[\]()<>*_~])")  # of "little text", where nothing is meant by them
_HASHTAG = re.compile(r"(?<![\w#])#(\w+)")
_DUPLICATE = re.compile(r"duplicate of (urn:li:\w+:\d+)")
_CLOCKS_DIFFER = timedelta(minutes=2)


class LinkedIn:
    """Implements `schedulerx.posts.platform.Platform`. Tokens: as of OAuth 2. Option of the
    account: `author`, the URN of the person or organisation that posts.
    """

    name = "linkedin"
    limits = Limits(
        max_text=_MAX_TEXT,
        max_pictures=20,
        max_videos=1,
        picture=MediaLimits(
            media_types=("image/jpeg", "image/png", "image/gif"), max_pixels=36_152_320
        ),
        video=MediaLimits(
            media_types=("video/mp4",), max_bytes=500 * 1024**2, min_seconds=3, max_seconds=1800
        ),
        max_alt=4086,
        poll_seconds=5,
    )
    oauth = OAuth(
        authorize_url="https://www.linkedin.com/oauth/v2/authorization",
        token_url="https://www.linkedin.com/oauth/v2/accessToken",  # noqa: S106  (an address)
        scopes=("w_member_social",),
    )

    def check(self, draft: Draft) -> list[Problem]:
        """Characters as they are shown; who posts must be told."""
        problems = []
        length = len(with_link(draft.content))
        if length > _MAX_TEXT:
            words = f"the text has {length} characters, LinkedIn takes {_MAX_TEXT}"
            problems.append(Problem(rule="text_length", message=words))
        if not str(draft.content.options.get("author", "")).startswith("urn:li:"):
            words = "the account has no author: set --option author=urn:li:person:ID"
            problems.append(Problem(rule="author", message=words))
        return problems

    def prepare(self, session: Session) -> Ready | Waiting:
        """Uploads each medium under the URN it was given, then waits until all are ready."""
        for position, item in enumerate(session.draft.media):
            if str(position) not in session.handle.get("uploaded", {}):
                _upload(session, position, item)
        ready = all(_is_ready(session, urn) for urn in session.handle.get("uploaded", {}).values())
        return Ready() if ready else Waiting(seconds=self.limits.poll_seconds)

    def publish(self, session: Session) -> Published | Waiting:
        """Posts. A post that LinkedIn has already is named in the refusal: then it is ours."""
        session.save({**session.handle, "sent_at": session.now().isoformat()})
        answer = _call(session, "POST", "/rest/posts", json=_post(session))
        if answer.status == 422:
            found = _DUPLICATE.search(str(body_of(answer).get("message", "")))
            if found:
                return _published(found[1])
        return _published(_answered(answer).headers.get("x-restli-id", ""))

    def poll(self, session: Session) -> Published | Waiting:
        """A post is there once it is accepted."""
        found = self.find(session)
        return found if isinstance(found, Published) else Waiting(seconds=self.limits.poll_seconds)

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Looks for the text among the author's latest posts. What is not listed may be there all
        the same: lists lag.
        """
        if "sent_at" not in session.handle:
            return Absent()  # the moment is kept before the request
        since = datetime.fromisoformat(session.handle["sent_at"]) - _CLOCKS_DIFFER
        author = str(session.draft.content.options.get("author", ""))
        query = {"q": "author", "author": author, "count": "20", "sortBy": "CREATED"}
        wanted = _commentary(session.draft)
        with only_read():
            answer = _answered(_call(session, "GET", "/rest/posts", query=query))
        for each in body_of(answer).get("elements", []):
            is_new = each.get("createdAt", 0) / 1000 > since.timestamp()
            if is_new and each.get("commentary", "") == wanted:
                return _published(str(each["id"]))
        return Unsure(hint="look at the author's posts on LinkedIn")


def _upload(session: Session, position: int, item: MediaItem) -> None:
    """The URN is stored before a byte is sent, and again once all are there."""
    kind = "videos" if is_video(item) else "images"
    begun = _begun(session, kind, item)
    etags = []
    for part in begun.get("uploadInstructions") or [
        {"uploadUrl": begun["uploadUrl"], "firstByte": 0, "lastByte": item.bytes - 1}
    ]:
        first, last = part["firstByte"], part["lastByte"]
        etags.append(_sent(session, item, part["uploadUrl"], first, last - first + 1))
    urn = str(begun.get("video") or begun["image"])
    if kind == "videos":
        finish = {"video": urn, "uploadToken": begun["uploadToken"], "uploadedPartIds": etags}
        body = {"finalizeUploadRequest": finish}
        _answered(_call(session, "POST", "/rest/videos", {"action": "finalizeUpload"}, json=body))
    uploaded = {**session.handle.get("uploaded", {}), str(position): urn}
    session.save({**session.handle, "uploaded": uploaded})


def _begun(session: Session, kind: str, item: MediaItem) -> dict[str, Any]:
    wanted: dict[str, Any] = {"owner": session.draft.content.options["author"]}
    if kind == "videos":
        wanted.update(fileSizeBytes=item.bytes, uploadCaptions=False, uploadThumbnail=False)
    body = {"initializeUploadRequest": wanted}
    answer = _call(session, "POST", f"/rest/{kind}", {"action": "initializeUpload"}, json=body)
    found: dict[str, Any] = _answered(answer).json()["value"]
    return found


def _sent(session: Session, item: MediaItem, url: str, first: int, length: int) -> str:
    content = session.media.read(item, first, length)
    request = Request(
        method="PUT", url=url, headers={"content-type": item.media_type}, body=content,
        timeout_s=300,
    )  # fmt: skip
    return _answered(sent_with(LinkedIn.oauth, session, request)).headers.get("etag", "")


def _is_ready(session: Session, urn: str) -> bool:
    kind = "videos" if ":video:" in urn else "images"
    answer = _answered(_call(session, "GET", f"/rest/{kind}/{quote(urn, safe='')}"))
    status = str(body_of(answer).get("status", ""))
    if status == "PROCESSING_FAILED":
        raise Refused(f"LinkedIn cannot process {urn}", code=status)
    if status == "WAITING_UPLOAD":
        raise NotAccepted("LinkedIn did not get all bytes; they are sent again", restart=True)
    return status == "AVAILABLE"


def _post(session: Session) -> dict[str, Any]:
    post: dict[str, Any] = {
        "author": session.draft.content.options["author"],
        "commentary": _commentary(session.draft),
        "visibility": session.draft.content.options.get("visibility", "PUBLIC"),
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if content := _content(session):
        post["content"] = content
    return post


def _content(session: Session) -> dict[str, Any] | None:
    uploaded = session.handle.get("uploaded", {})
    media = [
        {"id": uploaded[str(position)], "altText": item.alt}
        for position, item in enumerate(session.draft.media)
    ]
    if len(media) > 1:
        return {"multiImage": {"images": media}}
    if media:
        return {"media": {**media[0], "title": session.draft.content.title}}
    return None


def _commentary(draft: Draft) -> str:
    """The text as "little text": nothing in it is taken for markup, hashtags are links."""
    found, at, text = [], 0, with_link(draft.content)
    for tag in _HASHTAG.finditer(text):
        found += [_escaped(text[at : tag.start()]), rf"{{hashtag|\#|{_escaped(tag[1])}}}"]
        at = tag.end()
    return "".join([*found, _escaped(text[at:])])


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text)


def _published(urn: str) -> Published:
    return Published(platform_id=urn, url=f"https://www.linkedin.com/feed/update/{urn}/")


def _call(
    session: Session, method: str, path: str, query: dict[str, str] | None = None, json: Any = None
) -> Response:
    server = (session.account.server or _HOME).rstrip("/")
    request = Request(
        method=method, url=f"{server}{path}", query=query or {}, json=json,
        headers={"linkedin-version": _VERSION, "x-restli-protocol-version": "2.0.0"},
    )  # fmt: skip
    return sent_with(LinkedIn.oauth, session, request)


def _answered(answer: Response) -> Response:
    """The answer, if it is a yes."""
    if answer.status >= 300:
        said = body_of(answer)
        words = f"LinkedIn: {said.get('message', 'no reason')}"
        raise_for(answer, words, str(said.get("code", "")))
    return answer
