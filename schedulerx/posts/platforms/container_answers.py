"""What Instagram and Threads answer about users, containers and posts."""

from __future__ import annotations

import msgspec


class Made(msgspec.Struct, frozen=True):
    """A container, or what it became."""

    id: str


class User(msgspec.Struct, frozen=True):
    """Whose the token is."""

    id: str = ""
    user_id: str = ""


class State(msgspec.Struct, frozen=True):
    """Of a container: `status` is how far it is on Threads, and what is wrong on Instagram."""

    status_code: str = ""
    status: str = ""
    error_message: str = ""


class Post(msgspec.Struct, frozen=True):
    """A post of the account."""

    id: str
    permalink: str | None = None
    timestamp: str = ""
    caption: str = ""
    text: str = ""


class Posts(msgspec.Struct, frozen=True):
    """Its latest posts."""

    data: list[Post] = []


class _Config(msgspec.Struct, frozen=True):
    quota_total: int | None = None


class _Used(msgspec.Struct, frozen=True):
    quota_usage: int = 0
    config: _Config = _Config()


class Quota(msgspec.Struct, frozen=True):
    """How much of a day's posts is used."""

    data: list[_Used] = []
