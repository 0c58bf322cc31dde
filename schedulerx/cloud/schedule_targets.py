"""Where a fired schedule delivers: Lambda, SQS, Step Functions, or any API (`aws-sdk:…`).

A failed delivery is tried again at once, as often as the retry policy says but at most three times
more (the real service spreads its tries over a day), then its input goes to the dead-letter queue.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from botocore import xform_name

from schedulerx.cloud.host import Host

MOST_RETRIES = 3
UNIVERSAL = re.compile(r"arn:aws:scheduler:::aws-sdk:(\w+):(\w+)")
SDK_NAMES = {"sfn": "stepfunctions"}


class Targets:
    """Delivers through the cloud's own APIs, as any client would."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def deliver(self, schedule: Any, due: datetime) -> str:
        """Delivers one firing; what became of it, for people."""
        target = schedule.target
        allowed = int(target.get("RetryPolicy", {}).get("MaximumRetryAttempts", MOST_RETRIES))
        attempts = 1 + min(allowed, MOST_RETRIES)
        error: Exception | None = None
        for attempt in range(1, attempts + 1):
            text = filled(target.get("Input") or "{}", schedule.arn, due, attempt)
            try:
                self._send(target, text, execution_name(schedule, due))
            except Exception as failure:  # noqa: BLE001  (whatever the target's API refused)
                error = failure
            else:
                return f"delivered to {target['Arn']}"
        return self._give_up(schedule, text, attempts, error)

    def _send(self, target: dict[str, Any], text: str, name: str) -> None:
        arn = target["Arn"]
        universal = UNIVERSAL.fullmatch(arn)
        region = arn.split(":")[3]
        if universal:
            self._call(universal[1], universal[2], json.loads(text))
        elif ":lambda:" in arn:
            self.host.client("lambda", region).invoke(
                FunctionName=arn, InvocationType="Event", Payload=text
            )
        elif ":sqs:" in arn:
            more = target.get("SqsParameters") or {}
            self.host.client("sqs", region).send_message(
                QueueUrl=_queue_url(self.host, arn), MessageBody=text, **more
            )
        elif ":states:" in arn:
            self._start(region, arn, text, name)
        else:
            raise ValueError(f"The rehearsal cloud delivers to no target like {arn}")

    def _start(self, region: str, arn: str, text: str, name: str) -> None:
        client = self.host.client("stepfunctions", region)
        try:
            client.start_execution(stateMachineArn=arn, input=text, name=name)
        except client.exceptions.ExecutionAlreadyExists:
            self.host.say(f"schedule {name} had started already: not started again")

    def _call(self, service: str, action: str, parameters: dict[str, Any]) -> None:
        """A universal target: any operation, its parameters in the API's names or PascalCase."""
        client = self.host.client(SDK_NAMES.get(service, service))
        method = xform_name(action[:1].upper() + action[1:])
        operation = client.meta.method_to_api_mapping[method]
        shape = client.meta.service_model.operation_model(operation).input_shape
        names = {member.lower(): member for member in (shape.members if shape else ())}
        getattr(client, method)(**{names.get(k.lower(), k): v for k, v in parameters.items()})

    def _give_up(self, schedule: Any, text: str, attempts: int, error: Exception | None) -> str:
        arn = (schedule.target.get("DeadLetterConfig") or {}).get("Arn")
        if arn is None:
            return f"[red]not delivered[/] after {attempts} attempts, no dead-letter queue: {error}"
        attributes = {
            "SCHEDULE_ARN": schedule.arn,
            "ERROR_MESSAGE": str(error)[:1000],
            "RETRY_ATTEMPTS": str(attempts - 1),
        }
        self.host.client("sqs", arn.split(":")[3]).send_message(
            QueueUrl=_queue_url(self.host, arn),
            MessageBody=text,
            MessageAttributes={
                key: {"DataType": "String", "StringValue": value}
                for key, value in attributes.items()
            },
        )
        return f"[red]not delivered[/] after {attempts} attempts, in the dead-letter queue: {error}"


def execution_name(schedule: Any, due: datetime) -> str:
    """Of the schedule and the time alone, so that delivering twice starts once. 80 characters."""
    digest = hashlib.blake2b(f"{schedule.arn} {due.isoformat()}".encode(), digest_size=8)
    return f"{schedule.name[:60]}-{digest.hexdigest()}"


def filled(text: str, schedule_arn: str, due: datetime, attempt: int) -> str:
    """The input with its `<aws.scheduler.…>` placeholders replaced."""
    time = due.strftime("%Y-%m-%dT%H:%M:%SZ")
    identifier = hashlib.blake2b(f"{schedule_arn} {time}".encode(), digest_size=16).hexdigest()
    values = {
        "scheduled-time": time,
        "schedule-arn": schedule_arn,
        "execution-id": identifier,
        "attempt-number": str(attempt),
    }
    for name, value in values.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text


def _queue_url(host: Host, arn: str) -> str:
    _, _, _, _, account, name = arn.split(":")
    return f"{host.endpoint_url}/{account}/{name}"
