"""The database is brought to this version on deploy, and the planner told which one it is."""

from __future__ import annotations

import time
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.migrate.response import CustomResourceRequest, Kind, answer
from lambdas.services import database_services
from lambdas.tracing import new_tracer
from schedulerx.compose.migrate import migrate
from schedulerx.errors import RetryableError

PATIENCE_S = 300  # a database may start or wake; the deploy itself waits ten minutes
PAUSE_S = 10

logger, tracer = Logger(), new_tracer()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Migrates on create and update; a deleted stack leaves its database as it is."""
    request = CustomResourceRequest.model_validate(event)
    try:
        if request.RequestType is not Kind.DELETE:
            logger.info("migrated", instance_id=_migrate())
    except Exception as error:
        # CloudFormation would wait for an hour if it were not told.
        logger.exception("the migration failed")
        answer(request, "FAILED", f"{type(error).__name__}: {error}")
    else:
        answer(request, "SUCCESS", "")


def _migrate() -> str:
    """The migration, tried again while what is in its way may pass."""
    begun = time.monotonic()
    while True:
        try:
            with database_services() as found:
                return migrate(found)
        except RetryableError as error:
            if time.monotonic() - begun > PATIENCE_S:
                raise
            logger.warning("the migration is tried again", reason=str(error))
        time.sleep(PAUSE_S)
