"""Gap: moto's SQS calls a mapped function inside SendMessage, one record a call, all or nothing.

Here consumers poll, as Lambda's do: batches up to `BatchSize`, at most two at once a mapping,
`ReportBatchItemFailures` honoured. What failed becomes visible again after a second (the real
service waits the queue's visibility timeout) and goes to the dead-letter queue after
`maxReceiveCount`. The queue's operations, which moto leaves unlocked, are made safe for threads.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Any

from moto.awslambda.models import LambdaBackend
from moto.awslambda_simple.models import lambda_simple_backends
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from schedulerx.cloud.host import Host
from schedulerx.cloud.lambda_functions import Functions
from schedulerx.cloud.lambda_pool import PROCESSES_PER_FUNCTION

LOOK_SECONDS = 0.2
RETRY_SECONDS = 1
PARTIAL = "ReportBatchItemFailures"


def install(host: Host, functions: Functions) -> None:
    """Takes consumption out of SendMessage and starts the poller."""
    consumers = Consumers(host, functions)

    def add_message(self: Any, message: Any) -> None:
        mappings, self.lambda_event_source_mappings = self.lambda_event_source_mappings, {}
        try:
            original_add(self, message)
        finally:
            self.lambda_event_source_mappings = mappings
        consumers.wake.set()

    def receive_message(self: Any, queue_name: str, *rest: Any, **named: Any) -> Any:
        with self.get_queue(queue_name)._messages_lock:  # noqa: SLF001  (waiting releases it)
            return original_receive(self, queue_name, *rest, **named)

    def delete_message(self: Any, receipt_handle: str) -> None:
        with self._messages_lock:
            original_delete(self, receipt_handle)

    def delete_mapping(self: Any, uuid: str) -> Any:
        mapping = original_mapping(self, uuid)
        for queue in _queues(self.account_id, self.region_name):
            kept = {k: m for k, m in queue.lambda_event_source_mappings.items() if m is not mapping}
            queue.lambda_event_source_mappings = kept
        return mapping

    original_add, original_receive = Queue.add_message, SQSBackend.receive_message
    original_delete = Queue.delete_message
    original_mapping = LambdaBackend.delete_event_source_mapping
    host.patch(Queue, "add_message", _locked(add_message))
    host.patch(SQSBackend, "receive_message", receive_message)
    host.patch(Queue, "delete_message", delete_message)
    host.patch(LambdaBackend, "delete_event_source_mapping", delete_mapping)
    host.thread(consumers.poll, "queue-consumers")


def _locked(function: Any) -> Any:
    def inside(queue: Any, message: Any) -> None:
        with queue._messages_lock:  # noqa: SLF001  (moto's own lock; re-entrant)
            function(queue, message)

    return inside


def _queues(account: str, region: str) -> Iterable[Any]:
    return list(sqs_backends[account][region].queues.values())


class Consumers:
    """Polls every queue that a function consumes."""

    def __init__(self, host: Host, functions: Functions) -> None:
        self.host = host
        self.functions = functions
        self.wake = threading.Event()
        self._lock = threading.Lock()
        self._in_flight: dict[str, int] = {}

    def poll(self) -> None:
        """Looks when a message arrives and a few times a second, until the cloud stops."""
        while not self.host.stopping.is_set():
            self.wake.wait(LOOK_SECONDS)
            self.wake.clear()
            for mapping in _mappings():
                self._look(mapping)

    def _look(self, mapping: Any) -> None:
        while mapping.enabled and self._enter(mapping):
            messages = _receive(mapping)
            if not messages:
                self._leave(mapping)
                return
            arguments = (mapping, messages)
            threading.Thread(target=self._deliver, args=arguments, daemon=True).start()

    def _enter(self, mapping: Any) -> bool:
        with self._lock:
            busy = self._in_flight.get(mapping.uuid, 0)
            if busy >= PROCESSES_PER_FUNCTION:
                return False
            self._in_flight[mapping.uuid] = busy + 1
            return True

    def _leave(self, mapping: Any) -> None:
        with self._lock:
            self._in_flight[mapping.uuid] -= 1

    def _deliver(self, mapping: Any, messages: list[Any]) -> None:
        try:
            function = _function(mapping)
            reply = self.functions.call(
                function, {"Records": [_record(m, mapping) for m in messages]}
            )
            failed = failed_ids(reply, [m.id for m in messages], mapping.function_response_types)
            _settle(mapping, messages, failed)
        finally:
            self._leave(mapping)
            self.wake.set()


def failed_ids(
    reply: dict[str, Any], sent: list[str], response_types: list[str] | None
) -> set[str]:
    """Which messages are to be tried again; all, when the function failed or answered nonsense."""
    if "failure" in reply:
        return set(sent)
    if PARTIAL not in (response_types or []):
        return set()
    answer = json.loads(reply["result"])
    failures = (answer or {}).get("batchItemFailures") or [] if _is_object(answer) else None
    if failures is None:
        return set(sent)
    named = {failure.get("itemIdentifier") for failure in failures}
    return named & set(sent) if named <= set(sent) else set(sent)


def _is_object(answer: Any) -> bool:
    return answer is None or isinstance(answer, dict)


def _mappings() -> list[Any]:
    return [
        mapping
        for account in list(lambda_simple_backends.values())
        for backend in list(account.values())
        for mapping in list(backend._event_source_mappings.values())  # noqa: SLF001
        if ":sqs:" in mapping.event_source_arn
    ]


def _backend(mapping: Any) -> tuple[Any, str]:
    """The queue's backend and its name."""
    _, _, _, region, account, name = mapping.event_source_arn.split(":")
    return sqs_backends[account][region], name


def _receive(mapping: Any) -> list[Any]:
    backend, name = _backend(mapping)
    if name not in backend.queues:
        return []
    visibility = int(backend.queues[name].visibility_timeout)
    received: list[Any] = backend.receive_message(name, min(mapping.batch_size, 10), 0, visibility)
    return received


def _settle(mapping: Any, messages: list[Any], failed: set[str]) -> None:
    """Deletes what was consumed, shows again what failed."""
    backend, name = _backend(mapping)
    for message in messages:
        if message.id in failed:
            backend.change_message_visibility(name, message.receipt_handle, RETRY_SECONDS)
        else:
            backend.delete_message(name, message.receipt_handle)


def _function(mapping: Any) -> Any:
    parts = mapping.function_arn.split(":")
    return lambda_simple_backends[parts[4]][parts[3]].get_function(mapping.function_arn)


def _record(message: Any, mapping: Any) -> dict[str, Any]:
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    if message.group_id:
        attributes["MessageGroupId"] = message.group_id
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.event_source_arn,
        "awsRegion": mapping.event_source_arn.split(":")[3],
    }
