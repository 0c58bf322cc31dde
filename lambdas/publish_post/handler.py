"""A post's targets that wait, each with the name of the execution that is to publish it."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.requests import PostRequest
from lambdas.services import clients
from lambdas.tracing import new_tracer
from schedulerx.compose.post_starts import waiting_targets

logger, tracer = Logger(), new_tracer()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """`{"post_id"}` to `{"targets": [{"name", "post_id", "target_id"}]}`."""
    request = PostRequest.model_validate(event)
    logger.set_correlation_id(str(request.post_id))
    starts = waiting_targets(clients(), request.post_id)
    logger.info("due", targets=len(starts))
    return {
        "targets": [
            {"name": each.name, "post_id": str(each.post_id), "target_id": str(each.target_id)}
            for each in starts
        ]
    }
