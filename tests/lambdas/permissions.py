"""What code calls in AWS, against what a role of the template allows, as IAM compares them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import pytest
from botocore.client import BaseClient

ACCOUNT = "us-east-1:123456789012"
_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "123456789012",
}
# Actions that are named otherwise than the operation.
_S3 = {
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}
_PREFIXES = {"stepfunctions": "states"}
Call = tuple[str, str]  # the action, and the ARN it is asked of


def _s3(given: Mapping[str, Any]) -> str:
    return f"arn:aws:s3:::{given['Bucket']}" + (f"/{given['Key']}" if "Key" in given else "")


def _secret(given: Mapping[str, Any]) -> str:
    return f"arn:aws:secretsmanager:{ACCOUNT}:secret:{given['SecretId']}-AbCdEf"


def _schedule(given: Mapping[str, Any]) -> str:
    return f"arn:aws:scheduler:{ACCOUNT}:schedule/{given['GroupName']}/{given['Name']}"


def _queue(given: Mapping[str, Any]) -> str:
    return f"arn:aws:sqs:{ACCOUNT}:{given['QueueUrl'].rpartition('/')[2]}"


def _execution(given: Mapping[str, Any]) -> str:
    return str(given.get("stateMachineArn") or given["executionArn"])


_ARNS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "s3": _s3,
    "secretsmanager": _secret,
    "scheduler": _schedule,
    "sqs": _queue,
    "stepfunctions": _execution,
    "sns": lambda given: str(given["TopicArn"]),
}


@dataclass
class Calls:
    """Every call that was made."""

    made: set[Call] = field(default_factory=set)

    def add(self, service: str, operation: str, given: Mapping[str, Any]) -> None:
        prefix = _PREFIXES.get(service, service)
        action = _S3.get(operation, operation) if service == "s3" else operation
        self.made.add((f"{prefix}:{action}", _ARNS[service](given)))
        role = given.get("Target", {}).get("RoleArn")
        if role:  # who sets a schedule hands its role on
            self.made.add(("iam:PassRole", role))

    @property
    def actions(self) -> set[str]:
        return {action for action, _ in self.made}


@contextmanager
def recorded_calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """Every call of AWS by this process while the context lasts."""
    calls, original = Calls(), BaseClient._make_api_call

    def make_api_call(self: BaseClient, operation: str, given: dict[str, Any]) -> Any:
        calls.add(self.meta.service_model.service_name, operation, given)
        return original(self, operation, given)

    with monkeypatch.context() as patched:
        patched.setattr(BaseClient, "_make_api_call", make_api_call)
        yield calls


@dataclass(frozen=True)
class Rights:
    """The statements of a role. `names` give, by the beginning of a logical id, what stands for
    the resource in this test: (its reference, its attribute Arn or Name).
    """

    statements: list[dict[str, Any]]
    names: Mapping[str, tuple[str, str]]

    @property
    def actions(self) -> set[str]:
        """All it may do, in the log and traces aside, which every function writes."""
        found = {action for each in self.statements for action in _listed(each["Action"])}
        return {each for each in found if each.partition(":")[0] not in ("logs", "xray", "ec2")}

    def refused(self, calls: Calls) -> list[Call]:
        """The calls that no statement allows."""
        return sorted(call for call in calls.made if not self._allows(*call))

    def _allows(self, action: str, arn: str) -> bool:
        return any(
            action in _listed(each["Action"])
            and any(fnmatchcase(arn, self._text(one)) for one in _listed(each["Resource"]))
            for each in self.statements
        )

    def _text(self, resource: Any) -> str:
        """A resource as its ARN."""
        if isinstance(resource, str):
            return resource
        if "Fn::Join" in resource:
            return "".join(map(self._text, resource["Fn::Join"][1]))
        if "Ref" in resource:
            return _PSEUDO.get(resource["Ref"]) or self._named(resource["Ref"])[0]
        return self._named(resource["Fn::GetAtt"][0])[1]

    def _named(self, logical_id: str) -> tuple[str, str]:
        for beginning, found in self.names.items():
            if logical_id.startswith(beginning):
                return found
        return (f"<{logical_id}>", f"<{logical_id}>")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
