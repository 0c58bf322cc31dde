"""One phase of a post on one account."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.post_metrics import measure
from lambdas.requests import PhaseRequest
from lambdas.services import clients
from lambdas.tracing import new_tracer
from schedulerx.compose.publishing import publishing, waited_since
from schedulerx.posts.definition import PUT_OFF

logger, tracer = Logger(), new_tracer()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: LambdaContext) -> Any:
    """`{"phase", "post_id", "target_id", "claim", "began_at"}` to what comes after it."""
    request = PhaseRequest.model_validate(event)
    logger.set_correlation_id(str(request.post_id))
    logger.append_keys(target_id=str(request.target_id), phase=request.phase, claim=request.claim)
    heard = partial(measure, logger)
    with publishing(clients(), heard, logger.warning) as phases:
        if request.phase == PUT_OFF:
            after = phases.put_off(request.target_id, request.claim, request.why)
        else:
            waited_s = waited_since(request.began_at)
            after = phases.run(request.phase, request.target_id, request.claim, waited_s)
    logger.info("done", state=after.state, next=after.phase, wait_s=after.wait_s)
    return msgspec.to_builtins(after)
