"""One RUN step of a run."""

from __future__ import annotations

from typing import Any

import msgspec
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.requests import RunStepRequest
from lambdas.services import database_services
from lambdas.tracing import new_tracer
from schedulerx.pipeline.inventory import load_run
from schedulerx.pipeline.later_steps import run_run_step

logger, tracer, metrics = Logger(), new_tracer(), Metrics(namespace="SchedulerX")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> Any:
    """`{"step", "run_id"}` to the step's counts."""
    request = RunStepRequest.model_validate(event)
    logger.append_keys(run_id=request.run_id, step=request.step)
    with database_services() as found:
        run = load_run(found.inventory, request.run_id)
        result = run_run_step(request.step, found, run)
    metrics.add_dimension("step", request.step)
    metrics.add_metric("StepSeconds", MetricUnit.Seconds, result.seconds)
    logger.info("done", counts=result.counts)
    return msgspec.to_builtins(result)
