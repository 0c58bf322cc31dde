"""HTTP APIs of a stack: what its routes call, and what callers hear."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from tests.cloud.world import World

CALLER = httpx.Client(timeout=None)  # a busy machine is no failure


@pytest.fixture(scope="module")
def api(world: World) -> str:
    """The address of an API with one route; its function echoes."""
    arn = world.client("lambda").get_function(FunctionName=world.function())
    resources = {
        "Api": {
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {"Name": "a", "ProtocolType": "HTTP"},
        },
        "Calls": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": arn["Configuration"]["FunctionArn"],
                "PayloadFormatVersion": "2.0",
            },
        },
        "Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "RouteKey": "POST /v1/things",
                "Target": {"Fn::Join": ["", ["integrations/", {"Ref": "Calls"}]]},
            },
        },
    }
    stack = world.stack(resources, {"Url": {"Fn::GetAtt": ["Api", "ApiEndpoint"]}})
    return world.outputs(stack)["Url"]


def echoed(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200
    event: dict[str, Any] = answer.json()["echo"]
    return event


def test_a_request_reaches_the_function_in_payload_format_2(api: str) -> None:
    headers = {"Authorization": "Bearer t", "Content-Type": "text/plain"}
    event = echoed(CALLER.post(f"{api}/v1/things?a=1&b=2", content="hi", headers=headers))
    assert (event["version"], event["routeKey"]) == ("2.0", "POST /v1/things")
    assert (event["rawPath"], event["rawQueryString"]) == ("/v1/things", "a=1&b=2")
    assert event["headers"]["authorization"] == "Bearer t"
    assert (event["body"], event["isBase64Encoded"]) == ("hi", False)
    assert event["requestContext"]["http"]["method"] == "POST"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-ndjson"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
def test_what_is_no_plain_text_comes_in_base64(api: str, headers: dict[str, str]) -> None:
    event = echoed(CALLER.post(f"{api}/v1/things", content=b"\xff\x00", headers=headers))
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\xff\x00"


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/things"), ("POST", "/v1/other")])
def test_another_route_is_not_found(api: str, method: str, path: str) -> None:
    answer = CALLER.request(method, f"{api}{path}")
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})


def test_an_api_that_is_not_there_is_not_found(api: str) -> None:
    assert CALLER.post(f"{api}x/v1/things").status_code == 404


def test_more_than_a_function_takes_is_refused_before_it_is_called(api: str) -> None:
    answer = CALLER.post(f"{api}/v1/things", content=b"\0" * (5 * 1024**2))
    assert answer.status_code == 413
