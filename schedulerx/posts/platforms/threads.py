"""Threads: containers of texts, pictures, videos and carousels.

Source: developers.facebook.com, Threads API: Posts, Overview (limitations), Troubleshooting.
"""

from __future__ import annotations

from collections.abc import Mapping

import regex

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Response
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import MediaItem
from schedulerx.posts.options import Option
from schedulerx.posts.outcomes import NotAccepted, PlatformError, Refused
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import with_link
from schedulerx.posts.platforms.containers import ContainerClient, Dialect, film
from schedulerx.posts.platforms.graph import meaning_of
from schedulerx.posts.platforms.long_lived import grant

_TEXT, _ITEMS = 500, 20  # "Posts", "Limitations"; carousels
_EMOJI = regex.compile(
    r"\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u20e3"
)
_LINKS = 5  # "Posts", "Limitations": of different ones, else THREADS_API__LINK_LIMIT_EXCEEDED
_LINK = regex.compile(r"https?://[^\s<>]*[^\s<>.,;:!?'\")\]}]")
_REPLIERS = (  # "Reply Management"
    "everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only",
    "followers_only",
)  # fmt: skip
_PASSING = frozenset({"", "FAILED_DOWNLOADING_VIDEO", "UNKNOWN"})  # of a container's troubles


class Threads(ContainerClient):
    """Implements `schedulerx.posts.platform.Platform`. Tokens: `access_token`, `expires_at`, and
    `user_id` where it is known.
    """

    name = "threads"
    options: Mapping[str, Option] = {
        "reply_control": Option(choices=_REPLIERS),
        "topic_tag": Option(pattern=r"[^.&]{1,50}", example="a topic of 50 characters, no . and &"),
    }
    limits = Limits(
        max_text=_TEXT,
        max_pictures=_ITEMS,
        max_videos=_ITEMS,
        mixed=True,
        picture=MediaLimits(  # "Overview", "Image specifications"
            media_types=("image/jpeg", "image/png"),
            max_bytes=8_000_000,
            min_width=320,
            max_width=1440,
            max_aspect=10,
        ),
        # "Video specifications".
        video=film(max_bytes=1_000_000_000, max_bit_rate=100_000_000, max_seconds=300),
        max_alt=1000,  # "Posts", alt_text
        rates=(Rate(count=250, seconds=86_400),),  # "Overview", "Rate limiting"
        pulls=True,
        poll_seconds=10,
    )
    credentials = ()
    oauth = grant(
        "https://threads.net/oauth/authorize",
        "https://graph.threads.net/oauth/access_token",
        "https://graph.threads.net",
        "th",
        ("threads_basic", "threads_content_publish"),
    )
    dialect = Dialect(
        title="Threads",
        home="https://graph.threads.net/v1.0",
        make="threads",
        publish="threads_publish",
        listing="threads",
        quota="threads_publishing_limit",
        user="id",
        status="status",
        trouble="error_message",
        text="text",
    )

    def check(self, draft: Draft) -> list[Problem]:
        """Characters as Threads counts them, and the places of a carousel."""
        count, problems = counted(_text(draft)), []
        if count > _TEXT:
            words = f"the text counts {count} characters (emoji by their bytes), Threads takes"
            problems.append(Problem(rule="text_length", message=f"{words} {_TEXT}"))
        links = len(set(_LINK.findall(_text(draft))))
        if links > _LINKS:
            words = f"the text has {links} links, Threads takes {_LINKS}"
            problems.append(Problem(rule="links", message=words))
        if len(draft.media) > _ITEMS:
            words = f"the post has {len(draft.media)} pictures and videos, Threads takes {_ITEMS}"
            problems.append(Problem(rule="media_count", message=words))
        return problems

    def words(self, draft: Draft) -> dict[str, str]:
        """The text, its topic, and who may reply."""
        options = draft.content.options
        told = {name: str(options[name]) for name in self.options if name in options}
        return {"text": _text(draft), **told}

    def fields(self, item: MediaItem, url: str, *, child: bool) -> dict[str, str]:
        """A picture or a video."""
        kind = "video" if is_video(item) else "image"
        mark = {"is_carousel_item": "true"} if child else {}
        alt = {"alt_text": item.alt} if item.alt else {}
        return {"media_type": kind.upper(), f"{kind}_url": url, **mark, **alt}

    def meaning(self, session: Session, answer: Response) -> PlatformError:
        """As everywhere at Meta's."""
        return meaning_of(answer, "Threads", session.now())

    def trouble(self, told: str) -> PlatformError:
        """What concerns the medium itself is final."""
        words = f"Threads could not process it: {told or 'no reason'}"
        if told in _PASSING:
            return NotAccepted(words, code=told or "ERROR", restart=True)
        return Refused(words, code=told)


def counted(text: str) -> int:
    """Characters as Threads counts them: an emoji, with all that it is composed of, by its bytes in
    UTF-8.
    """
    clusters: list[str] = regex.findall(r"\X", text)
    return sum(len(each.encode()) if _EMOJI.search(each) else len(each) for each in clusters)


def _text(draft: Draft) -> str:
    return with_link(draft.content)
