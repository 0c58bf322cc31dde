"""A post that is named on the command line, and how it is spoken of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from zoneinfo import ZoneInfo

from schedulerx.commands.console import printable
from schedulerx.compose.posts import PostHouse
from schedulerx.errors import ConfigurationError
from schedulerx.posts.model import Post, State
from schedulerx.stores.postgres.post_reads import Listed

_LEAST = 4  # characters of an id: what is shorter was not meant, as an empty variable of a script


def found(house: PostHouse, start: str) -> Listed:
    """The post whose id begins like this.

    Raises:
        ConfigurationError: there is none, or several.
    """
    if len(start) < _LEAST:
        raise ConfigurationError(
            f"{start!r} is too short for an id: give {_LEAST} characters of it; see `posts list`"
        )
    ids = house.posts.find(start)
    if len(ids) != 1:
        what = "no post has" if not ids else "several posts have"
        raise ConfigurationError(f"{what} an id that begins with {start!r}; see `posts list`")
    shown = house.posts.show(ids[0])
    assert shown is not None
    return shown


def when(post: Post) -> str:
    """Its time as its author means it, and in UTC."""
    plain = f"{post.due_at:%Y-%m-%d %H:%M} UTC"
    if post.zone == "UTC":
        return plain
    return f"{post.due_at.astimezone(ZoneInfo(post.zone)):%Y-%m-%d %H:%M} {post.zone} ({plain})"


def standing(shown: Listed, but: Collection[State] = ()) -> str:
    """Where it stands: "posted on coast, unknown on shore"."""
    names = defaultdict[State, list[str]](list)
    for name, target in shown.targets:
        if target.state not in but:
            names[target.state].append(printable(name))
    return "; ".join(f"{state} on {', '.join(each)}" for state, each in names.items())
