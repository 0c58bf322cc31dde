"""Statuses that mean the same everywhere; what differs stands in each platform's file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

from schedulerx.posts.http import Request, Response, T
from schedulerx.posts.model import Content
from schedulerx.posts.outcomes import (
    AccountRefused,
    AnswerLost,
    NotAccepted,
    PlatformError,
    Refused,
    Throttled,
)
from schedulerx.posts.platform import Session

Renew = Callable[[Session], str]  # a fresh access token, stored already


def authorised(session: Session, request: Request, token: str, renew: Renew) -> Response:
    """The answer to a request with a bearer token; once more with a renewed token where the first
    was refused (401), which is an answer: nothing was done.
    """
    answer = session.http.send(with_bearer(request, token))
    if answer.status != 401:
        return answer
    try:
        fresh = renew(session)
    except AnswerLost as error:  # of the renewal: of the request it is known that it failed
        raise NotAccepted(f"the token could not be renewed: {error}") from error
    return session.http.send(with_bearer(request, fresh))


def with_bearer(request: Request, token: str) -> Request:
    """The request with `Authorization: Bearer`."""
    headers = {**request.headers, "authorization": f"Bearer {token}"}
    return msgspec.structs.replace(request, headers=headers)


def error_for(answer: Response, message: str, code: str, now: datetime) -> PlatformError:
    """What a status that is no yes means where the body says no more: 429 is a throttle, 401 of the
    account, any other 4xx final; of the rest it is not known what was done.
    """
    told = f"{message} ({answer.status})"
    if answer.status == 429:
        return Throttled(told, code=code, after_s=asked_wait(answer, now))
    if answer.status == 401:
        return AccountRefused(f"{told}; connect the account again", code=code)
    if is_lost(answer.status):
        return AnswerLost(told, code=code)
    return Refused(told, code=code)


def is_lost(status: int) -> bool:
    """Whether a status that is no yes tells nothing of what was done: no redirect is followed, a
    proxy may have given up, the server may have failed after it acted.
    """
    return not 400 <= status < 500 or status == 408


_CLOCKS_DIFFER = timedelta(minutes=2)
# When a throttle ends: since 1970 (X, Bluesky), from now (Pinterest), or a time (Mastodon).
_WHOLE = re.compile(r"[0-9]{1,10}")
_RESETS = ("x-rate-limit-reset", "ratelimit-reset", "x-ratelimit-reset")


def asked_wait(answer: Response, now: datetime) -> float | None:
    """Seconds the platform asks to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3),
    else the moment its window begins anew. None: it does not say.
    """
    told = (answer.headers.get(name, "") for name in ("retry-after", *_RESETS))
    moments = (_end(value, now) for value in told)
    return next((max(0.0, (at - now).total_seconds()) for at in moments if at is not None), None)


def _end(value: str, now: datetime) -> datetime | None:
    """When a wait is over: seconds from now, seconds since 1970, or a time. None: it says none."""
    if not _WHOLE.fullmatch(value):
        return moment(value)
    seconds = int(value)
    if seconds < 10**9:
        return now + timedelta(seconds=seconds)
    return datetime.fromtimestamp(seconds, UTC)


def moment(value: str) -> datetime | None:
    """A time as ISO 8601 or RFC 9110 have it, UTC where it names no zone; None: it is none."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(value)
        except (ValueError, OverflowError):  # years that are none
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


@contextmanager
def only_read() -> Iterator[None]:
    """What is refused to a reader says nothing about the post: AnswerLost, whatever it was."""
    try:
        yield
    except (Refused, NotAccepted) as error:
        if isinstance(error, NotAccepted) and not error.restart:
            raise
        raise AnswerLost(str(error), code=error.code) from error


def is_since(value: str, sent_at: str) -> bool:
    """Whether a platform's time is not before the moment a request was sent, as clocks differ."""
    at, begun = moment(value), moment(sent_at)
    return at is not None and begun is not None and at > begun - _CLOCKS_DIFFER


def said(answer: Response, kind: type[T]) -> T:
    """What an error's body says; a `kind` of defaults where it says nothing of the sort, as many
    that a machine between has written.
    """
    try:
        return answer.read(kind)
    except AnswerLost:
        return kind()


def with_link(content: Content) -> str:
    """The text, and the link after it where the text does not have it."""
    if not content.link or content.link in content.text:
        return content.text
    return f"{content.text}\n\n{content.link}".strip()
