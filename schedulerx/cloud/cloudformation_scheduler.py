"""Gap: moto's CloudFormation does not know `AWS::Scheduler::Schedule` and `…::ScheduleGroup`."""

from __future__ import annotations

from typing import Any, Self

from moto.scheduler.models import scheduler_backends

from schedulerx.cloud.cloudformation_resource import Resource, Wanted

DEFAULT_GROUP = "default"


class ScheduleGroup(Resource):
    """`Ref` is the name; `Arn` an attribute."""

    def __init__(self, backend: Any, name: str) -> None:
        self.backend = backend
        self.physical_resource_id = name

    @classmethod
    def create(cls, wanted: Wanted) -> Self:
        """Makes the group."""
        backend = scheduler_backends[wanted.account][wanted.region]
        name = wanted.properties.get("Name", wanted.name)[:64]
        backend.create_schedule_group(name=name, tags=wanted.properties.get("Tags", []))
        return cls(backend, name)

    def get_cfn_attribute(self, attribute_name: str) -> Any:  # noqa: ARG002  (Arn alone)
        """The ARN."""
        return self.backend.get_schedule_group(self.physical_resource_id).arn

    def remove(self) -> None:
        """Deletes the group and the schedules in it."""
        self.backend.schedule_groups.pop(self.physical_resource_id, None)


class Schedule(Resource):
    """`Ref` is the name; `Arn` an attribute."""

    def __init__(self, backend: Any, group: str, name: str) -> None:
        self.backend = backend
        self.group = group
        self.physical_resource_id = name

    @classmethod
    def create(cls, wanted: Wanted) -> Self:
        """Makes the schedule."""
        backend = scheduler_backends[wanted.account][wanted.region]
        fields = _fields(wanted.properties, wanted.name)
        action = wanted.properties.get("ActionAfterCompletion")
        backend.create_schedule(action_after_completion=action, **fields)
        return cls(backend, fields["group_name"], fields["name"])

    def get_cfn_attribute(self, attribute_name: str) -> Any:  # noqa: ARG002  (Arn alone)
        """The ARN."""
        return self.backend.get_schedule(self.group, self.physical_resource_id).arn

    def update(self, wanted: Wanted) -> None:
        """Changes everything but the name and the group."""
        kept = {"Name": self.physical_resource_id, "GroupName": self.group}
        self.backend.update_schedule(**_fields(wanted.properties | kept, wanted.name))

    def remove(self) -> None:
        """Deletes the schedule, if it did not delete itself."""
        group = self.backend.schedule_groups.get(self.group)
        if group is not None:
            group.schedules.pop(self.physical_resource_id, None)


def _fields(properties: dict[str, Any], generated: str) -> dict[str, Any]:
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
