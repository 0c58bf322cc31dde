"""Tells a chat on Telegram what became of posts. What goes wrong here never hurts a post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from schedulerx.errors import SchedulerXError
from schedulerx.posts.http import Http
from schedulerx.posts.notices import Event, NoticeLedger, Notices, message_of
from schedulerx.posts.outcomes import NotAccepted, PlatformError, Refused
from schedulerx.posts.platforms.telegram import send_message

TELEGRAM = "telegram"
_REST = timedelta(minutes=1)  # of a channel that did not take a message, and did not say how long
_BROKEN = timedelta(minutes=15)  # of one that a person has to mend


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How many events were told, and what went wrong."""

    count: int = 0
    trouble: str = ""


@dataclass(frozen=True)
class Teller:
    """Tells what nobody has told. `settings` reads where; None: nobody asked for it."""

    ledger: NoticeLedger
    http: Http
    settings: Callable[[], Notices | None]
    now: Callable[[], datetime]

    def tell(self) -> Told:
        """One message, where there is something to tell. Raises nothing."""
        try:
            wanted = self.settings()
            return Told() if wanted is None else self._told(wanted)
        except SchedulerXError as error:
            return Told(trouble=f"notices could not be sent: {error}")

    def _told(self, wanted: Notices) -> Told:
        now = self.now()
        events = self.ledger.claim(TELEGRAM, wanted.states, wanted.since, now)
        if not events:
            return Told()
        try:
            send(self.http, wanted, message_of(events))
        except PlatformError as error:
            return self._not_told(events, error, now)
        self.ledger.settle(TELEGRAM, events, arrived=True)
        return Told(count=len(events))

    def _not_told(self, events: list[Event], error: PlatformError, now: datetime) -> Told:
        """Told later where it surely did not arrive; else never again."""
        if isinstance(error, NotAccepted):
            rest = _REST if error.after_s is None else timedelta(seconds=error.after_s)
            self.ledger.postpone(TELEGRAM, events, now + rest)
            return Told(trouble=f"{len(events)} notices wait: {error}")
        if isinstance(error, Refused):
            self.ledger.postpone(TELEGRAM, events, now + _BROKEN)
            return Told(
                trouble=f"{len(events)} notices wait: {error}. Run `schedulerx posts notify "
                "--telegram CHAT` with what is right"
            )
        self.ledger.settle(TELEGRAM, events, arrived=False)
        return Told(trouble=f"{len(events)} notices may not have arrived: {error}")


def send(http: Http, where: Notices, text: str) -> None:
    """Says something in the chat.

    Raises:
        PlatformError: see `send_message`.
    """
    send_message(http, where.server, where.bot_token, where.chat, text)
