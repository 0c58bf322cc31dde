"""Gap: moto's Fargate `RunTask` fails on container definitions without memory.

`RunTask`, `StopTask` and the task itself are replaced by ones over real processes (`ecs_tasks`).
"""

from __future__ import annotations

import threading
from typing import Any

from schedulerx.cloud.ecs_tasks import Runs, camel_case
from schedulerx.cloud.host import Host


def install(host: Host) -> Runs:
    """Makes tasks real."""
    from moto.ec2.models.elastic_network_interfaces import NetworkInterface
    from moto.ecs.models import EC2ContainerServiceBackend

    runs = Runs(host)
    host.undo.callback(runs.close)
    task_class = _task_class()

    def run_task(
        self: Any,
        cluster_str: str,
        task_definition_str: str,
        count: int,
        overrides: dict[str, Any] | None,
        started_by: str,
        tags: Any,
        launch_type: str | None,
        networking_configuration: dict[str, Any] | None = None,
        group: str | None = None,
        *unused: Any,
        **_: Any,
    ) -> list[Any]:
        cluster = self._get_cluster(cluster_str)
        definition = self.describe_task_definition(task_definition_str)
        return [
            _start(
                runs,
                self,
                task_class(
                    cluster=cluster,
                    task_definition=definition,
                    container_instance_arn=None,
                    resource_requirements={},
                    backend=self,
                    group=group or f"family:{definition.family}",
                    overrides=overrides or {},
                    started_by=started_by or "",
                    tags=tags or [],
                    launch_type=launch_type or "FARGATE",
                    networking_configuration=_network(networking_configuration),
                ),
                definition,
            )
            for _ in range(count)
        ]

    def stop_task(self: Any, cluster_str: str, task_str: str, reason: str) -> Any:
        cluster = self._get_cluster(cluster_str)
        identifier = task_str.rpartition("/")[2]
        for arn, task in self.tasks.get(cluster.name, {}).items():
            if arn.endswith(identifier):
                runs.stop(task, reason or "Task stopped by user")
                return task
        from moto.ecs.exceptions import InvalidParameterException

        raise InvalidParameterException("The referenced task was not found.")

    host.patch(NetworkInterface, "private_dns_name", "")  # read, never set, without DNS host names
    host.patch(EC2ContainerServiceBackend, "run_task", run_task)
    host.patch(EC2ContainerServiceBackend, "stop_task", stop_task)
    return runs


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


def _task_class() -> Any:
    from moto.ecs.models import Task

    class ProcessTask(Task):  # type: ignore[misc,unused-ignore]  # moto is untyped here
        """A task whose status is its process's, not the number of times it was looked at."""

        def __init__(self, **fields: Any) -> None:
            super().__init__(**fields)
            self.finished = threading.Event()
            self.stop_code = ""
            self.status = "PROVISIONING"
            self.containers[0].exitCode = None

        @property
        def status(self) -> Any:
            """ECS's `lastStatus`."""
            return self._status

        @status.setter
        def status(self, value: str) -> None:
            self._status = value

    return ProcessTask
