"""What a TikTok post says, and who may see it.

Source: developers.tiktok.com, Content Posting API: Direct Post, Photo Post, Query Creator Info;
"Content Sharing Guidelines".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schedulerx.posts.checking import is_video
from schedulerx.posts.model import MediaItem
from schedulerx.posts.options import SWITCH, WHOLE, Option, is_on, whole
from schedulerx.posts.outcomes import Refused
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import with_link

VIDEO_TEXT, PHOTO_TITLE, PHOTO_TEXT = 2200, 90, 4000  # UTF-16 units
_EVERYBODY, _NOBODY = "PUBLIC_TO_EVERYONE", "SELF_ONLY"
_LEVELS = (_EVERYBODY, "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", _NOBODY)
_OF_BOTH = ("disable_comment", "brand_content_toggle", "brand_organic_toggle")
_OF_VIDEOS = ("disable_duet", "disable_stitch", "is_aigc")
_OF_PHOTOS = ("auto_add_music",)
OPTIONS: Mapping[str, Option] = {
    "privacy_level": Option(choices=_LEVELS),
    **dict.fromkeys((*_OF_BOTH, *_OF_VIDEOS, *_OF_PHOTOS), SWITCH),
    "cover_seconds": WHOLE,  # of a video: the frame that is its cover
    "cover_photo": WHOLE,  # of photos: which one is, from 1
}


def wrong(draft: Draft) -> list[Problem]:
    """Rules beyond limits that a post breaks."""
    video, options = video_of(draft), draft.content.options
    title = "" if video else draft.content.title  # a video's text is its title
    most = VIDEO_TEXT if video else PHOTO_TEXT
    problems = [
        Problem(rule=rule, message=f"the {what} has {count} UTF-16 units, TikTok takes {limit}")
        for rule, what, count, limit in (
            ("text_length", "text", units(with_link(draft.content)), most),
            ("title_length", "title", units(title), PHOTO_TITLE),
        )
        if count > limit
    ]
    if is_on(options.get("brand_content_toggle")) and _privacy(draft) == _NOBODY:
        words = f"TikTok takes no branded content (brand_content_toggle) that is {_NOBODY}"
        problems.append(Problem(rule="option", message=words))
    cover = whole(options, "cover_photo")
    if not video and cover is not None and not 1 <= cover <= len(draft.media):
        words = f"the option cover_photo is {cover}, of {len(draft.media)} photos"
        problems.append(Problem(rule="option", message=words))
    return problems


def video_of(draft: Draft) -> MediaItem | None:
    """Its video, where it has one."""
    return next(filter(is_video, draft.media), None)


def units(text: str) -> int:
    """UTF-16 units, as TikTok counts."""
    return len(text.encode("utf-16-le")) // 2


def check_creator(session: Session) -> None:
    """Raises Refused where the account does not offer what the post asks for."""
    creator, level = session.handle["creator"], _privacy(session.draft)
    offered = creator.get("privacy_level_options", [])
    if level not in offered:
        words = f"TikTok offers this account {', '.join(offered)}; set privacy_level to one of them"
        raise Refused(f"{words}, not {level}", code="privacy_level_option_mismatch")
    video, longest = video_of(session.draft), creator.get("max_video_post_duration_sec")
    if video and longest and (video.duration_s or 0) > longest:
        words = f"the video lasts {video.duration_s:.4g} s, TikTok lets this account post {longest}"
        raise Refused(words, code="duration")


def video_info(draft: Draft) -> dict[str, Any]:
    """What is told of a video."""
    cover = whole(draft.content.options, "cover_seconds")
    return {
        "title": with_link(draft.content),
        "privacy_level": _privacy(draft),
        **_switches(draft, (*_OF_BOTH, *_OF_VIDEOS)),
        **({} if cover is None else {"video_cover_timestamp_ms": cover * 1000}),
    }


def photo_body(session: Session) -> dict[str, Any]:
    """The one request that photos have."""
    draft = session.draft
    info = {
        "title": draft.content.title,
        "description": with_link(draft.content),
        "privacy_level": _privacy(draft),
        **_switches(draft, (*_OF_BOTH, *_OF_PHOTOS)),
    }
    cover = whole(draft.content.options, "cover_photo") or 1
    photos = {"photo_cover_index": cover - 1, "photo_images": session.handle["urls"]}
    return {
        "post_info": info,
        "source_info": {"source": "PULL_FROM_URL", **photos},
        "post_mode": "DIRECT_POST",
        "media_type": "PHOTO",
    }


def _privacy(draft: Draft) -> str:
    return str(draft.content.options.get("privacy_level", _EVERYBODY))


def _switches(draft: Draft, names: tuple[str, ...]) -> dict[str, bool]:
    options = draft.content.options
    return {name: is_on(options[name]) for name in names if name in options}
