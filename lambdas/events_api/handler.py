"""A batch of events from another deployment, by the stack's HTTP API."""

from __future__ import annotations

import base64
import time
from functools import lru_cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.tracing import new_tracer
from schedulerx.compose.cloud import connected_evidence, required
from schedulerx.compose.events_api import serve
from schedulerx.settings import environment
from schedulerx.stores.aws_clients import aws_client
from schedulerx.stores.secrets import read_secret

TOKEN_KEPT_S = 300  # a new token is known after so long

logger, tracer = Logger(), new_tracer()


@lru_cache(maxsize=1)
def _token(_period: int) -> str:
    env = environment(dotenv=None)
    return read_secret(required(env, "EVENTS_API_SECRET"), aws_client("secretsmanager", env))


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Payload format 2.0 of an HTTP API to its answer."""
    body = event.get("body") or ""
    data = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
    with connected_evidence(environment(dotenv=None)) as evidence:
        given = event.get("headers", {}).get("authorization", "")
        reply = serve(evidence, _token(int(time.monotonic() // TOKEN_KEPT_S)), given, data)
    logger.info("answered", status=reply.status, bytes=len(data))
    return {"statusCode": reply.status, "headers": reply.headers, "body": reply.body.decode()}
