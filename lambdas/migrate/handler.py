"""The database is brought to this version on deploy, and the planner told which one it is."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.migrate.response import CustomResourceRequest, Kind, answer
from lambdas.services import services
from schedulerx.compose.migrate import migrate

logger, tracer = Logger(), Tracer()


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Migrates on create and update; a deleted stack leaves its database as it is."""
    request = CustomResourceRequest.model_validate(event)
    try:
        if request.RequestType is not Kind.DELETE:
            logger.info("migrated", instance_id=migrate(services()))
    except Exception as error:
        # CloudFormation would wait for an hour if it were not told.
        logger.exception("the migration failed")
        answer(request, "FAILED", f"{type(error).__name__}: {error}")
    else:
        answer(request, "SUCCESS", "")
