"""A function that does what its event asks: the far side of the tests of the rehearsal cloud."""

from __future__ import annotations

import json
import os
import time
from typing import Any
from urllib import request as http


class ThrottledByPlatform(Exception):  # noqa: N818  (the name is what is tested)
    """A named error."""


def handler(event: dict[str, Any], context: Any) -> Any:
    """Echoes, raises, sleeps, exits or answers CloudFormation, by `event["do"]`."""
    if "ResponseURL" in event:
        return _answer_cloudformation(event)
    if "Records" in event:
        return _consume(event)
    match event.get("do"):
        case "raise":
            raise ThrottledByPlatform(event["message"])
        case "sleep":
            time.sleep(event["seconds"])
        case "exit":
            os._exit(7)
        case "print":
            print(event["text"])
        case "unserialisable":
            return object()
        case "context":
            return {
                "name": context.function_name,
                "arn": context.invoked_function_arn,
                "remaining": context.get_remaining_time_in_millis(),
                "variable": os.environ.get("GREETING"),
                "endpoint": os.environ["AWS_ENDPOINT_URL"],
                "process": os.getpid(),
            }
    return {"echo": event}


def _consume(event: dict[str, Any]) -> dict[str, Any]:
    """Appends each batch to a file; messages whose body says 'bad' fail."""
    bodies = [record["body"] for record in event["Records"]]
    with open(os.environ["BATCHES"], "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write(json.dumps(bodies) + "\n")
    if "poison" in bodies:
        raise ValueError("poisoned batch")
    failed = [r["messageId"] for r in event["Records"] if "bad" in r["body"]]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}


def _answer_cloudformation(event: dict[str, Any]) -> None:
    properties = event["ResourceProperties"]
    if properties.get("Mute") == "true":
        return
    answer = {
        "Status": "FAILED" if properties.get("Fail") == "true" else "SUCCESS",
        "Reason": "asked to fail",
        "PhysicalResourceId": f"probe-{event['RequestType']}",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"Greeting": f"hello {properties.get('Name', '')}"},
    }
    body = json.dumps(answer).encode()
    http.urlopen(http.Request(event["ResponseURL"], data=body, method="PUT"))
