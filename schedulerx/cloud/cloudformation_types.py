"""Gap: resource types that moto's CloudFormation does not know vanish, and `Ref`s to them are null.

Types that matter here are made real: schedules, custom resources, secrets, HTTP APIs. Every
other unknown type is accepted: it has a physical id and attributes to refer to, does nothing, and
is told once as "accepted, not simulated". A layer's `Ref` is its ARN.
"""

from __future__ import annotations

import json
import secrets
from typing import Any, Self

from moto.awslambda.models import LayerVersion
from moto.cloudformation import parsing

from schedulerx.cloud import cloudformation_http_apis
from schedulerx.cloud.cloudformation_custom import CustomResource, CustomResources
from schedulerx.cloud.cloudformation_database import SecretTargetAttachment
from schedulerx.cloud.cloudformation_resource import Resource, Wanted
from schedulerx.cloud.cloudformation_scheduler import Schedule, ScheduleGroup
from schedulerx.cloud.endpoints import Endpoints
from schedulerx.cloud.host import ACCOUNT, Host
from schedulerx.cloud.http_apis import AREA, HttpApis
from schedulerx.cloud.lambda_functions import Functions

SILENT = {
    "AWS::CDK::Metadata",
    "AWS::ApiGatewayV2::Stage",
    "AWS::S3::BucketPolicy",
    "AWS::SQS::QueuePolicy",
}
CUSTOM = "AWS::CloudFormation::CustomResource"


def install(host: Host, functions: Functions, endpoints: Endpoints) -> None:
    """Completes the map of types."""
    original = parsing.resource_class_from_type
    asks = CustomResources(host, functions, endpoints)
    apis = HttpApis(host, functions)
    endpoints.applications[AREA] = apis.answer

    class ThisCloudsSecret(Secret):
        """A secret kept in this cloud."""

        cloud = host

    class ThisCloudsAttachment(SecretTargetAttachment):
        """A generated secret, told of this cloud's database."""

        cloud = host

    class ThisCloudsCustomResource(CustomResource):
        """A custom resource answered by this cloud's functions."""

        requests = asks

    made: dict[str, Any] = {
        "AWS::Scheduler::ScheduleGroup": ScheduleGroup,
        "AWS::Scheduler::Schedule": Schedule,
        "AWS::SecretsManager::Secret": ThisCloudsSecret,
        "AWS::SecretsManager::SecretTargetAttachment": ThisCloudsAttachment,
        "AWS::RDS::DBInstance": Accepted,  # of an Aurora cluster, an engine moto refuses
        CUSTOM: ThisCloudsCustomResource,
        **cloudformation_http_apis.types(apis),
    }

    def class_for(resource_type: str) -> Any:
        if resource_type.startswith("Custom::"):
            return made[CUSTOM]
        if resource_type in made:
            return made[resource_type]
        if resource_type in parsing.NULL_MODELS or resource_type in parsing.get_model_map():
            return original(resource_type)
        if resource_type not in SILENT:
            host.say_once(f"stack   {resource_type}  accepted, not simulated")
        return Accepted

    host.patch(parsing, "resource_class_from_type", class_for)
    host.patch(LayerVersion, "physical_resource_id", property(lambda layer: layer.arn))
    for cached in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        cached.cache_clear()


class Accepted(Resource):
    """Stands for a resource that nothing in a rehearsal asks anything of."""

    def __init__(self, wanted: Wanted) -> None:
        self.physical_resource_id = wanted.name
        service, kind = wanted.kind.lower().split("::")[1:3]
        self.arn = f"arn:aws:{service}:{wanted.region}:{ACCOUNT}:{kind}/{wanted.name}"

    @classmethod
    def create(cls, wanted: Wanted) -> Self:
        """Remembers the name."""
        return cls(wanted)

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """An ARN, a port, or the name."""
        if attribute_name.endswith("Arn"):
            return self.arn
        return "5432" if attribute_name.endswith("Port") else self.physical_resource_id


class Secret(Resource):
    """A secret with the value given, or one generated. `Ref` and `Id` are its ARN."""

    cloud: Host

    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @classmethod
    def create(cls, wanted: Wanted) -> Self:
        """Makes the secret."""
        created = cls.cloud.client("secretsmanager", wanted.region).create_secret(
            Name=wanted.properties.get("Name", wanted.name),
            SecretString=secret_text(wanted.properties),
        )
        return cls(created["ARN"])

    def get_cfn_attribute(self, attribute_name: str) -> str:  # noqa: ARG002  (Id alone)
        """The ARN."""
        return self.physical_resource_id

    def remove(self) -> None:
        """Deletes it at once."""
        region = self.physical_resource_id.split(":")[3]
        self.cloud.client("secretsmanager", region).delete_secret(
            SecretId=self.physical_resource_id, ForceDeleteWithoutRecovery=True
        )


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
