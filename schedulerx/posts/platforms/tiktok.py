"""TikTok: a publish_id is given out before any byte is sent, and tells how far the post is.

Source: developers.tiktok.com, Content Posting API: Query Creator Info, Direct Post, Photo Post,
Get Post Status.
"""

from __future__ import annotations

from collections.abc import Mapping

from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import MediaItem
from schedulerx.posts.options import Option
from schedulerx.posts.outcomes import (
    Absent,
    AnswerLost,
    NotAccepted,
    Published,
    Ready,
    Unsure,
    Waiting,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import only_read
from schedulerx.posts.platforms.tiktok_api import OAUTH, Begun, State, call, creator_of, status_of
from schedulerx.posts.platforms.tiktok_errors import failure_of
from schedulerx.posts.platforms.tiktok_post import (
    OPTIONS,
    PHOTO_TEXT,
    PHOTO_TITLE,
    check_creator,
    photo_body,
    video_info,
    video_of,
    wrong,
)
from schedulerx.posts.platforms.tiktok_upload import chunks, is_over, send_all_but_last, send_last

_CHUNK = 10 * 1024**2


class TikTok:
    """Implements `schedulerx.posts.platform.Platform`. Tokens: `client_id` (the client key),
    `client_secret`, `access_token`, `refresh_token`.

    Options of a post: `privacy_level` and the switches of the API.
    """

    name = "tiktok"
    options: Mapping[str, Option] = OPTIONS
    limits = Limits(
        max_text=PHOTO_TEXT,
        max_title=PHOTO_TITLE,
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
        """Text is counted in UTF-16 units; what is advertised is seen by others."""
        return wrong(draft)

    def prepare(self, session: Session) -> Ready | Waiting:
        """Asks what the account may do; for a video, begins it and sends all but the last chunk."""
        if "publish_id" in session.handle and not self._goes_on(session):
            return Ready()  # it is there already: `publish` sends nothing
        if "creator" not in session.handle:
            session.save({**session.handle, "creator": creator_of(session)})
        check_creator(session)
        video = video_of(session.draft)
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
        body = {"post_info": video_info(session.draft), "source_info": source}
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
        video = video_of(session.draft)
        if video is not None:
            session.save({**session.handle, "last_at": session.now().isoformat()})
            send_last(session, video, self._chunk)
        else:
            path = "/v2/post/publish/content/init/"
            given = call(session, path, photo_body(session), Begun)
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


def _is_taken(session: Session, state: State) -> bool:
    """Whether TikTok has all it needs, and is at work or done."""
    video = video_of(session.draft)
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
