"""Batches of messages that may fail in part."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, FailureResponse


class LoggedBatch(BatchProcessor):
    """Answers which messages failed, and logs why: the answer alone holds nothing but ids."""

    def __init__(self, event_type: EventType, logger: Logger) -> None:
        super().__init__(event_type, raise_on_entire_batch_failure=False)
        self._logger = logger

    def failure_handler(self, record: Any, exception: Any) -> FailureResponse:
        """One message failed; `exception` is the triple of sys.exc_info."""
        self._logger.error("a message failed", message_id=record.message_id, exc_info=exception)
        return super().failure_handler(record, exception)
