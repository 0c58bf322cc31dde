"""What ended an execution is kept beside the run's certificate."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.requests import Failure
from lambdas.services import services
from lambdas.tracing import new_tracer
from schedulerx.pipeline.later_steps import record_failure

logger, tracer, metrics = Logger(), new_tracer(), Metrics(namespace="SchedulerX")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, str]:
    """`{"run_id", "error", "cause"}`, told back."""
    failure = Failure.model_validate(event)
    logger.append_keys(run_id=failure.run_id)
    record_failure(services(), failure.run_id, failure.error, failure.cause)
    metrics.add_metric("RunsFailed", MetricUnit.Count, 1)
    logger.error("the run failed", error=failure.error, cause=failure.cause)
    return failure.model_dump()
