"""What became of posts: metrics by platform, and a line of the log by account."""

from __future__ import annotations

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from schedulerx.posts.ledger import Work
from schedulerx.posts.model import State

_NAMES = {State.POSTED: "PostsPosted", State.FAILED: "PostsFailed", State.UNKNOWN: "PostsUnknown"}


def measure(logger: Logger, work: Work) -> None:
    """Counts a target that is settled or unknown, and how late it went out."""
    if work.target.state in _NAMES:
        _count(work)
        _tell(logger, work)


def _count(work: Work) -> None:
    # Of their own: dimensions hold for all metrics of a set.
    metrics = EphemeralMetrics(namespace="SchedulerX")
    metrics.add_dimension("platform", work.account.platform)
    metrics.add_metric(_NAMES[work.target.state], MetricUnit.Count, 1)
    late = _late(work)
    if late is not None:
        metrics.add_metric("PostLateness", MetricUnit.Seconds, late)
    metrics.flush_metrics()


def _tell(logger: Logger, work: Work) -> None:
    """The dashboard reads success and errors by account from these lines."""
    state = work.target.state
    told = {
        "correlation_id": str(work.post.post_id),
        "platform": work.account.platform,
        "account": work.account.name,
        "late_s": _late(work),
        "error_code": work.target.error_code,
        **{str(each): int(each is state) for each in _NAMES},
    }
    logger.info("settled", extra=told)


def _late(work: Work) -> float | None:
    """Seconds from due to posted; None where it is not there."""
    if work.target.posted_at is None:
        return None
    return max(0.0, (work.target.posted_at - work.post.due_at).total_seconds())
