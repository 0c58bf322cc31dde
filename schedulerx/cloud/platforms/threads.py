"""Threads' publishing in memory.

Source: developers.facebook.com, Threads API: Posts, Troubleshooting.
"""

from __future__ import annotations

from collections.abc import Callable

from schedulerx.cloud.platforms.containers import ContainersStandIn, Words
from schedulerx.cloud.platforms.counting import clusters, is_emoji
from schedulerx.cloud.platforms.graph import Says

_KINDS = {"TEXT", "IMAGE", "VIDEO", "CAROUSEL"}
_WHO = {"everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only",
        "followers_only"}  # fmt: skip


class ThreadsStandIn(ContainersStandIn):
    """Takes texts alone as well; every container says what kind it is."""

    name = "threads"
    version = "v1.0"
    words = Words(
        make="threads",
        publish="threads_publish",
        listing="threads",
        quota="threads_publishing_limit",
        user="id",
        status="status",
        trouble="error_message",
        text="text",
        most_text=500,
        most_items=20,
        posts_a_day=250,
        texts_alone=True,
    )

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now, "threads_basic,threads_content_publish")

    def length(self, text: str) -> int:
        """Emoji count as many as they have bytes in UTF-8."""
        each = (len(one.encode()) if is_emoji(one) else len(one) for one in clusters(text))
        return sum(each)

    def wrong(self, form: dict[str, str]) -> Says | None:
        """A kind is always named."""
        if (
            form.get("media_type") not in _KINDS
            or form.get("reply_control", "everyone") not in _WHO
        ):
            return Says(code=100)
        tag = form.get("topic_tag")
        if tag is not None and (not 1 <= len(tag) <= 50 or set(".&") & set(tag)):
            return Says(code=100)
        words = {each.rstrip(".,;:!?)") for each in form.get("text", "").split() if "://" in each}
        if len(words) > 5:
            return Says(code=100, subcode=4279048)
        return super().wrong(form)
