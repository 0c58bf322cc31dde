"""Gap: resource types that moto's CloudFormation does not know vanish, and `Ref`s to them are null.

Types that matter here are made real: schedules, custom resources, secrets.
Every other unknown type is accepted: it has a physical id and attributes to refer to, does
nothing, and is told once as "accepted, not simulated".
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from schedulerx.cloud import cloudformation_scheduler
from schedulerx.cloud.cloudformation_custom import custom_resource_class, delete_first
from schedulerx.cloud.endpoints import Endpoints
from schedulerx.cloud.host import ACCOUNT, Host
from schedulerx.cloud.lambda_functions import Functions

SILENT = {"AWS::CDK::Metadata", "AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"}


def install(host: Host, functions: Functions, endpoints: Endpoints) -> None:
    """Completes the map of types."""
    from moto.cloudformation import parsing

    original = parsing.resource_class_from_type
    accepted = _accepted_class()
    custom = custom_resource_class(host, functions, endpoints)
    made = {
        **cloudformation_scheduler.resource_classes(),
        "AWS::SecretsManager::Secret": _secret_class(host),
        "AWS::CloudFormation::CustomResource": custom,
    }

    def class_for(resource_type: str) -> Any:
        if resource_type.startswith("Custom::"):
            return custom
        if resource_type in made:
            return made[resource_type]
        if resource_type in parsing.NULL_MODELS or resource_type in parsing.get_model_map():
            return original(resource_type)
        if resource_type not in SILENT:
            host.say_once(f"stack   {resource_type}  accepted, not simulated")
        return accepted

    host.patch(parsing, "resource_class_from_type", class_for)
    for cached in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        cached.cache_clear()
    delete_first(host)


def _accepted_class() -> Any:
    from moto.core.common_models import CloudFormationModel

    class Accepted(CloudFormationModel):  # type: ignore[misc,unused-ignore]  # moto is untyped here
        """Stands for a resource that nothing in a rehearsal asks anything of."""

        def __init__(self, name: str, kind: str, region: str) -> None:
            self.physical_resource_id = name
            service, resource = kind.lower().split("::")[1:3]
            self.arn = f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}/{name}"

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:  # noqa: ARG003  (moto's signature)
            return True

        def get_cfn_attribute(self, attribute_name: str) -> str:
            ports = {"Endpoint.Port": "5432", "Port": "5432"}
            arn = attribute_name.endswith("Arn")
            return self.arn if arn else ports.get(attribute_name, self.physical_resource_id)

        @classmethod
        def create_from_cloudformation_json(
            cls,
            resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
            **_: Any,
        ) -> Any:
            return cls(resource_name, cloudformation_json["Type"], region_name)

        @classmethod
        def update_from_cloudformation_json(cls, original_resource: Any, **_: Any) -> Any:
            return original_resource

        def delete(self, account_id: str, region_name: str) -> None:
            """Nothing to delete."""

    return Accepted


def _secret_class(host: Host) -> Any:
    from moto.core.common_models import CloudFormationModel

    class Secret(CloudFormationModel):  # type: ignore[misc,unused-ignore]  # moto is untyped here
        """A secret with the value given, or one generated. `Ref` and `Id` are its ARN."""

        def __init__(self, arn: str) -> None:
            self.physical_resource_id = arn

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:
            return attr == "Id"

        def get_cfn_attribute(self, attribute_name: str) -> str:  # noqa: ARG002  (Id alone)
            return self.physical_resource_id

        @classmethod
        def create_from_cloudformation_json(
            cls,
            resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
            **_: Any,
        ) -> Any:
            properties = cloudformation_json["Properties"]
            created = host.client("secretsmanager", region_name).create_secret(
                Name=properties.get("Name", resource_name), SecretString=secret_text(properties)
            )
            return cls(created["ARN"])

        @classmethod
        def update_from_cloudformation_json(cls, original_resource: Any, **_: Any) -> Any:
            return original_resource

        def delete(self, account_id: str, region_name: str) -> None:  # noqa: ARG002  (moto's call)
            host.client("secretsmanager", region_name).delete_secret(
                SecretId=self.physical_resource_id, ForceDeleteWithoutRecovery=True
            )

    return Secret


def secret_text(properties: dict[str, Any]) -> str:
    """`SecretString`, or a generated one placed as `GenerateSecretString` asks."""
    generate = properties.get("GenerateSecretString")
    if generate is None:
        return str(properties.get("SecretString", ""))
    value = secrets.token_hex(int(generate.get("PasswordLength", 32)) // 2)
    if "GenerateStringKey" not in generate:
        return value
    template = json.loads(generate.get("SecretStringTemplate") or "{}")
    return json.dumps(template | {generate["GenerateStringKey"]: value})
