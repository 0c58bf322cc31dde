"""Facebook Pages: photos are uploaded unseen, then attached; a video is seen once it is ended.

A post to the feed has no key and no handle: whether a lost one went out is read from the feed.
Source: developers.facebook.com, Pages API: Posts; Page Photos; Video API: Resumable Upload.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from schedulerx.posts.checking import is_video
from schedulerx.posts.limits import Limits, MediaLimits
from schedulerx.posts.model import MediaItem
from schedulerx.posts.oauth import LongLived, OAuth
from schedulerx.posts.options import SWITCH, TEXT, Option
from schedulerx.posts.outcomes import Absent, Published, Ready, Unsure, Waiting
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms import facebook_video as video
from schedulerx.posts.platforms.answers import is_since, only_read, with_link
from schedulerx.posts.platforms.facebook_page import HOME, answered, call, page_of
from schedulerx.posts.platforms.facebook_reel import is_reel, problems_of_reel
from schedulerx.posts.platforms.graph import VERSION

_TEXT = 63_206  # characters; as is widely reported, the documentation tells none
_PHOTOS = 10  # of one post; the documentation shows some, and tells no most
_CLOCKS_DIFFER = timedelta(minutes=2)
_ATTACHED = "attachments{target{id},subattachments{target{id}}}"


class _Made(msgspec.Struct, frozen=True):
    id: str


class _Target(msgspec.Struct, frozen=True):
    id: str = ""


class _Part(msgspec.Struct, frozen=True):
    target: _Target = _Target()


class _Parts(msgspec.Struct, frozen=True):
    data: list[_Part] = []


class _Attachment(_Part, frozen=True):
    subattachments: _Parts = _Parts()


class _Attachments(msgspec.Struct, frozen=True):
    data: list[_Attachment] = []


class _Posted(msgspec.Struct, frozen=True):
    """A post of the feed."""

    id: str
    message: str = ""
    created_time: str = ""
    permalink_url: str | None = None
    attachments: _Attachments = _Attachments()


class _Posts(msgspec.Struct, frozen=True):
    data: list[_Posted] = []


class Facebook:
    """Implements `schedulerx.posts.platform.Platform`. Tokens: `access_token` of somebody who may
    post on the page; or, with `page_id`, of the page itself.

    Options of the account: `page`, its name or id, where that person has several.
    """

    name = "facebook"
    options: Mapping[str, Option] = {"page": TEXT, "reel": SWITCH}
    limits = Limits(
        max_text=_TEXT,
        max_pictures=_PHOTOS,
        max_videos=1,
        picture=MediaLimits(
            media_types=("image/jpeg", "image/png", "image/gif", "image/tiff"),
            max_bytes=10_000_000,  # "Page Photos"
        ),
        video=MediaLimits(
            media_types=("video/mp4", "video/quicktime"),
            max_bytes=10_000_000_000,  # "Video API, Get Started": 10 GB, 4 hours
            max_seconds=4 * 3600,
        ),
        poll_seconds=10,
    )
    credentials = ()
    oauth = OAuth(
        authorize_url=f"https://www.facebook.com/{VERSION}/dialog/oauth",
        token_url=f"{HOME}/oauth/access_token",
        scopes=("pages_show_list", "pages_manage_posts", "pages_read_engagement"),
        separator=",",
        permissions_url=f"{HOME}/me/permissions",
        long_lived=LongLived(
            exchange_url=f"{HOME}/oauth/access_token",
            exchange_grant="fb_exchange_token",
            token_field="fb_exchange_token",  # noqa: S106  (a name)
        ),
    )

    def check(self, draft: Draft) -> list[Problem]:
        """The text's length, and something to say."""
        text, problems = with_link(draft.content), []
        if len(text) > _TEXT:
            words = f"the text has {len(text)} characters, Facebook takes {_TEXT}"
            problems.append(Problem(rule="text_length", message=words))
        film = _video(draft)
        if is_reel(draft):
            missing = Problem(rule="media_count", message="a reel needs a video")
            problems += [missing] if film is None else problems_of_reel(film)
        return problems

    def prepare(self, session: Session) -> Ready | Waiting:
        """Uploads what the handle does not have; nothing is to be seen of it."""
        page_of(session)
        film = _video(session.draft)
        if film is not None:
            return video.prepare(session, film)
        photos = dict(session.handle.get("photos", {}))
        for position, item in enumerate(session.draft.media):
            if str(position) not in photos:
                photos[str(position)] = _upload(session, item)
                session.save({**session.handle, "photos": photos})
        return Ready()

    def publish(self, session: Session) -> Published | Waiting:
        """Posts to the feed, or ends the video's upload."""
        film = _video(session.draft)
        if film is not None:
            return video.publish(session)
        page = page_of(session)
        session.save({**session.handle, "sent_at": session.now().isoformat()})
        answer = call(session, "POST", f"{page.id}/feed", form=_post(session))
        return _published(answered(session, answer, _Made).id)

    def poll(self, session: Session) -> Published | Waiting:
        """Reads how far a video is."""
        return video.poll(session)

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Asks for the video, or reads the feed. A post that is not there may come yet."""
        if _video(session.draft) is not None:
            return video.find(session)
        if "sent_at" not in session.handle:
            return Absent()  # the moment is kept before the request
        page = page_of(session)
        sent_at = session.handle["sent_at"]
        since = datetime.fromisoformat(sent_at) - _CLOCKS_DIFFER
        query = {
            "fields": f"id,message,created_time,permalink_url,{_ATTACHED}",
            "since": str(int(since.timestamp())),
            "limit": "50",
        }
        with only_read():
            answer = call(session, "GET", f"{page.id}/feed", query=query)
            listed = answered(session, answer, _Posts)
        for post in listed.data:
            if is_since(post.created_time, sent_at) and _is_ours(post, session):
                return _published(post.id, post.permalink_url)
        return Unsure(hint=f"look at https://www.facebook.com/{page.id}: the feed does not show it")


def _video(draft: Draft) -> MediaItem | None:
    return next(filter(is_video, draft.media), None)


def _upload(session: Session, item: MediaItem) -> str:
    """The id of a photo that is not published."""
    page = page_of(session)
    form = {"published": "false", **({"alt_text_custom": item.alt} if item.alt else {})}
    files = {"source": (item.name or "photo", session.media.open(item), item.media_type)}
    answer = call(session, "POST", f"{page.id}/photos", form=form, files=files, timeout_s=120)
    return answered(session, answer, _Made).id


def _post(session: Session) -> dict[str, str]:
    """A link makes a card where there is no photo to show."""
    content, photos = session.draft.content, session.handle.get("photos", {})
    if photos:
        attached = {
            f"attached_media[{position}]": f'{{"media_fbid":"{photos[str(position)]}"}}'
            for position in range(len(photos))
        }
        return {"message": with_link(content), **attached}
    return {"message": content.text, **({"link": content.link} if content.link else {})}


def _is_ours(post: _Posted, session: Session) -> bool:
    """By its photos, which are in no other post; without photos by what it says."""
    photos = set(session.handle.get("photos", {}).values())
    if photos:
        return bool(photos & set(_attached(post)))
    return post.message.strip() == _post(session)["message"].strip()


def _attached(post: _Posted) -> list[str]:
    parts = [part for each in post.attachments.data for part in (each, *each.subattachments.data)]
    return [part.target.id for part in parts if part.target.id]


def _published(post_id: str, url: str | None = None) -> Published:
    return Published(platform_id=post_id, url=url or f"https://www.facebook.com/{post_id}")
