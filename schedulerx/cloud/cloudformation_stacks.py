"""Gaps: an error while a stack is made answers 500; a network of a stack cannot be deleted.

Here a failure ends as the service ends it: a CREATE_FAILED or UPDATE_FAILED event with the reason,
then ROLLBACK_COMPLETE (the stack can be deleted) or UPDATE_ROLLBACK_COMPLETE; what was made stays.
moto deletes in no order and leaves route tables: custom resources go before the functions behind
them, then endpoints and route tables, then the rest. Parameters kept from the last deployment hold
the value of an SSM parameter where moto looks for its name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.parsing import ResourceMap
from moto.ec2.models.route_tables import RouteTable
from moto.ec2.models.vpcs import VPCEndPoint

from schedulerx.cloud.cloudformation_custom import CustomResource
from schedulerx.cloud.host import Host


def install(host: Host) -> None:
    """Wraps creation, update and the execution of change sets."""
    create, update, delete = Stack.create_resources, Stack.update, Stack.delete
    execute = CloudFormationBackend.execute_change_set
    parse = ResourceMap.parse_ssm_parameter

    def create_resources(self: Any) -> None:
        guarded(host, self, "CREATE", "ROLLBACK_COMPLETE", lambda: create(self))

    def update_stack(self: Any, *arguments: Any, **named: Any) -> None:
        work = lambda: update(self, *arguments, **named)  # noqa: E731  (one call, once)
        guarded(host, self, "UPDATE", "UPDATE_ROLLBACK_COMPLETE", work)

    def delete_stack(self: Any) -> None:
        _delete_first(self.resource_map)
        delete(self)

    def parse_ssm_parameter(self: Any, value: str, value_type: str) -> Any:
        try:
            return parse(self, value, value_type)
        except AttributeError:  # no parameter of this name: the value is what it held
            return value

    def execute_change_set(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
        execute(self, change_set_name, stack_name)
        stack = self.change_sets[change_set_name].stack
        if stack.rehearsal_failure:  # moto calls every outcome complete
            stack.status = stack.rehearsal_failure
            stack.events = [event for event in stack.events if not _is_success(event, stack)]

    host.patch(Stack, "create_resources", create_resources)
    host.patch(Stack, "update", update_stack)
    host.patch(Stack, "delete", delete_stack)
    host.patch(ResourceMap, "parse_ssm_parameter", parse_ssm_parameter)
    host.patch(CloudFormationBackend, "execute_change_set", execute_change_set)


def guarded(host: Host, stack: Any, action: str, outcome: str, work: Callable[[], None]) -> None:
    """Does the work; a failure becomes the stack's events and its status."""
    stack.rehearsal_failure = ""
    try:
        work()
    except Exception as error:  # noqa: BLE001  (whatever a resource raised is the stack's failure)
        reason = f"{type(error).__name__}: {error}"
        host.say(f"stack   {stack.name}  [red]{action}_FAILED[/]  {reason}")
        stack._add_stack_event(f"{action}_FAILED", reason)  # noqa: SLF001  (moto's own helper)
        stack._add_stack_event(outcome)  # noqa: SLF001
        stack.rehearsal_failure = stack.status = outcome
    else:
        host.say(f"stack   {stack.name}  [green]{action}_COMPLETE[/]")


def _delete_first(resource_map: Any) -> None:
    made = resource_map._parsed_resources  # noqa: SLF001  (moto keeps it private)
    for kind in (CustomResource, VPCEndPoint, RouteTable):
        for name in [name for name, resource in made.items() if isinstance(resource, kind)]:
            resource = made.pop(name)
            if isinstance(resource, RouteTable):
                resource.ec2_backend.route_tables.pop(resource.id, None)
            else:
                template = resource_map._resource_json_map[name]  # noqa: SLF001
                resource_map._delete_resource(resource, template)  # noqa: SLF001


def _is_success(event: Any, stack: Any) -> bool:
    finished = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    return event.logical_resource_id == stack.name and event.resource_status in finished
