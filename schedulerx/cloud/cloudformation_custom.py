"""Gap: a custom resource's function is told a Docker host's address, and its failure is not heard.

Here `Custom::…` and `AWS::CloudFormation::CustomResource` invoke their `ServiceToken` on create,
update and delete, and wait for the answer put to `ResponseURL`: FAILED, or no answer, fails the
stack. Functions of the repository and inline Python (as the CDK's bucket notifications) really
run. The CDK's own Node functions cannot (no Node runtime with the SDK here): the provider
framework's calls go straight to the handler behind it, `Custom::S3AutoDeleteObjects` is done in
Python, and every other is accepted and told.
"""

from __future__ import annotations

import json
import uuid
from typing import Any, Self

from moto.awslambda_simple.models import lambda_simple_backends

from schedulerx.cloud.cloudformation_resource import Resource, Wanted
from schedulerx.cloud.endpoints import PREFIX, Endpoints
from schedulerx.cloud.host import Host
from schedulerx.cloud.lambda_functions import Functions

ANSWER_SECONDS = 2.0  # the function has returned; its PUT has been sent
AUTO_DELETE = "Custom::S3AutoDeleteObjects"
PROVIDER_TARGET = "USER_ON_EVENT_FUNCTION_ARN"  # set by the CDK's provider framework


class CustomResourceFailed(Exception):  # noqa: N818  (named by what happened)
    """The resource's function reported a failure, raised, or never answered."""


class CustomResources:
    """Invokes the functions behind custom resources."""

    def __init__(self, host: Host, functions: Functions, endpoints: Endpoints) -> None:
        self.host = host
        self.functions = functions
        self.endpoints = endpoints

    def request(self, kind: str, event: dict[str, Any]) -> dict[str, Any]:
        """Asks for create, update or delete; the answer's fields.

        Raises:
            CustomResourceFailed: with the function's reason.
        """
        identifier = uuid.uuid4().hex
        event = {
            **event,
            "RequestType": kind,
            "RequestId": identifier,
            "ResponseURL": f"{self.host.endpoint_url}{PREFIX}answers/{identifier}",
            "ServiceToken": event["ResourceProperties"]["ServiceToken"],
        }
        function = self._function(event["ServiceToken"])
        target = function.environment_vars.get(PROVIDER_TARGET)
        if target:
            return self._direct(self._function(target), event)
        if not str(function.run_time or "").startswith("python"):
            return self._stand_in(kind, event)
        return self._answered(function, event, identifier)

    def _answered(self, function: Any, event: dict[str, Any], identifier: str) -> dict[str, Any]:
        self._call(function, event)
        answer = self.endpoints.wait_answer(identifier, ANSWER_SECONDS)
        name = event["LogicalResourceId"]
        if answer is None:
            raise CustomResourceFailed(f"{name}: {function.function_name} put no answer")
        if answer.get("Status") != "SUCCESS":
            raise CustomResourceFailed(f"{name}: {answer.get('Reason') or 'no reason given'}")
        return answer

    def _direct(self, function: Any, event: dict[str, Any]) -> dict[str, Any]:
        """The handler behind the CDK's provider framework returns its answer."""
        answer = self._call(function, event)
        return answer if isinstance(answer, dict) else {}

    def _call(self, function: Any, event: dict[str, Any]) -> Any:
        reply = self.functions.call(function, event)
        if "failure" in reply:
            failure = reply["failure"]
            raise CustomResourceFailed(
                f"{event['LogicalResourceId']}: {failure['errorType']}: {failure['errorMessage']}"
            )
        return json.loads(reply["result"])

    def _stand_in(self, kind: str, event: dict[str, Any]) -> dict[str, Any]:
        if event["ResourceType"] == AUTO_DELETE:
            if kind == "Delete":
                self._empty(event["ResourceProperties"]["BucketName"])
        else:
            self.host.say_once(f"stack   {event['ResourceType']}  accepted, not simulated")
        return {}

    def _empty(self, bucket: str) -> None:
        client = self.host.client("s3")
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for entry in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                client.delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])

    def _function(self, arn: str) -> Any:
        parts = arn.split(":")
        return lambda_simple_backends[parts[4]][parts[3]].get_function(arn)


def as_text(value: Any) -> Any:
    """Properties as CloudFormation hands them to functions: every number and boolean is text."""
    if isinstance(value, dict):
        return {key: as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_text(inner) for inner in value]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


class CustomResource(Resource):
    """Its attributes are the answer's `Data`."""

    requests: CustomResources

    def __init__(self, event: dict[str, Any], answer: dict[str, Any]) -> None:
        self.event = event
        self.physical_resource_id = answer.get("PhysicalResourceId") or event["RequestId"]
        self.data = answer.get("Data") or {}

    @classmethod
    def create(cls, wanted: Wanted) -> Self:
        """Asks the function to create."""
        event = {
            "StackId": wanted.stack_id,
            "RequestId": wanted.name,
            "LogicalResourceId": wanted.logical_id,
            "ResourceType": wanted.kind,
            "ResourceProperties": as_text(wanted.properties),
        }
        return cls(event, cls.requests.request("Create", event))

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        """What the answer's `Data` says."""
        return self.data.get(attribute_name)

    def update(self, wanted: Wanted) -> None:
        """Asks the function to update, with the old properties beside the new."""
        old = self.event["ResourceProperties"]
        self.event = {**self.event, "ResourceProperties": as_text(wanted.properties)}
        answer = self.requests.request("Update", self._of_this() | {"OldResourceProperties": old})
        self.physical_resource_id = answer.get("PhysicalResourceId") or self.physical_resource_id
        self.data = answer.get("Data") or {}

    def remove(self) -> None:
        """Asks the function to delete."""
        self.requests.request("Delete", self._of_this())

    def _of_this(self) -> dict[str, Any]:
        return {**self.event, "PhysicalResourceId": self.physical_resource_id}
