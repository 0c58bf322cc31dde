"""Objects that arrive in the source bucket are validated at once. The fan-out finds it done."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.batch import LoggedBatch
from lambdas.services import services
from lambdas.tracing import new_tracer
from lambdas.validate.arrivals import validate_arrivals
from schedulerx.settings import ENV_PREFIX, environment, processing_settings

logger, tracer, metrics = Logger(), new_tracer(), Metrics(namespace="SchedulerX")
batch = LoggedBatch(EventType.SQS, logger)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Messages that fail are named in the answer, and come again; the others are done."""
    return process_partial_response(event, validate_message, batch, context)


def validate_message(record: SQSRecord) -> None:
    """The objects one message tells of. The argument's name is the batch's."""
    env = environment(dotenv=None)
    max_bytes = int(env[f"{ENV_PREFIX}VALIDATE_MAX_BYTES"])
    count = validate_arrivals(services(), processing_settings(env), record.body, max_bytes)
    metrics.add_metric("ObjectsValidated", MetricUnit.Count, count)
