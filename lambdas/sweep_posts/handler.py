"""What nobody is at work on and somebody should be: freed, looked up, started, and told."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.post_metrics import measure
from lambdas.services import clients
from lambdas.tracing import new_tracer
from schedulerx.compose.post_sweep import sweep_stack

logger, tracer, metrics = Logger(), new_tracer(), Metrics(namespace="SchedulerX")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: LambdaContext) -> Any:
    """The counts of what was found."""
    found = sweep_stack(clients(), partial(measure, logger))
    for words in found.words():
        logger.warning(words)
    for name, count in {
        "PostsLate": found.late,
        "PostsOfUnknownOutcome": found.unknown,
        "PostsNotStarted": found.missed,
        "AccountsExpiring": found.expiring,
    }.items():
        metrics.add_metric(name, MetricUnit.Count, count)
    return msgspec.to_builtins(found)
