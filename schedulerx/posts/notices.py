"""What people are told of posts, where they ask for it: which events, and in which words.

An event is a target's entering a state. Each is told once at most: it is marked before it is sent,
and what may have arrived is not sent again (docs/decisions/0013-told-once.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from schedulerx.posts.model import State

TELLABLE = (State.FAILED, State.UNKNOWN, State.POSTED)
SHOWN = 10  # events of one message; of more it tells the number
_MOST = 4000  # UTF-16 units of a message, of Telegram's 4096
_EACH = 360  # of one event
_TITLE = 60  # characters of the post that say which it is


class Notices(msgspec.Struct, frozen=True, kw_only=True):
    """Where a bot tells, and what; a secret, since the token is one."""

    bot_token: str
    chat: str  # @name of a channel, or the number of a chat
    states: tuple[State, ...] = (State.FAILED, State.UNKNOWN)
    since: datetime  # nothing older is told
    server: str = ""  # of the Bot API, where it is not Telegram's own


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A target that entered a state. `change_id` names the event in the ledger."""

    change_id: int
    post_id: UUID
    state: State
    account: str
    platform: str
    text: str
    why: str  # the error, or the address where it is to be seen


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of events since a moment: told; waiting; and those that may not have arrived."""

    told: int = 0
    waiting: int = 0
    lost: int = 0


class NoticeLedger(Protocol):
    """Which events were told on which channel."""

    def claim(
        self, channel: str, states: Sequence[State], since: datetime, now: datetime
    ) -> list[Event]:
        """Events that nobody has told, marked as being told; none while the channel rests."""

    def settle(self, channel: str, events: Sequence[Event], *, arrived: bool) -> None:
        """Notes that they were told, or that nobody knows."""

    def postpone(self, channel: str, events: Sequence[Event], until: datetime) -> None:
        """They surely were not told: the channel rests until then."""

    def counts(self, channel: str, since: datetime, now: datetime) -> Sent:
        """What became of the events."""


def message_of(events: Sequence[Event]) -> str:
    """All of them in one message; of many the first, and the number of the others."""
    told = [_cut(_words(each), _EACH) for each in events[:SHOWN]]
    if others := events[SHOWN:]:
        counts = Counter((each.state, each.account) for each in others)
        kinds = [f"{count:,} {state} on {name}" for (state, name), count in counts.most_common(8)]
        told.append(f"And {len(others):,} more: {', '.join(kinds)}. See: schedulerx posts list")
    return _cut("\n\n".join(told), _MOST)


def _words(event: Event) -> str:
    named = " ".join(event.text.split())
    title = f": “{named[:_TITLE]}{'…' if len(named) > _TITLE else ''}”" if named else ""
    lines = [f"{event.state.capitalize()} on {event.account} ({event.platform}){title}"]
    if event.why:
        lines.append(_cut(event.why, 180))
    return "\n".join([*lines, *_next_step(event)])


def _next_step(event: Event) -> list[str]:
    post = str(event.post_id)[:8]
    if event.state is State.FAILED:
        return [f"Mend it, then: schedulerx posts retry {post}"]
    if event.state is State.UNKNOWN:
        return [f"Look, then: schedulerx posts resolve {post} --posted URL | --not_posted"]
    return []


def _cut(text: str, units: int) -> str:
    """The text in so many UTF-16 units at most."""
    coded = text.encode("utf-16-le", "replace")
    if len(coded) <= 2 * units:
        return text
    return coded[: 2 * (units - 1)].decode("utf-16-le", "ignore") + "…"
