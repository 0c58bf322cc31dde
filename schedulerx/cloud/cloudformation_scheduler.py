"""Gap: moto's CloudFormation does not know `AWS::Scheduler::Schedule` and `…::ScheduleGroup`."""

from __future__ import annotations

from typing import Any

DEFAULT_GROUP = "default"


def resource_classes() -> dict[str, Any]:
    """Resource classes by type."""
    from moto.core.common_models import CloudFormationModel
    from moto.scheduler.models import scheduler_backends

    class ScheduleGroupResource(CloudFormationModel):  # type: ignore[misc,unused-ignore] # untyped
        """`Ref` is the name; `Arn` an attribute."""

        def __init__(self, backend: Any, name: str) -> None:
            self.backend = backend
            self.physical_resource_id = name
            self.arn = backend.get_schedule_group(name).arn

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:
            return attr == "Arn"

        def get_cfn_attribute(self, attribute_name: str) -> Any:
            return getattr(self, attribute_name.lower())

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
            backend = scheduler_backends[account_id][region_name]
            name = properties.get("Name", resource_name)[:64]
            backend.create_schedule_group(name=name, tags=properties.get("Tags", []))
            return cls(backend, name)

        @classmethod
        def update_from_cloudformation_json(cls, original_resource: Any, **_: Any) -> Any:
            return original_resource  # only tags can change without a new group

        def delete(self, account_id: str, region_name: str) -> None:  # noqa: ARG002  (moto's call)
            self.backend.schedule_groups.pop(self.physical_resource_id, None)

    class ScheduleResource(ScheduleGroupResource):
        """`Ref` is the name; `Arn` an attribute."""

        def __init__(self, backend: Any, group: str, name: str) -> None:
            self.backend = backend
            self.group = group
            self.physical_resource_id = name
            self.arn = backend.get_schedule(group, name).arn

        @classmethod
        def create_from_cloudformation_json(
            cls,
            resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
            **_: Any,
        ) -> Any:
            backend = scheduler_backends[account_id][region_name]
            fields = _schedule_fields(cloudformation_json["Properties"], resource_name)
            action = cloudformation_json["Properties"].get("ActionAfterCompletion")
            backend.create_schedule(action_after_completion=action, **fields)
            return cls(backend, fields["group_name"], fields["name"])

        @classmethod
        def update_from_cloudformation_json(
            cls, original_resource: Any, cloudformation_json: Any, **_: Any
        ) -> Any:
            name = original_resource.physical_resource_id
            properties = {**cloudformation_json["Properties"], "Name": name}
            original_resource.backend.update_schedule(**_schedule_fields(properties, name))
            return original_resource

        def delete(self, account_id: str, region_name: str) -> None:  # noqa: ARG002  (moto's call)
            group = self.backend.schedule_groups.get(self.group)
            if group is not None:
                group.schedules.pop(self.physical_resource_id, None)

    return {
        "AWS::Scheduler::ScheduleGroup": ScheduleGroupResource,
        "AWS::Scheduler::Schedule": ScheduleResource,
    }


def _schedule_fields(properties: dict[str, Any], generated: str) -> dict[str, Any]:
    """The arguments of moto's create and update."""
    return {
        "name": properties.get("Name", generated)[:64],
        "group_name": properties.get("GroupName", DEFAULT_GROUP),
        "description": properties.get("Description"),
        "schedule_expression": properties["ScheduleExpression"],
        "schedule_expression_timezone": properties.get("ScheduleExpressionTimezone"),
        "flexible_time_window": properties.get("FlexibleTimeWindow", {"Mode": "OFF"}),
        "target": properties["Target"],
        "state": properties.get("State", "ENABLED"),
        "kms_key_arn": properties.get("KmsKeyArn"),
        "start_date": properties.get("StartDate"),
        "end_date": properties.get("EndDate"),
    }
