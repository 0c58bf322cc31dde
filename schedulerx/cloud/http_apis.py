"""Gap: moto keeps HTTP APIs (API Gateway v2) as data: CloudFormation knows none, nothing answers.

Here an API of a stack answers under `/_rehearsal/apis/ID/`: its routes call their functions with
payload format 2.0, as the gateway does. Rates, stages and authorizers are not enforced.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from moto.awslambda_simple.models import lambda_simple_backends

from schedulerx.cloud.endpoints import PREFIX
from schedulerx.cloud.host import ACCOUNT, Host
from schedulerx.cloud.lambda_functions import Functions

AREA = "apis/"
MAX_REQUEST = 10 * 1024**2  # bytes; the gateway's own
MAX_EVENT = 6 * 1024**2  # bytes a function is called with, the body in base64
_TEXT = ("text/", "application/json", "application/javascript", "application/xml")
Start = Callable[..., Any]


@dataclass
class HttpApi:
    """Routes by `METHOD /path`, integrations by their id; both come after the API."""

    routes: dict[str, str] = field(default_factory=dict)
    integrations: dict[str, str] = field(default_factory=dict)  # ARNs of functions

    def function_arn(self, method: str, path: str) -> str | None:
        """What the route calls; None where there is no such route."""
        for key in (f"{method} {path}", f"ANY {path}", "$default"):
            if key in self.routes:
                return self.integrations[self.routes[key].removeprefix("integrations/")]
        return None


class HttpApis:
    """The APIs of this cloud's stacks."""

    def __init__(self, host: Host, functions: Functions) -> None:
        self._host = host
        self._functions = functions
        self.known: dict[str, HttpApi] = {}

    def url(self, identifier: str) -> str:
        """What `ApiEndpoint` is here."""
        return f"{self._host.endpoint_url}{PREFIX}{AREA}{identifier}"

    def answer(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """One request, as a WSGI application."""
        status, headers, body = self._served(environ)
        named = {"Content-Type": "application/json", **headers, "Content-Length": str(len(body))}
        start_response(f"{status} {_phrase(status)}", list(named.items()))
        return [body]

    def _served(self, environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        identifier, _, rest = environ["PATH_INFO"].removeprefix(PREFIX + AREA).partition("/")
        api, path = self.known.get(identifier), f"/{rest}"
        arn = api.function_arn(environ["REQUEST_METHOD"], path) if api else None
        if arn is None:
            return _told(HTTPStatus.NOT_FOUND, "Not Found")
        event = request_event(identifier, path, environ, data)
        if len(data) > MAX_REQUEST or len(event["body"]) > MAX_EVENT:
            return _told(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Too Long")
        reply = self._functions.call(self._function(arn), event)
        return _answered(reply)

    def _function(self, arn: str) -> Any:
        region, name = arn.split(":")[3], arn.split(":function:")[1].partition("/")[0]
        return lambda_simple_backends[ACCOUNT][region].get_function(name)


def request_event(
    identifier: str, path: str, environ: dict[str, Any], data: bytes
) -> dict[str, Any]:
    """A request in payload format 2.0. What is no text, or is encoded, comes in base64."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }
    is_text = headers.get("content-type", "").startswith(_TEXT) and (
        "content-encoding" not in headers
    )
    method, now = environ["REQUEST_METHOD"], datetime.now(UTC)
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": environ.get("QUERY_STRING", ""),
        "headers": headers,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": identifier,
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": environ.get("REMOTE_ADDR", ""),
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": f"{method} {path}",
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(time.time() * 1000),
        },
        "body": data.decode(errors="replace") if is_text else base64.b64encode(data).decode(),
        "isBase64Encoded": not is_text,
    }


def _answered(reply: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """A function's answer, as the gateway passes it on."""
    if "failure" in reply:
        timed_out = reply["failure"]["errorType"] == "Sandbox.Timedout"
        if timed_out:
            return _told(HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable")
        return _told(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")
    result = json.loads(reply["result"])
    if not (isinstance(result, dict) and "statusCode" in result):
        return HTTPStatus.OK, {}, str(reply["result"]).encode()
    body = str(result.get("body") or "")
    data = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    return int(result["statusCode"]), dict(result.get("headers") or {}), data


def _told(status: HTTPStatus, message: str) -> tuple[int, dict[str, str], bytes]:
    return status, {}, json.dumps({"message": message}).encode()


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
