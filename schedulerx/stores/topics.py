"""Amazon SNS: where people are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schedulerx.posts.ledger import Work
from schedulerx.posts.model import State
from schedulerx.stores.aws_errors import aws_call

_SUBJECT = 100  # characters SNS takes
_TOLD = {State.FAILED, State.UNKNOWN}


@dataclass(frozen=True)
class PostTopic:
    """Tells of posts that need a person, by a client of SNS."""

    arn: str
    client: Any

    def tell(self, work: Work) -> None:
        """One message for a target that failed, or whose outcome nobody knows.

        Raises:
            RetryableError: SNS does not answer now.
        """
        if work.target.state not in _TOLD:
            return
        subject, words = message(work)
        with aws_call("the topic of posts"):
            self.client.publish(TopicArn=self.arn, Subject=subject, Message=words)


def message(work: Work) -> tuple[str, str]:
    """Subject and text."""
    post, state = work.post.post_id, work.target.state
    todo = (
        f"schedulerx posts retry {post}"
        if state is State.FAILED
        else f"schedulerx posts resolve {post} --posted URL | --not_posted"
    )
    name = "".join(char for char in work.account.name if char.isascii() and char.isprintable())
    subject = f"Post {state}: {str(post)[:8]} on {name}"[:_SUBJECT]
    why = work.target.error or "no reason was given"
    where = f"{work.account.name} ({work.account.platform})"
    return subject, f"{post} on {where} is {state}: {why}\n\nWhen you have looked: {todo}\n"
