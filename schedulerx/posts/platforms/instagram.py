"""Instagram: containers of pictures, reels and carousels, for professional accounts.

Source: developers.facebook.com, Instagram Platform: Content Publishing, IG User Media, Error Codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from schedulerx.posts.checking import is_video
from schedulerx.posts.http import Response
from schedulerx.posts.limits import Limits, MediaLimits, Rate
from schedulerx.posts.model import MediaItem
from schedulerx.posts.options import SWITCH, TEXT, WHOLE, Option, is_on, whole
from schedulerx.posts.outcomes import (
    AccountRefused,
    AnswerLost,
    NotAccepted,
    PlatformError,
    Refused,
    Throttled,
)
from schedulerx.posts.platform import Draft, Problem, Session
from schedulerx.posts.platforms.answers import with_link
from schedulerx.posts.platforms.containers import ContainerClient, Dialect, film
from schedulerx.posts.platforms.graph import VERSION, meaning_of, said_by
from schedulerx.posts.platforms.long_lived import grant

# "IG User Media", caption; _ITEMS: "Content Publishing", carousels.
_TEXT, _HASHTAGS, _MENTIONS, _ITEMS, _COLLABORATORS = 2200, 30, 20, 10, 3
_HASHTAG, _MENTION = re.compile(r"(?<![\w#&])#\w+"), re.compile(r"(?<![\w@])@\w[\w.]*")

# Subcodes; what a code alone means stands in `graph`.
_THEIRS = 2207001
_PERHAPS_LIVE = 2207051  # told of posts that went out
_NOT_READY = 2207027
_MISSING = 2207008  # the container is not found yet, or no more
_RESTRICTED = 2207050
_NEXT_DAY = 2207042
_ANEW = frozenset({2207003, 2207006, 2207020, 2207032, 2207052, 2207053})
_NEVER = frozenset({2207004, 2207005, 2207009, 2207010, 2207026, 2207028})
_SUBCODE = re.compile(r"\b2207\d{3}\b")

_POLL_S, _MISSING_S, _DAY_CAP_S = 10.0, 60.0, 6 * 3600.0


class Instagram(ContainerClient):
    """Implements `schedulerx.posts.platform.Platform`. Tokens: `access_token`, `expires_at`, and
    `user_id` where it is known.
    """

    name = "instagram"
    options: Mapping[str, Option] = {
        "collaborators": TEXT,  # usernames, with commas
        "cover_seconds": WHOLE,  # of a reel: the frame that is its cover
        "share_to_feed": SWITCH,  # of a reel: also among the account's posts
    }
    limits = Limits(
        max_text=_TEXT,
        min_media=1,
        max_pictures=_ITEMS,
        max_videos=_ITEMS,
        mixed=True,
        picture=MediaLimits(  # "IG User Media", "Image specifications"
            media_types=("image/jpeg",),
            max_bytes=8_000_000,
            min_width=320,
            max_width=1440,
            min_aspect=4 / 5,
            max_aspect=1.91,
        ),
        # "Reel specifications".
        video=film(max_bytes=300_000_000, max_bit_rate=25_000_000, min_seconds=3, max_seconds=900),
        max_alt=1000,  # "IG User Media", alt_text; of pictures alone
        rates=(
            Rate(count=100, seconds=86_400),
        ),  # "Content Publishing"; the account's own is asked for
        pulls=True,
        poll_seconds=_POLL_S,
    )
    credentials = ()
    oauth = grant(
        "https://www.instagram.com/oauth/authorize",
        "https://api.instagram.com/oauth/access_token",
        "https://graph.instagram.com",
        "ig",
        ("instagram_business_basic", "instagram_business_content_publish"),
    )
    dialect = Dialect(
        title="Instagram",
        home=f"https://graph.instagram.com/{VERSION}",
        make="media",
        publish="media_publish",
        listing="media",
        quota="content_publishing_limit",
        user="user_id",
        status="status_code",
        trouble="status",
        text="caption",
    )

    def check(self, draft: Draft) -> list[Problem]:
        """Characters, hashtags, mentions, and the places of a carousel."""
        text = with_link(draft.content)
        return [
            Problem(rule=rule, message=f"the post has {count} {what}, Instagram takes {most}")
            for rule, what, count, most in (
                ("text_length", "characters", len(text), _TEXT),
                ("hashtags", "hashtags", len(_HASHTAG.findall(text)), _HASHTAGS),
                ("mentions", "mentions", len(_MENTION.findall(text)), _MENTIONS),
                ("media_count", "pictures and videos", len(draft.media), _ITEMS),
                ("option", "collaborators", len(_collaborators(draft)), _COLLABORATORS),
            )
            if count > most
        ]

    def words(self, draft: Draft) -> dict[str, str]:
        """The caption, who posts it too, and what only a reel has."""
        named = _collaborators(draft)
        told = {"collaborators": msgspec.json.encode(named).decode()} if named else {}
        is_reel = [is_video(item) for item in draft.media] == [True]
        return {"caption": with_link(draft.content), **told, **(_of_reel(draft) if is_reel else {})}

    def fields(self, item: MediaItem, url: str, *, child: bool) -> dict[str, str]:
        """A picture, a video of a carousel, or a reel."""
        mark = {"is_carousel_item": "true"} if child else {}
        if not is_video(item):
            return {"image_url": url, **mark, **({"alt_text": item.alt} if item.alt else {})}
        return {"media_type": "VIDEO" if child else "REELS", "video_url": url, **mark}

    def meaning(self, session: Session, answer: Response) -> PlatformError:
        """By the subcode, and by the code where there is none of ours."""
        said = said_by(answer)
        words = said.words("Instagram", answer)
        if said.subcode in (_PERHAPS_LIVE, _THEIRS):
            return AnswerLost(words, code=said.word)
        if said.subcode == _NOT_READY or said.code == 9007:
            return NotAccepted(words, code=said.word, after_s=_POLL_S)
        if said.subcode == _MISSING:
            return _missing(session, words, said.word)
        return _by_subcode(said.subcode, words) or meaning_of(answer, "Instagram", session.now())

    def trouble(self, told: str) -> PlatformError:
        """By the subcode in its words; another container may do where there is none."""
        found = _SUBCODE.search(told)
        words = f"Instagram could not process it: {told or 'no reason'}"
        known = _by_subcode(int(found[0]), words) if found else None
        return known or NotAccepted(words, code=found[0] if found else "ERROR", restart=True)


def _collaborators(draft: Draft) -> list[str]:
    named = str(draft.content.options.get("collaborators", ""))
    return [each.strip().lstrip("@") for each in named.split(",") if each.strip()]


def _of_reel(draft: Draft) -> dict[str, str]:
    """What only a reel has; its cover by milliseconds."""
    options = draft.content.options
    seconds = whole(options, "cover_seconds")
    cover = {} if seconds is None else {"thumb_offset": str(seconds * 1000)}
    if "share_to_feed" not in options:
        return cover
    return {**cover, "share_to_feed": "true" if is_on(options["share_to_feed"]) else "false"}


def _by_subcode(subcode: int, words: str) -> PlatformError | None:
    code = str(subcode)
    if subcode in _ANEW:
        return NotAccepted(words, code=code, restart=True)
    if subcode == _NEXT_DAY:
        return Throttled(words, code=code, after_s=_DAY_CAP_S)
    if subcode == _RESTRICTED:
        return AccountRefused(f"{words}; look into the account", code=code)
    if subcode in _NEVER:
        return Refused(words, code=code)
    return None


def _missing(session: Session, words: str, code: str) -> NotAccepted:
    """Looked for twice more, then made anew."""
    times = int(session.handle.get("missing", 0)) + 1
    if times > 2:
        return NotAccepted(words, code=code, restart=True)
    session.save({**session.handle, "missing": times})
    return NotAccepted(words, code=code, after_s=_MISSING_S)
