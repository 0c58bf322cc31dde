"""Gap: an error while a stack is made leaves moto answering 500 and the stack in progress for ever.

Here it ends as the service ends it: the resource's CREATE_FAILED or UPDATE_FAILED event with the
reason, then ROLLBACK_COMPLETE (the stack can be deleted) or UPDATE_ROLLBACK_COMPLETE.
"""

from __future__ import annotations

from typing import Any

from moto.cloudformation.models import CloudFormationBackend, Stack

from schedulerx.cloud.host import Host


def install(host: Host) -> None:
    """Wraps creation, update and the execution of change sets."""
    create, update = Stack.create_resources, Stack.update
    execute = CloudFormationBackend.execute_change_set

    def create_resources(self: Any) -> None:
        _guarded(host, self, "CREATE", "ROLLBACK_COMPLETE", lambda: create(self))

    def update_stack(self: Any, *arguments: Any, **named: Any) -> None:
        action = lambda: update(self, *arguments, **named)  # noqa: E731  (one call, once)
        _guarded(host, self, "UPDATE", "UPDATE_ROLLBACK_COMPLETE", action)

    def execute_change_set(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
        execute(self, change_set_name, stack_name)
        for stack in self.stacks.values():  # moto has just called every outcome complete
            failed = getattr(stack, "rehearsal_failure", "")
            if failed and failed != stack.status:
                stack.status = failed
                stack.events = [e for e in stack.events if not _is_success(e, stack)]

    host.patch(Stack, "create_resources", create_resources)
    host.patch(Stack, "update", update_stack)
    host.patch(CloudFormationBackend, "execute_change_set", execute_change_set)


def _guarded(host: Host, stack: Any, action: str, outcome: str, work: Any) -> None:
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


def _is_success(event: Any, stack: Any) -> bool:
    finished = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    return event.logical_resource_id == stack.name and event.resource_status in finished
