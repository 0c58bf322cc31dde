"""Gap: moto's CloudFormation knows no HTTP API. Here it makes those that `http_apis` serves."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from schedulerx.cloud.cloudformation_resource import Resource, Wanted
from schedulerx.cloud.http_apis import HttpApi, HttpApis


class _Part(Resource):
    """An API, or something of one, under an id."""

    apis: ClassVar[HttpApis]

    def __init__(self, identifier: str) -> None:
        self.physical_resource_id = identifier

    @classmethod
    def create(cls, wanted: Wanted) -> Self:
        """Under a new id."""
        made = cls(uuid.uuid4().hex[:10])
        made.update(wanted)
        return made


class Api(_Part):
    """`AWS::ApiGatewayV2::Api`. It answers 404 until it has routes."""

    def update(self, wanted: Wanted) -> None:  # noqa: ARG002  (a name tells nothing here)
        """Routes and integrations are made by themselves."""
        self.apis.known.setdefault(self.physical_resource_id, HttpApi())

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """`ApiEndpoint` or `ApiId`."""
        identifier = self.physical_resource_id
        return self.apis.url(identifier) if attribute_name == "ApiEndpoint" else identifier

    def remove(self) -> None:
        """Nothing answers there any more."""
        self.apis.known.pop(self.physical_resource_id, None)


class Integration(_Part):
    """`AWS::ApiGatewayV2::Integration`: the function behind routes."""

    def update(self, wanted: Wanted) -> None:
        """Names the function."""
        api = self.apis.known[wanted.properties["ApiId"]]
        api.integrations[self.physical_resource_id] = wanted.properties["IntegrationUri"]


class Route(_Part):
    """`AWS::ApiGatewayV2::Route`."""

    def update(self, wanted: Wanted) -> None:
        """Leads from method and path to an integration."""
        api = self.apis.known[wanted.properties["ApiId"]]
        api.routes[wanted.properties["RouteKey"]] = wanted.properties["Target"]


def types(served: HttpApis) -> dict[str, Any]:
    """The classes of one cloud's APIs, by their types."""
    return {
        f"AWS::ApiGatewayV2::{kind.__name__}": type(kind.__name__, (kind,), {"apis": served})
        for kind in (Api, Integration, Route)
    }
