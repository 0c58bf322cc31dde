"""A resource of a stack: the little that ours differ in, behind the calls moto makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from moto.core.common_models import CloudFormationModel


@dataclass(frozen=True)
class Wanted:
    """What the template asks for, references resolved. `name` is the generated physical name."""

    kind: str
    name: str
    properties: dict[str, Any]
    account: str
    region: str
    logical_id: str = ""
    stack_id: str = ""


class Resource(CloudFormationModel):
    """Translates CloudFormation's calls as moto makes them."""

    physical_resource_id: str

    @classmethod
    def create(cls, wanted: Wanted) -> Self:
        """Makes the resource."""
        raise NotImplementedError(f"{cls.__name__} says how it is made")

    def update(self, wanted: Wanted) -> None:
        """Changes it in place; nothing, unless a class says what."""

    def remove(self) -> None:
        """Deletes it; nothing, unless a class says what."""

    @staticmethod
    def cloudformation_type() -> str:
        """No type: `cloudformation_types` maps types to classes."""
        return "Rehearsal::Resource"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:  # noqa: ARG003  (moto's signature)
        """Every attribute may be asked for."""
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> Self:
        """moto's call for create."""  # noqa: D403  (the name is written so)
        return cls.create(
            Wanted(
                kind=cloudformation_json["Type"],
                name=resource_name,
                properties=cloudformation_json["Properties"],
                account=account_id,
                region=region_name,
                logical_id=kwargs["LogicalId"],
                stack_id=kwargs["StackId"],
            )
        )

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Any:
        """moto's call for update."""  # noqa: D403  (the name is written so)
        original_resource.update(
            Wanted(
                kind=cloudformation_json["Type"],
                name=new_resource_name,
                properties=cloudformation_json["Properties"],
                account=account_id,
                region=region_name,
            )
        )
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:  # noqa: ARG002  (moto's call)
        """moto's call for delete."""  # noqa: D403  (the name is written so)
        self.remove()
