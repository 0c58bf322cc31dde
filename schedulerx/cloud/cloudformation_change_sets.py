"""Gaps in change sets, which is how the CDK deploys.

moto finds one by its name alone, though the CDK calls all of them alike: here the stack counts
too. A missing one is `ChangeSetNotFound`, and deleting it is no error: a second deployment asks
for both. Resources follow `DependsOn`, and the stack's outputs are filled.
"""

from __future__ import annotations

from typing import Any

from moto.cloudformation.exceptions import CloudFormationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import EmptyResult

from schedulerx.cloud.cloudformation_stacks import guarded
from schedulerx.cloud.host import Host


class ChangeSetNotFound(CloudFormationError):  # noqa: N818  (the API's name)
    """The API's error."""

    code = "ChangeSetNotFound"


def install(host: Host) -> None:
    """Finds by stack and name; applies in order, with outputs and failures."""
    original = CloudFormationResponse._get_param  # noqa: SLF001  (moto's own)

    def get_param(self: Any, name: str, *default: Any) -> Any:
        value = original(self, name, *default)
        if name != "ChangeSetName" or not value or self._get_action() == "CreateChangeSet":
            return value
        return _identifier(self.cloudformation_backend, value, original(self, "StackName"))

    def delete_change_set(self: Any) -> Any:
        self.cloudformation_backend.change_sets.pop(get_param(self, "ChangeSetName"), None)
        return EmptyResult()

    def describe_change_set(self: Any, change_set_name: str) -> Any:
        if change_set_name not in self.change_sets:
            raise ChangeSetNotFound(f"ChangeSet [{change_set_name}] does not exist")
        return self.change_sets[change_set_name]

    def apply_change_set(self: Any) -> None:
        outcome = {"CREATE": "ROLLBACK_COMPLETE"}.get(self.change_set_type)
        work = lambda: _apply(self, apply)  # noqa: E731  (one call, once)
        ended = outcome or "UPDATE_ROLLBACK_COMPLETE"
        guarded(host, self.stack, self.change_set_type, ended, work)

    apply = ChangeSet.apply
    host.patch(CloudFormationResponse, "_get_param", get_param)
    host.patch(CloudFormationResponse, "delete_change_set", delete_change_set)
    host.patch(CloudFormationBackend, "describe_change_set", describe_change_set)
    host.patch(ChangeSet, "apply", apply_change_set)


def _identifier(backend: Any, name: str, stack: str | None) -> str:
    """The ARN of the stack's newest change set of this name; the name itself when there is none."""
    found = name
    for identifier, change_set in backend.change_sets.items():
        of_stack = stack in (None, change_set.stack_name, change_set.stack_id)
        if of_stack and change_set.change_set_name == name:
            found = identifier
    return found


def _apply(change_set: Any, original: Any) -> None:
    template = change_set.template_dict
    template["Resources"] = in_dependency_order(template["Resources"])
    original(change_set)
    stack = change_set.stack
    stack.template_dict = template
    stack.output_map = stack._create_output_map()  # noqa: SLF001  (moto's own)
    _ = stack.outputs  # resolved now, so that a bad reference fails the deployment


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
