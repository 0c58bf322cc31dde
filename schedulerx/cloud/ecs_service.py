"""Gap: moto's Fargate `RunTask` fails on container definitions without memory.

`RunTask`, `StopTask` and the task itself are replaced by ones over real processes (`ecs_tasks`).
"""

from __future__ import annotations

import inspect
import threading
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecs.exceptions import InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend, Task

from schedulerx.cloud.ecs_tasks import Runs, camel_case
from schedulerx.cloud.host import Host


def install(host: Host) -> Runs:
    """Makes tasks real."""
    runs = Runs(host)
    host.undo.callback(runs.close)
    signature = inspect.signature(EC2ContainerServiceBackend.run_task)

    def run_task(self: Any, *arguments: Any, **named: Any) -> list[Any]:
        given = signature.bind(self, *arguments, **named)
        given.apply_defaults()
        asked = given.arguments
        cluster = self._get_cluster(asked["cluster_str"])
        definition = self.describe_task_definition(asked["task_definition_str"])
        return [
            _start(runs, self, _new_task(self, cluster, definition, asked), definition)
            for _ in range(asked["count"])
        ]

    def stop_task(self: Any, cluster_str: str, task_str: str, reason: str) -> Any:
        cluster = self._get_cluster(cluster_str)
        identifier = task_str.rpartition("/")[2]
        for arn, task in self.tasks.get(cluster.name, {}).items():
            if arn.endswith(identifier):
                runs.stop(task, reason or "Task stopped by user")
                return task
        raise InvalidParameterException("The referenced task was not found.")

    host.patch(NetworkInterface, "private_dns_name", "")  # read, never set, without DNS host names
    host.patch(EC2ContainerServiceBackend, "run_task", run_task)
    host.patch(EC2ContainerServiceBackend, "stop_task", stop_task)
    return runs


def _new_task(backend: Any, cluster: Any, definition: Any, asked: dict[str, Any]) -> ProcessTask:
    return ProcessTask(
        cluster=cluster,
        task_definition=definition,
        container_instance_arn=None,
        resource_requirements={},
        backend=backend,
        group=asked["group"] or f"family:{definition.family}",
        overrides=asked["overrides"] or {},
        started_by=asked["started_by"] or "",
        tags=asked["tags"] or [],
        launch_type=asked["launch_type"] or "FARGATE",
        networking_configuration=_network(asked["networking_configuration"]),
    )


def _start(runs: Runs, backend: Any, task: Any, definition: Any) -> Any:
    backend.tasks.setdefault(task.cluster_name, {})[task.task_arn] = task
    runs.start(task, definition)
    return task


def _network(configuration: dict[str, Any] | None) -> dict[str, Any] | None:
    if configuration is None:
        return None
    settings = camel_case(configuration)
    settings["awsvpcConfiguration"].setdefault("securityGroups", [])
    return dict(settings)


class ProcessTask(Task):
    """A task whose status is its process's, not the number of times it was looked at."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        self.finished = threading.Event()
        self.stop_code = ""
        self.status = "PROVISIONING"
        container: Any = self.containers[0]
        container.exitCode = None  # moto says 0 from the start

    def release_network(self) -> None:
        """Gives back the network interface, without which the subnet cannot be deleted."""
        interfaces = ec2_backends[self._account_id][self.region_name].enis
        attachments: Any = self.attachments
        for attachment in attachments:
            for detail in attachment["details"]:
                if detail["name"] == "networkInterfaceId":
                    interfaces.pop(detail["value"], None)

    @property
    def status(self) -> Any:
        """ECS's `lastStatus`."""
        return self._status

    @status.setter
    def status(self, value: str) -> None:
        self._status = value
