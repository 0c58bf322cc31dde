"""The rules a draft breaks that are numbers: counts, types, sizes, shapes, durations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from schedulerx.posts.limits import Limits, MediaLimits
from schedulerx.posts.model import Content, MediaItem
from schedulerx.posts.options import COMMON, wrong
from schedulerx.posts.platform import Draft, Platform, Problem


def problems_of(draft: Draft, platform: Platform) -> list[Problem]:
    """Every rule the draft breaks, with the value and the limit; the platform's own first."""
    return [
        *platform.check(draft),
        *_of_content(draft, platform),
        *_of_counts(draft, platform),
        *_of_media(draft, platform),
    ]


def is_video(item: MediaItem) -> bool:
    """Whether the item moves, as far as platforms are concerned."""
    return item.media_type.startswith("video/")


def _of_content(draft: Draft, platform: Platform) -> Iterator[Problem]:
    content = draft.content
    says_nothing = not (content.text.strip() or content.link or draft.media)
    if says_nothing and not platform.limits.min_media:  # else it is told what is needed
        yield Problem(rule="empty", message="the post has neither text nor media")
    if content.link and not _is_link(content):
        words = f"the link {content.link!r} is no address that begins with https:// or http://"
        yield Problem(rule="link", message=words)
    for words in wrong(content.options, {**COMMON, **platform.options}):
        yield Problem(rule="option", message=words)


def _is_link(content: Content) -> bool:
    try:
        parts = urlsplit(content.link)
    except ValueError:
        return False
    is_plain = content.link.isprintable() and " " not in content.link
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_plain


def _of_counts(draft: Draft, platform: Platform) -> Iterator[Problem]:
    limits, name = draft.limits(platform), platform.name
    videos = sum(map(is_video, draft.media))
    pictures = len(draft.media) - videos
    for count, most, what in (
        (pictures, limits.max_pictures, "pictures"),
        (videos, limits.max_videos, "videos"),
    ):
        if count > most:
            words = f"the post has {count} {what}, {name} takes {most}"
            yield Problem(rule="media_count", message=words)
    if pictures and videos and not limits.mixed:
        words = f"{name} takes pictures or a video in one post, not both"
        yield Problem(rule="media_mixed", message=words)
    if len(draft.media) < limits.min_media:
        words = f"{name} takes no post without {limits.min_media} picture or video"
        yield Problem(rule="media_count", message=words)


def _of_media(draft: Draft, platform: Platform) -> Iterator[Problem]:
    taken = draft.limits(platform)
    for position, item in enumerate(draft.media):
        limits = limits_of(item, taken)
        if limits is not None:
            what = item.name or f"medium {position + 1}"
            for breach in breaches(item, limits):
                message = f"{what} {breach.words}, says {platform.name}"
                yield Problem(rule=breach.rule, message=message, media=position)
        if taken.max_alt is not None and len(item.alt) > taken.max_alt:
            words = f"the alt text has {len(item.alt)} characters, of {taken.max_alt}"
            yield Problem(rule="alt_length", message=words, media=position)


def limits_of(item: MediaItem, limits: Limits) -> MediaLimits | None:
    """The limits that concern the item."""
    if item.media_type == "image/gif" and limits.animation is not None:
        return limits.animation
    return limits.video if is_video(item) else limits.picture


class Breach(NamedTuple):
    """A rule that an item breaks, and what is so: "is 9,000 bytes, at most 8,000"."""

    rule: str
    words: str
    above: bool = True  # it is too much; else too little


def breaches(item: MediaItem, limits: MediaLimits) -> Iterator[Breach]:
    """Each rule the item breaks."""
    if item.media_type not in limits.media_types:
        words = f"is {item.media_type}, not {' or '.join(limits.media_types)}"
        yield Breach("media_type", words)
    pixels = (item.width or 0) * (item.height or 0)
    aspect = item.width / item.height if item.width and item.height else None
    rate = round(item.bytes * 8 / item.duration_s) if item.duration_s else None
    for rule, value, least, most, unit in (
        ("bytes", item.bytes, None, limits.max_bytes, "bytes"),
        ("width", item.width, limits.min_width, limits.max_width, "px wide"),
        ("height", item.height, limits.min_height, limits.max_height, "px high"),
        ("pixels", pixels or None, None, limits.max_pixels, "pixels"),
        ("aspect", aspect, limits.min_aspect, limits.max_aspect, "(width over height)"),
        ("duration", item.duration_s, limits.min_seconds, limits.max_seconds, "seconds long"),
        ("fps", item.fps, limits.min_fps, limits.max_fps, "frames a second"),
        ("bit_rate", rate, None, limits.max_bit_rate, "bits a second"),
    ):
        if value is not None and most is not None and value > most:
            yield Breach(rule, f"is {_number(value)} {unit}, at most {_number(most)}")
        if value is not None and least is not None and value < least:
            words = f"is {_number(value)} {unit}, at least {_number(least)}"
            yield Breach(rule, words, above=False)
    for kind, codec, known in (
        ("video", item.video_codec, limits.video_codecs),
        ("audio", item.audio_codec, limits.audio_codecs),
    ):
        if codec is not None and known is not None and codec not in known:
            yield Breach(f"{kind}_codec", f"has {kind} in {codec}, not {' or '.join(known)}")
    if limits.plain:
        yield from (Breach("coding", f"has {quirk}") for quirk in item.quirks)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
