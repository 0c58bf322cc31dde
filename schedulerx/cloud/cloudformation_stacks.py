"""Gaps: an error while a stack is made answers 500, and change sets lose order and outputs.

Here a failure ends as the service ends it: a CREATE_FAILED or UPDATE_FAILED event with the reason,
then ROLLBACK_COMPLETE (the stack can be deleted) or UPDATE_ROLLBACK_COMPLETE; what was made stays.
Change sets, which is how the CDK deploys, follow `DependsOn` and fill the stack's outputs.
"""

from __future__ import annotations

from typing import Any

from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Stack

from schedulerx.cloud.host import Host


def install(host: Host) -> None:
    """Wraps creation, update and the execution of change sets."""
    create, update, apply = Stack.create_resources, Stack.update, ChangeSet.apply
    execute = CloudFormationBackend.execute_change_set

    def create_resources(self: Any) -> None:
        _guarded(host, self, "CREATE", "ROLLBACK_COMPLETE", lambda: create(self))

    def update_stack(self: Any, *arguments: Any, **named: Any) -> None:
        action = lambda: update(self, *arguments, **named)  # noqa: E731  (one call, once)
        _guarded(host, self, "UPDATE", "UPDATE_ROLLBACK_COMPLETE", action)

    def apply_change_set(self: Any) -> None:
        def work() -> None:
            resources = self.template_dict["Resources"]
            self.template_dict["Resources"] = in_dependency_order(resources)
            apply(self)
            self.stack.template_dict = self.template_dict
            self.stack.output_map = self.stack._create_output_map()  # noqa: SLF001  (moto's own)
            _ = self.stack.outputs  # resolved now, so that a bad reference fails the deployment

        outcome = {"CREATE": "ROLLBACK_COMPLETE"}.get(
            self.change_set_type, "UPDATE_ROLLBACK_COMPLETE"
        )
        _guarded(host, self.stack, self.change_set_type, outcome, work)

    def execute_change_set(self: Any, change_set_name: str, stack_name: str | None = None) -> None:
        execute(self, change_set_name, stack_name)
        for stack in self.stacks.values():  # moto has just called every outcome complete
            failed = getattr(stack, "rehearsal_failure", "")
            if failed and failed != stack.status:
                stack.status = failed
                stack.events = [e for e in stack.events if not _is_success(e, stack)]

    host.patch(Stack, "create_resources", create_resources)
    host.patch(Stack, "update", update_stack)
    host.patch(ChangeSet, "apply", apply_change_set)
    host.patch(CloudFormationBackend, "execute_change_set", execute_change_set)


def in_dependency_order(resources: dict[str, Any]) -> dict[str, Any]:
    """The resources, each after those its `DependsOn` names; otherwise as written."""
    ordered: dict[str, Any] = {}

    def place(name: str, parents: frozenset[str]) -> None:
        if name in ordered or name not in resources or name in parents:
            return
        needs = resources[name].get("DependsOn") or []
        for need in [needs] if isinstance(needs, str) else needs:
            place(need, parents | {name})
        ordered[name] = resources[name]

    for name in resources:
        place(name, frozenset())
    return ordered


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
