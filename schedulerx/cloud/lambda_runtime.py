"""The inside of a warm Lambda process: `python -m schedulerx.cloud.lambda_runtime MODULE NAME FD`.

Requests come as JSON lines on standard input, answers leave as JSON lines on descriptor FD;
standard output and error are the function's log. Imports nothing heavy: cold starts are felt.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

Handler = Callable[[Any, "LambdaContext"], Any]


@dataclass(frozen=True)
class LambdaContext:
    """The second argument of a handler, as the Python runtime of AWS Lambda shapes it."""

    aws_request_id: str
    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    log_group_name: str
    log_stream_name: str
    deadline: float  # time.monotonic() seconds
    function_version: str = "$LATEST"
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's timeout."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def failure(error: BaseException, kind: str = "", message: str = "") -> dict[str, Any]:
    """An error as Lambda reports it: the class's bare name is what Retry and Catch match."""
    return {
        "errorMessage": message or str(error),
        "errorType": kind or type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def load(module: str, attribute: str) -> Handler | dict[str, Any]:
    """The handler, or the failure every invocation then reports."""
    try:
        handler: Handler = getattr(importlib.import_module(module), attribute)
    except AttributeError as error:
        return failure(
            error, "Runtime.HandlerNotFound", f"Handler '{attribute}' missing on module '{module}'"
        )
    except Exception as error:  # noqa: BLE001  (whatever an import raises is the function's)
        traceback.print_exc()
        return failure(
            error, "Runtime.ImportModuleError", f"Unable to import module '{module}': {error}"
        )
    return handler


def context_of(request: dict[str, Any]) -> LambdaContext:
    """The context of one request, its deadline counted from now."""
    fields = dict(request["context"])
    return LambdaContext(deadline=time.monotonic() + request["timeout"], **fields)


def answer(handler: Handler | dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Calls the handler once: `{"result": …}` or `{"failure": …}`."""
    if isinstance(handler, dict):
        return {"failure": handler}
    try:
        result = handler(request["event"], context_of(request))
    except Exception as error:  # noqa: BLE001  (a handler's error is its answer)
        print(f"[ERROR] {type(error).__name__}: {error}", flush=True)
        traceback.print_exc()
        return {"failure": failure(error)}
    try:
        return {"result": json.dumps(result)}
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        return {"failure": failure(error, "Runtime.MarshalError", message)}


def private_stdin() -> BinaryIO:
    """Standard input kept for requests alone: handlers and their children read /dev/null."""
    requests = os.fdopen(os.dup(0), "rb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123  (a descriptor is wanted)
        os.dup2(nothing.fileno(), 0)
    return requests


def main(arguments: list[str]) -> None:
    """Serves requests until standard input ends."""
    module, attribute, descriptor = arguments
    os.set_inheritable(int(descriptor), False)  # noqa: FBT003  (positional only)
    requests = private_stdin()
    with os.fdopen(int(descriptor), "w", encoding="utf-8") as answers:
        handler = load(module, attribute)
        print("{}", file=answers, flush=True)  # ready
        for line in requests:
            request = json.loads(line)
            identifier = request["context"]["aws_request_id"]
            print(f"START RequestId: {identifier}", flush=True)
            started = time.monotonic()
            reply = json.dumps(answer(handler, request))
            duration = (time.monotonic() - started) * 1000
            print(f"END RequestId: {identifier} Duration: {duration:.0f} ms", flush=True)
            print(reply, file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
