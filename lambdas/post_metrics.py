"""What became of posts: metrics by platform, and a line of the log by account."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from schedulerx.posts.ledger import Work
from schedulerx.posts.model import State

_NAMES = {State.POSTED: "PostsPosted", State.FAILED: "PostsFailed", State.UNKNOWN: "PostsUnknown"}


def measure(metrics: Metrics, logger: Logger, work: Work) -> None:
    """Counts a target that is settled or unknown, and how late it went out."""
    name = _NAMES.get(work.target.state)
    if name is None:
        return
    platform, late = work.account.platform, _late(work)
    metrics.add_dimension("platform", platform)
    metrics.add_metric(name, MetricUnit.Count, 1)
    if late is not None:
        metrics.add_metric("PostLateness", MetricUnit.Seconds, late)
    # The dashboard reads success and errors by account from these lines.
    logger.info(
        "settled",
        platform=platform,
        account=work.account.name,
        state=work.target.state,
        **{str(state): int(state is work.target.state) for state in _NAMES},
        late_s=late,
        error_code=work.target.error_code,
    )


def _late(work: Work) -> float | None:
    """Seconds from due to posted; None where it is not there."""
    if work.target.posted_at is None:
        return None
    return max(0.0, (work.target.posted_at - work.post.due_at).total_seconds())
