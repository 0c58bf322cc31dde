"""What the dashboard shows of posts: what went out, how late, what waits, and who is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs

from infra.post_sweep import ALARMS, PostSweep
from infra.python_function import PythonFunction

_PERIOD = Duration.minutes(5)
_WIDTH, _HEIGHT = 8, 6  # a third of the page
# Of the lines that are written where a target has ended. Metrics by account would cost by
# the account; reading the log costs by what is looked at.
_RATES = """\
filter message = 'settled'
stats count(*) as posts, 100 * avg(posted) as success, 100 * avg(failed) as errors, \
100 * avg(unknown) as unclear, pct(late_s, 50) as late_p50, pct(late_s, 99) as late_p99 \
by platform, account
sort success asc, posts desc"""


def post_rows(
    functions: Iterable[PythonFunction], sweep: PostSweep, dead_letters: sqs.Queue
) -> list[Sequence[cloudwatch.IWidget]]:
    """Two rows; `functions` write what became of posts to their logs."""
    return [
        [_outcomes(), _lateness(), _waiting(sweep)],
        [_rates(functions), _dead_letters(dead_letters)],
    ]


def _outcomes() -> cloudwatch.GraphWidget:
    names = {"PostsPosted": "posted", "PostsFailed": "failed", "PostsUnknown": "unknown"}
    return _graph(
        "Posts by platform",
        [_by_platform(name, "Sum", f"{label} ") for name, label in names.items()],
    )


def _lateness() -> cloudwatch.GraphWidget:
    return _graph(
        "Lateness in seconds, by platform",
        [_by_platform("PostLateness", each, f"{each} ") for each in ("p50", "p99")],
    )


def _waiting(sweep: PostSweep) -> cloudwatch.GraphWidget:
    return _graph("Posts that need a person", [sweep.metric(name) for name in ALARMS])


def _dead_letters(queue: sqs.Queue) -> cloudwatch.GraphWidget:
    metric = queue.metric_approximate_number_of_messages_visible(
        label="undelivered", period=_PERIOD
    )
    return _graph("Calls of schedules that came too late, or not at all", [metric])


def _rates(functions: Iterable[PythonFunction]) -> cloudwatch.LogQueryWidget:
    return cloudwatch.LogQueryWidget(
        title="Success and errors in percent, lateness in seconds",
        log_group_names=[each.log.log_group_name for each in functions],
        view=cloudwatch.LogQueryVisualizationType.TABLE,
        query_lines=_RATES.splitlines(),
        width=2 * _WIDTH,
        height=_HEIGHT,
    )


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=_WIDTH, height=_HEIGHT)


def _by_platform(name: str, statistic: str, label: str) -> cloudwatch.MathExpression:
    """Of every platform that posts went out to, whichever there are."""
    search = f'{{SchedulerX,platform,service}} MetricName="{name}"'
    seconds = int(_PERIOD.to_seconds())
    return cloudwatch.MathExpression(
        expression=f"SEARCH('{search}', '{statistic}', {seconds})",
        using_metrics={},
        label=label,
        period=_PERIOD,
    )
