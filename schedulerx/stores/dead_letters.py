"""Amazon SQS: what EventBridge Scheduler could not deliver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from schedulerx.stores.aws_errors import aws_call

_AT_ONCE = 10  # messages SQS gives at a time, at most
_MOST = 1000  # read in one go; the others are there the next time
_HIDDEN_S = 60  # longer than it takes to look at them all: none is read twice in one go


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One message: what was to be sent, and what it is deleted by."""

    body: str
    receipt: str


@dataclass(frozen=True)
class DeadLetters:
    """The dead-letter queue of schedules, by a client of SQS."""

    url: str
    client: Any

    def read(self) -> Iterator[DeadLetter]:
        """What lies there. What is not forgotten is there again in a minute."""
        for _ in range(_MOST // _AT_ONCE):
            found = self._some()
            if not found:
                return
            yield from found

    def forget(self, letter: DeadLetter) -> None:
        """Takes it out of the queue."""
        with aws_call("the dead letters of posts"):
            self.client.delete_message(QueueUrl=self.url, ReceiptHandle=letter.receipt)

    def _some(self) -> list[DeadLetter]:
        with aws_call("the dead letters of posts"):
            answer = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=_AT_ONCE,
                VisibilityTimeout=_HIDDEN_S,
                WaitTimeSeconds=1,  # asks every server of the queue: a short look may miss some
            )
        return [
            DeadLetter(body=each["Body"], receipt=each["ReceiptHandle"])
            for each in answer.get("Messages", ())
        ]
