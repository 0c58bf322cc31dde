"""Gap: without Docker, moto's Lambda answers 'happy path OK' and runs nothing.

Here every invocation runs the real handler in a warm process. Functions that name a module in
`SCHEDULERX_HANDLER` run it from the repository; other Python functions run the code deployed.
"""

from __future__ import annotations

import hashlib
import io
import json
import threading
import time
import uuid
import zipfile
from pathlib import Path
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.awslambda_simple.models import LambdaSimpleBackend

from schedulerx.cloud.host import Host
from schedulerx.cloud.lambda_pool import Exited, Pool, Recipe, TimedOut

HANDLER_VARIABLE = "SCHEDULERX_HANDLER"
ASYNC_ATTEMPTS = 3  # Lambda's own count for asynchronous invocations


class Functions:
    """Runs functions; shapes their answers and errors as Lambda does."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.pool = Pool()

    def invoke(
        self,
        backend: Any,
        function_name: str,
        qualifier: str | None,
        body: Any,
        headers: Any,
        response_headers: Any,
    ) -> bytes:
        """Stands for `LambdaSimpleBackend.invoke`: the payload; errors are told in the headers."""
        function = backend.get_function(function_name, qualifier)
        return self.serve(function, body, headers, response_headers)

    def serve(self, function: Any, body: Any, headers: Any, response_headers: Any) -> bytes:
        """Runs synchronously, in the background or not at all, as the headers ask."""
        event = json.loads(body) if body else {}
        kind = {str(k).lower(): v for k, v in dict(headers).items()}.get("x-amz-invocation-type")
        if kind == "DryRun":
            return b""
        if kind == "Event":
            threading.Thread(target=self._background, args=(function, event), daemon=True).start()
            return b""
        reply = self.call(function, event)
        if "failure" in reply:
            response_headers["x-amz-function-error"] = "Unhandled"
            return json.dumps(reply["failure"]).encode()
        return str(reply["result"]).encode()

    def call(self, function: Any, event: Any) -> dict[str, Any]:
        """One invocation: `{"result": JSON text}` or `{"failure": Lambda's error object}`."""
        started = time.monotonic()
        request = _request(function, event)
        try:
            with self.pool.process(self.recipe(function)) as process:
                reply = process.invoke(request, float(function.timeout))
        except TimedOut:
            reply = {"failure": _timed_out(function, request)}
        except Exited as error:
            reply = {"failure": _exited(error, request)}
        except Unrunnable as error:
            reply = {"failure": {"errorType": "Runtime.NotSimulated", "errorMessage": str(error)}}
        self._tell(function, reply, time.monotonic() - started)
        return reply

    def recipe(self, function: Any) -> Recipe:
        """How to start the function's process."""
        variables = {str(k): str(v) for k, v in function.environment_vars.items()}
        attribute = str(function.handler).rpartition(".")[2]
        folder, module = self.host.root, variables.get(HANDLER_VARIABLE, "")
        if not module:
            folder, module = self._deployed(function), _module_of(function)
        log = self.host.state / "logs" / "lambda" / f"{function.function_name}.log"
        environment = {
            **self.host.base_environment,
            **_lambda_variables(function),
            **variables,
            **self.host.environment,
        }
        if folder != self.host.root:
            environment["PYTHONPATH"] = f"{folder}:{self.host.root}"
        return Recipe(
            function=function.function_name,
            module=module,
            attribute=attribute,
            folder=folder,
            log=log,
            environment=tuple(sorted(environment.items())),
            python=self.host.python,
        )

    def _deployed(self, function: Any) -> Path:
        """The deployed archive, unpacked once per content."""
        runtime = str(function.run_time or "")
        if not runtime.startswith("python"):
            raise Unrunnable(
                f"function {function.function_name} ({runtime or 'image'}) has no Python handler "
                f"and no {HANDLER_VARIABLE}: the rehearsal cloud cannot run it"
            )
        digest = hashlib.blake2b(function.code_bytes, digest_size=8).hexdigest()
        folder = self.host.state / "code" / f"{function.function_name}-{digest}"
        if not folder.is_dir():
            partial = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}")
            with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as archive:
                archive.extractall(partial)  # the stack's own assets
            partial.rename(folder)
        return folder

    def _background(self, function: Any, event: Any) -> None:
        for _ in range(ASYNC_ATTEMPTS):
            if "failure" not in self.call(function, event):
                return

    def _tell(self, function: Any, reply: dict[str, Any], seconds: float) -> None:
        if self.host.stopping.is_set():
            return
        failure = reply.get("failure")
        outcome = f"[red]{failure['errorType']}[/]" if failure else "[green]done[/]"
        self.host.say(f"lambda  {function.function_name}  {outcome}  {seconds:.2f} s")


class Unrunnable(Exception):  # noqa: N818  (named by what it means)
    """The function's code is nothing this machine can run."""


def _module_of(function: Any) -> str:
    return str(function.handler).rpartition(".")[0].replace("/", ".")


def _request(function: Any, event: Any) -> dict[str, Any]:
    return {
        "event": event,
        "timeout": float(function.timeout),
        "context": {
            "aws_request_id": str(uuid.uuid4()),
            "function_name": function.function_name,
            "invoked_function_arn": function.function_arn,
            "memory_limit_in_mb": str(function.memory_size),
            "log_group_name": function.logs_group_name,
            "log_stream_name": "rehearsal",
        },
    }


def _lambda_variables(function: Any) -> dict[str, str]:
    return {
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
        "POWERTOOLS_TRACE_DISABLED": "true",  # no X-Ray daemon listens here
        "PYTHONPATH": "",
    }


def _timed_out(function: Any, request: dict[str, Any]) -> dict[str, Any]:
    identifier = request["context"]["aws_request_id"]
    return {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {identifier} Error: Task timed out after "
        f"{float(function.timeout):.2f} seconds",
    }


def _exited(error: Exited, request: dict[str, Any]) -> dict[str, Any]:
    identifier = request["context"]["aws_request_id"]
    return {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {identifier} Error: Runtime exited with error: "
        f"exit status {error.args[0]}",
    }


def install(host: Host) -> Functions:
    """Runs handlers for every way a function is invoked."""
    functions = Functions(host)
    host.undo.callback(functions.pool.close)

    def invoke(self: Any, *arguments: Any, **named: Any) -> bytes:
        return functions.invoke(self, *arguments, **named)

    def invoke_function(self: Any, body: Any, headers: Any, response_headers: Any) -> bytes:
        return functions.serve(self, body, headers, response_headers)

    host.patch(LambdaSimpleBackend, "invoke", invoke)
    host.patch(LambdaFunction, "invoke", invoke_function)  # S3 and EventBridge call it here
    return functions
