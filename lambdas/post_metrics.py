"""What became of posts, as metrics by platform."""

from __future__ import annotations

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from schedulerx.posts.ledger import Work
from schedulerx.posts.model import State

_NAMES = {State.POSTED: "PostsPosted", State.FAILED: "PostsFailed", State.UNKNOWN: "PostsUnknown"}


def measure(metrics: Metrics, work: Work) -> None:
    """Counts a target that is settled or unknown, and how late it went out."""
    name = _NAMES.get(work.target.state)
    if name is None:
        return
    metrics.add_dimension("platform", work.account.platform)
    metrics.add_metric(name, MetricUnit.Count, 1)
    if work.target.posted_at is not None:
        late = (work.target.posted_at - work.post.due_at).total_seconds()
        metrics.add_metric("PostLateness", MetricUnit.Seconds, max(0.0, late))
