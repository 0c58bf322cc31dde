"""What one group of a run uploaded is sent to another deployment's events API."""

from __future__ import annotations

from typing import Any

import msgspec
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.requests import GroupRequest
from lambdas.services import services
from lambdas.tracing import new_tracer
from schedulerx.compose.stack_feed import feed_from_stack
from schedulerx.settings import environment

logger, tracer, metrics = Logger(), new_tracer(), Metrics(namespace="SchedulerX")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """`{"run_id", "group"}` to the counts of what was sent; None where the run feeds nothing."""
    request = GroupRequest.model_validate(event)
    logger.append_keys(run_id=request.run_id, group_id=request.group.group_id)

    def left_s() -> float:
        return context.get_remaining_time_in_millis() / 1000

    env = environment(dotenv=None)
    result = feed_from_stack(services(), env, request.run_id, request.group.group(), left_s)
    if result is not None:
        metrics.add_metric("FeedSeconds", MetricUnit.Seconds, result.seconds)
        logger.info("sent", counts=result.counts)
    return msgspec.to_builtins(result)
