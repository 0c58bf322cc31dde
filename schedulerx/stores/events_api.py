"""The sending side of an events API: batches by HTTP, each until it is answered.

What was answered is remembered among the artifacts by the digest of the batch, so that an upload
goes on where it was cut; a batch sent twice changes nothing, since events have their UUIDs.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import msgspec

from schedulerx.errors import ConfigurationError, RetryableError
from schedulerx.evidence.feed_batches import Batch, batches, body, halves
from schedulerx.model import keys
from schedulerx.model.event import Event
from schedulerx.model.feed import MAX_BODY, Answer, FeedCounts, Rejection
from schedulerx.model.ports import ArtifactStore
from schedulerx.model.record import Record
from schedulerx.posts.http import Http, Request, Response
from schedulerx.posts.outcomes import AnswerLost, NotAccepted
from schedulerx.settings import UPLOAD_TOKEN

ATTEMPTS = 8
CHECKS = 3  # somebody may wait for the answer: a wrong address is told within seconds
_FIRST_S, _LONGEST_S = 1.0, 60.0
_MOST_ASKED_S = 300.0  # of a Retry-After
_TIMEOUT_S = 120.0
_LONGEST_ANSWER_S = _TIMEOUT_S + 15.0  # with connecting before it, and remembering after it
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TAKEN, _REFUSED, _TOO_LARGE = (200, 207), (401, 403), 413


class _Dead(msgspec.Struct, frozen=True):
    """A line that was not taken."""

    reason: str
    line: msgspec.Raw


@dataclass
class EventsApi:
    """Implements `EventsFeed`. The token is in no message."""

    http: Http
    url: str
    token: str = field(repr=False)
    artifacts: ArtifactStore
    sleep: Callable[[float], None] = time.sleep
    share: Callable[[], float] = random.random  # of a wait: the jitter
    left_s: Callable[[], float] = lambda: math.inf  # seconds the sending process has
    instance_id: str = ""

    def __post_init__(self) -> None:
        _refuse_address(self.url)
        if not self.token:
            raise ConfigurationError(
                f"--upload_url needs a token: set {UPLOAD_TOKEN} in the environment or in .env"
            )

    @property
    def target(self) -> str:
        """Names the API and its database among the artifacts."""
        return hashlib.blake2b(f"{self.url} {self.instance_id}".encode(), digest_size=8).hexdigest()

    def check(self) -> None:
        """Sends a batch of nothing, and learns which database answers.

        Raises:
            ConfigurationError: the address or the token is wrong.
            RetryableError: nobody answers now.
        """
        self.instance_id = self._answer(b"", CHECKS).instance_id

    def feed(self, location: str, uploads: Iterable[tuple[Record, Iterable[Event]]]) -> FeedCounts:
        """Sends what was not sent before.

        Raises:
            ConfigurationError: the API refuses the sender.
            RetryableError: it does not answer; what it took is remembered.
        """
        sent = rejected = known = 0
        for batch in batches(location, uploads):
            for count, refused, is_known in self._sent(batch):
                sent, rejected, known = sent + count, rejected + refused, known + is_known
        return FeedCounts(lines_sent=sent, lines_rejected=rejected, batches_known=known)

    def _sent(self, batch: Batch) -> Iterable[tuple[int, int, int]]:
        """Lines, rejected ones, and whether they were known, of the batch or its parts."""
        data = body(batch)
        digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        key = keys.feed_sent_key(self.target, digest)
        if self.artifacts.exists(key):
            answer = msgspec.json.decode(self.artifacts.get(key), type=Answer)
            yield answer.lines, len(answer.rejected), 1
            return
        count = len(data.splitlines())
        try:
            answer = self._answer(data)
        except _TooLarge as error:
            parts = halves(batch)
            if parts is not None:
                yield from self._sent(parts[0])
                yield from self._sent(parts[1])
                return
            refused = (Rejection(line=line + 1, reason=str(error)) for line in range(count))
            answer = Answer(lines=count, rejected=tuple(refused))
        if answer.lines != count:
            raise ConfigurationError(
                f"{self._host} counted {answer.lines:,} of the {count:,} lines it was sent: it is "
                "no events API of this version, or what stands before it cuts requests short"
            )
        self._bury(digest, data, answer)
        self.artifacts.put(key, msgspec.json.encode(answer))
        yield answer.lines, len(answer.rejected), 0

    def _bury(self, digest: str, data: bytes, answer: Answer) -> None:
        """Keeps the lines that were not taken, with their reasons."""
        if not answer.rejected:
            return
        lines = data.splitlines()
        dead = [
            _Dead(reason=each.reason, line=msgspec.Raw(lines[each.line - 1]))
            for each in answer.rejected
            if 0 < each.line <= len(lines)
        ]
        key = keys.feed_rejected_key(self.target, digest)
        self.artifacts.put(key, msgspec.json.Encoder().encode_lines(dead))

    def _answer(self, data: bytes, attempts: int = ATTEMPTS) -> Answer:
        """Sends until it is answered for good."""
        request = self._request(data)
        trouble, wait_s = "", 0.0
        for attempt in range(attempts):
            self._pause(wait_s)
            asked_s: float | None = None
            try:
                answer = self.http.send(request)
            except (NotAccepted, AnswerLost) as error:
                trouble = str(error)
            else:
                if not _may_pass_later(answer.status):
                    return self._read(answer)
                trouble = f"{self._host} answered {answer.status}"
                asked_s = _retry_after(answer)
            wait_s = self._wait_s(attempt, asked_s)
        raise RetryableError(
            f"{trouble}, {attempts} times. What was taken is remembered: run again to go on"
        )

    def _request(self, data: bytes) -> Request:
        packed = gzip.compress(data, 6, mtime=0)
        if len(packed) > MAX_BODY:
            raise _TooLarge(f"a request has at most {MAX_BODY:,} bytes, and this line has more")
        return Request(
            method="POST",
            url=self.url,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/x-ndjson",
                "Content-Encoding": "gzip",
            },
            body=packed,
            timeout_s=_TIMEOUT_S,
        )

    def _pause(self, wait_s: float) -> None:
        """Waits, where there is time for it and for an answer after it."""
        if self.left_s() < wait_s + _LONGEST_ANSWER_S:
            raise RetryableError(
                f"the time for {self._host} is up; what it took is remembered, and is not sent "
                "again"
            )
        if wait_s:
            self.sleep(wait_s)

    def _wait_s(self, attempt: int, asked_s: float | None) -> float:
        """Full jitter under a ceiling that doubles; never less than was asked for."""
        ceiling: float = min(_LONGEST_S, _FIRST_S * 2.0**attempt)
        return (asked_s or 0.0) + self.share() * ceiling

    @property
    def _host(self) -> str:
        return urlsplit(self.url).hostname or self.url

    def _read(self, answer: Response) -> Answer:
        if answer.status in _TAKEN:
            return self._decoded(answer)
        if answer.status in _REFUSED:
            raise ConfigurationError(
                f"{self._host} refused the token ({answer.status}): set {UPLOAD_TOKEN} to the one "
                "of that deployment"
            )
        if answer.status == _TOO_LARGE:
            raise _TooLarge(f"{self._host} takes no batch as large as this line")
        raise ConfigurationError(
            f"{self._host} answered {answer.status}: check --upload_url; it is the address that "
            "ends in /v1/events, see docs/events-api.md"
        )

    def _decoded(self, answer: Response) -> Answer:
        try:
            return msgspec.json.decode(answer.body, type=Answer)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise ConfigurationError(
                f"{self._host} gave no answer of an events API: check --upload_url ({error})"
            ) from error


class _TooLarge(Exception):  # noqa: N818  (named by what it means)
    """The API takes no batch of this size."""


def _refuse_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, is_open = parts.hostname, parts.username is None and parts.password is None
    except ValueError as error:
        raise ConfigurationError(f"--upload_url is no address: {error}") from error
    if not is_open:
        raise ConfigurationError(
            "--upload_url holds a name or a password, and is kept with the run: leave them out; "
            f"the token in {UPLOAD_TOKEN} is all that is secret"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise ConfigurationError(
            f"--upload_url {url}: events and the token travel by https alone; "
            "name an address that begins with https://"
        )


def _may_pass_later(status: int) -> bool:
    return status in {408, 425, 429} or status >= 500


def _retry_after(answer: Response) -> float | None:
    """Seconds, told as such or as a date (RFC 9110, 10.2.3); None where neither."""
    told = answer.headers.get("retry-after", "")
    if told.isdecimal():
        return min(float(told), _MOST_ASKED_S)
    try:
        left = parsedate_to_datetime(told).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(left, 0.0), _MOST_ASKED_S)
