"""Stand-ins for measuring, in a process of their own, and accounts of every temper on them."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from multiprocessing.connection import Connection
from uuid import uuid4

from schedulerx.cloud.platforms import telegram
from schedulerx.cloud.platforms.mastodon import TOKEN, MastodonStandIn
from schedulerx.cloud.platforms.serving import Answer, Answering, Asked, serving
from schedulerx.cloud.platforms.telegram import TelegramStandIn
from schedulerx.compose.posts import PostHouse
from schedulerx.posts.model import Account

_HANGS_S = 5.0


class Temper(StrEnum):
    """How an account behaves."""

    EQUAL = "equal"  # as fast as its platform answers
    TIGHT = "tight"  # its platform takes 20 posts a minute
    PAUSED = "paused"
    BROKEN = "broken"  # its platform takes seconds, and does not answer


class Slow:
    """A stand-in that takes its time for each answer, many at once."""

    def __init__(self, inner: Answering, answer_s: float) -> None:
        self._inner, self._answer_s = inner, answer_s

    def handle(self, asked: Asked) -> Answer | None:
        """As the stand-in, later."""
        time.sleep(self._answer_s)
        return self._inner.handle(asked)


class Hanging:
    """A platform that is down: connections end after a while, without an answer."""

    def handle(self, _: Asked) -> Answer | None:
        """Nothing, later."""
        time.sleep(_HANGS_S)
        return None


def _serve(pipe: Connection, answer_s: float) -> None:
    mastodon, chats = MastodonStandIn(time.time), TelegramStandIn(time.time)
    stages: dict[str, Answering] = {
        "mastodon": Slow(mastodon, answer_s),
        "telegram": Slow(chats, answer_s),
        "down": Hanging(),
    }
    with serving(stages) as base:
        pipe.send(base)
        while pipe.poll(None) and pipe.recv():
            pipe.send(len(mastodon.shown) + len(chats.shown))


class Stages:
    """The stand-ins' address, and what is to be seen on them."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self.base = pipe, str(pipe.recv())

    def visible(self) -> int:
        """Posts that everybody can see."""
        self._pipe.send("visible")
        return int(self._pipe.recv())


@contextmanager
def stages(answer_s: float) -> Iterator[Stages]:
    """Stand-ins that take so long for an answer."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, answer_s))
    process.start()
    try:
        yield Stages(ours)
    finally:
        ours.send("")
        process.join()


def connected(house: PostHouse, temper: Temper, count: int, base: str) -> list[str]:
    """Names of new accounts."""
    return [_connected(house, temper, base) for _ in range(count)]


def _connected(house: PostHouse, temper: Temper, base: str) -> str:
    name = f"{temper}-{uuid4().hex}"
    is_tight = temper is Temper.TIGHT
    platform = "telegram" if is_tight else "mastodon"
    server = "down" if temper is Temper.BROKEN else platform
    house.secrets.write(name, {"bot_token": telegram.TOKEN, "access_token": TOKEN})
    account = Account(
        account_id=uuid4(), platform=platform, name=name, secret=name, server=f"{base}/{server}",
        options={"chat": telegram.CHANNEL} if is_tight else {},
    )  # fmt: skip
    house.posts.save_account(account)
    if temper is Temper.PAUSED:
        house.posts.pause(account.account_id, "by hand")
    return name
