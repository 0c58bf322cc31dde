"""TikTok: a publish_id is given out before any byte is sent, and tells how far the post is.

Source: developers.tiktok.com, Content Posting API: Query Creator Info, Direct Post, Photo Post,
Get Post Status.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schedulerx.posts.checking import is_video
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import MediaItem
from schedulerx.posts.options import SWITCH, Option, is_on
from schedulerx.posts.outcomes import (
    Absent,
    AnswerLost,
    NotAccepted,
    Published,
    Ready,
    Refused,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import only_read, with_link
from schedulerx.posts.platforms.tiktok_api import OAUTH, Begun, State, call, creator_of, status_of
from schedulerx.posts.platforms.tiktok_errors import failure_of
from schedulerx.posts.platforms.tiktok_upload import chunks, is_over, send_all_but_last, send_last

_VIDEO_TEXT, _PHOTO_TITLE, _PHOTO_TEXT = 2200, 90, 4000  # UTF-16 units
_CHUNK = 10 * 1024**2
_EVERYBODY = "PUBLIC_TO_EVERYONE"
_LEVELS = (_EVERYBODY, "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY")
_SWITCHES = (  # options of a post that are passed on as they are
    "disable_comment", "disable_duet", "disable_stitch", "brand_content_toggle",
    "brand_organic_toggle", "is_aigc",
)  # fmt: skip


class TikTok:
    """Implements `schedulerx.posts.platform.Platform`. Tokens: `client_id` (the client key),
    `client_secret`, `access_token`, `refresh_token`.

    Options of a post: `privacy_level` and the switches of the API.
    """

    name = "tiktok"
    options: Mapping[str, Option] = {
        "privacy_level": Option(choices=_LEVELS),
        **dict.fromkeys(_SWITCHES, SWITCH),
    }
    limits = Limits(
        max_text=_PHOTO_TEXT,
        max_title=_PHOTO_TITLE,
        min_media=1,
        max_pictures=35,  # "Photo Post"; theirs are "Photo restrictions"
        max_videos=1,
        picture=MediaLimits(media_types=("image/jpeg", "image/webp"), max_bytes=20_000_000),
        video=MediaLimits(  # "Media Transfer Guide", "Video restrictions"
            media_types=("video/mp4", "video/quicktime", "video/webm"),
            max_bytes=4_000_000_000,
            max_seconds=600,
            min_fps=23,
            max_fps=60,
            min_width=360,
            max_width=4096,
            min_height=360,
            max_height=4096,
            video_codecs=("h264", "hevc", "vp8", "vp9"),
        ),
        rates=(Rate(count=6, seconds=60),),  # "Direct Post": init requests
        pulls=True,  # photos; videos are uploaded
        poll_seconds=5,  # status may be asked 30 times a minute
    )
    credentials = ()
    oauth = OAUTH

    def __init__(self, chunk: int = _CHUNK) -> None:
        self._chunk = chunk

    def check(self, draft: Draft) -> list[Problem]:
        """Text is counted in UTF-16 units."""
        title = "" if _video(draft) else draft.content.title  # a video's text is its title
        problems = []
        for rule, what, count, limit in (
            ("text_length", "text", units(with_link(draft.content)), _most(draft)),
            ("title_length", "title", units(title), _PHOTO_TITLE),
        ):
            if count > limit:
                words = f"the {what} has {count} UTF-16 units, TikTok takes {limit}"
                problems.append(Problem(rule=rule, message=words))
        return problems

    def prepare(self, session: Session) -> Ready | Waiting:
        """Asks what the account may do; for a video, begins it and sends all but the last chunk."""
        if "publish_id" in session.handle and not self._goes_on(session):
            return Ready()  # it is there already: `publish` sends nothing
        if "creator" not in session.handle:
            session.save({**session.handle, "creator": creator_of(session)})
        _check_creator(session)
        video = _video(session.draft)
        if video is None:
            urls = [session.media.url(item) for item in session.draft.media]
            session.save({**session.handle, "urls": urls})
            return Ready()
        if "publish_id" not in session.handle:
            self._begin(session, video)
        return send_all_but_last(session, video, self._chunk)

    def _goes_on(self, session: Session) -> bool:
        """Whether a post that was begun still waits for its last byte.

        Raises:
            PlatformError: it failed, or can no longer be ended: it begins anew, or never.
        """
        state = status_of(session)
        if state.status == "FAILED":
            raise failure_of(state.fail_reason)
        if _is_taken(session, state):
            session.save({**session.handle, "taken": True})
            return False
        if is_over(session):
            raise NotAccepted("the time to upload it ran out", code="expired", restart=True)
        if "last_at" not in session.handle:  # else all but the last is known to be there
            session.save({**session.handle, "sent": state.uploaded_bytes})
        return True

    def _begin(self, session: Session, video: MediaItem) -> None:
        """Gets a publish_id and an upload's URL, and keeps both before a byte is sent."""
        source = {
            "source": "FILE_UPLOAD",
            "video_size": video.bytes,
            "chunk_size": min(self._chunk, video.bytes),
            "total_chunk_count": len(chunks(video.bytes, self._chunk)),
        }
        body = {"post_info": _video_info(session.draft), "source_info": source}
        begun = session.now().isoformat()
        given = call(session, "/v2/post/publish/video/init/", body, Begun)
        if not given.upload_url:
            raise AnswerLost("TikTok says not where to upload the video")
        new = {"publish_id": given.publish_id, "upload_url": given.upload_url}
        session.save({**session.handle, **new, "begun": begun, "sent": 0})

    def publish(self, session: Session) -> Published | Waiting:
        """Sends the last chunk of a video, or the one request that photos have."""
        if session.handle.get("taken"):
            return Waiting(seconds=0)
        video = _video(session.draft)
        if video is not None:
            session.save({**session.handle, "last_at": session.now().isoformat()})
            send_last(session, video, self._chunk)
        else:
            path = "/v2/post/publish/content/init/"
            given = call(session, path, _photo_body(session), Begun)
            session.save({**session.handle, "publish_id": given.publish_id})
        return Waiting(seconds=self.limits.poll_seconds)

    def poll(self, session: Session) -> Published | Waiting:
        """Reads the status. A token that ends meanwhile is renewed, and the same post asked for."""
        with only_read():
            state = status_of(session)
        if state.status == "FAILED":
            raise failure_of(state.fail_reason)
        if state.status != "PUBLISH_COMPLETE":
            return Waiting(seconds=self.limits.poll_seconds)
        return _published(session, state)

    def find(self, session: Session) -> Published | Absent | Unsure:
        """Reads the status. What is not out may go on: with the same publish_id it is one post."""
        if "publish_id" not in session.handle:
            return Unsure(hint=f"look at {_profile(session)}: TikTok gave no publish_id to ask by")
        state = status_of(session)
        done = state.status == "PUBLISH_COMPLETE"
        return _published(session, state) if done else Absent()


def units(text: str) -> int:
    """UTF-16 units, as TikTok counts."""
    return len(text.encode("utf-16-le")) // 2


def _most(draft: Draft) -> int:
    return _VIDEO_TEXT if _video(draft) else _PHOTO_TEXT


def _video(draft: Draft) -> MediaItem | None:
    return next(filter(is_video, draft.media), None)


def _check_creator(session: Session) -> None:
    """Raises Refused where the account does not offer what the post asks for."""
    creator, level = session.handle["creator"], _privacy(session.draft)
    offered = creator.get("privacy_level_options", [])
    if level not in offered:
        words = f"TikTok offers this account {', '.join(offered)}; set privacy_level to one of them"
        raise Refused(f"{words}, not {level}", code="privacy_level_option_mismatch")
    video, longest = _video(session.draft), creator.get("max_video_post_duration_sec")
    if video and longest and (video.duration_s or 0) > longest:
        words = f"the video lasts {video.duration_s:.4g} s, TikTok lets this account post {longest}"
        raise Refused(words, code="duration")


def _privacy(draft: Draft) -> str:
    return str(draft.content.options.get("privacy_level", _EVERYBODY))


def _switches(draft: Draft) -> dict[str, bool]:
    options = draft.content.options
    return {name: is_on(options[name]) for name in _SWITCHES if name in options}


def _video_info(draft: Draft) -> dict[str, Any]:
    title = with_link(draft.content)
    return {"title": title, "privacy_level": _privacy(draft), **_switches(draft)}


def _photo_body(session: Session) -> dict[str, Any]:
    draft = session.draft
    info = {
        "title": draft.content.title,
        "description": with_link(draft.content),
        "privacy_level": _privacy(draft),
        **_switches(draft),
    }
    photos = {"photo_cover_index": 0, "photo_images": session.handle["urls"]}
    return {
        "post_info": info,
        "source_info": {"source": "PULL_FROM_URL", **photos},
        "post_mode": "DIRECT_POST",
        "media_type": "PHOTO",
    }


def _is_taken(session: Session, state: State) -> bool:
    """Whether TikTok has all it needs, and is at work or done."""
    video = _video(session.draft)
    if state.status != "PROCESSING_UPLOAD" or video is None:
        return True
    return state.uploaded_bytes >= video.bytes


def _published(session: Session, state: State) -> Published:
    """A private post has no public id: then its publish_id names it."""
    if not state.post_ids:
        return Published(platform_id=session.handle["publish_id"])
    post_id = str(state.post_ids[0])
    return Published(platform_id=post_id, url=f"{_profile(session)}/video/{post_id}")


def _profile(session: Session) -> str:
    username = session.handle.get("creator", {}).get("creator_username", "")
    return f"https://www.tiktok.com/@{username}"
