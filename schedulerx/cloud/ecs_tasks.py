"""Gap: moto's ECS keeps tasks as records that advance when looked at, and runs nothing.

Here a task is a process: the container's command (`python -m containers.worker.worker` unless the
definition names one) with its environment, secrets and overrides, in the repository. It ends
`STOPPED` with the container's exit code. As many run at once as the machine has cores; the others
wait in `PROVISIONING`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from schedulerx.cloud.host import Host

DEFAULT_COMMAND = ("python", "-m", "containers.worker.worker")
STOP_SECONDS = 5.0  # between SIGTERM and SIGKILL; ECS gives 30


class Runs:
    """The processes of the running tasks."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._cores = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
        self._lock = threading.Lock()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stopped: set[str] = set()

    def start(self, task: Any, definition: Any) -> None:
        """Begins the task in the background."""
        arguments = (task, definition)
        threading.Thread(target=self._run, args=arguments, name=task.id, daemon=True).start()

    def stop(self, task: Any, reason: str) -> None:
        """SIGTERM, then SIGKILL to the whole process group; a waiting task never starts."""
        task.stopped_reason = reason
        task.desired_status = "STOPPED"
        task.stop_code = "UserInitiated"
        with self._lock:
            self._stopped.add(task.id)
            process = self._running.get(task.id)
        if process is not None:
            threading.Thread(target=_end, args=(process,), daemon=True).start()

    def close(self) -> None:
        """Ends every process within seconds."""
        with self._lock:
            processes = list(self._running.values())
        for process in processes:
            _signal(process, signal.SIGTERM)
        for process in processes:
            _end(process)

    def _run(self, task: Any, definition: Any) -> None:
        log = self.host.state / "logs" / "ecs" / f"{task.id}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.host.state / "tasks" / task.id
        scratch.mkdir(parents=True)
        try:
            with self._cores, log.open("ab") as output:
                code = self._work(task, definition, output, scratch)
        except Exception as error:  # noqa: BLE001  (told as the task's reason; the cloud lives on)
            code, task.stopped_reason = None, f"CannotStartContainerError: {error}"
        shutil.rmtree(scratch, ignore_errors=True)
        task.release_network()
        _finish(task, code)
        if not self.host.stopping.is_set():
            colour = "green" if code == 0 else "red"
            self.host.say(f"task    {task.id}  [{colour}]exit {code}[/]  {log}")

    def _work(self, task: Any, definition: Any, output: IO[bytes], scratch: Path) -> int | None:
        """Runs the container; its exit code, or None when it was stopped before it began."""
        container = _container(definition, task.overrides)
        command = command_of(container["entryPoint"], container["command"], self.host.python)
        environment = {
            **self.host.base_environment,
            "PATH": f"{Path(self.host.python).parent}:{self.host.base_environment['PATH']}",
            **_secrets(self.host, container),
            **_variables(container.get("environment")),
            **container["overridden"],
            **self.host.environment,
            "TMPDIR": str(scratch),  # whatever volume the container would have mounted
        }
        with self._lock:
            if task.id in self._stopped or self.host.stopping.is_set():
                return None
            self.host.say(f"task    {task.id}  started  {' '.join(command)}")
            process = subprocess.Popen(  # noqa: S603  (the repository's own worker)
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.host.root,
                env=environment,
                start_new_session=True,
            )
            self._running[task.id] = process
        task.started_at = time.time()
        task.last_status = task.containers[0].last_status = "RUNNING"
        code = process.wait()
        with self._lock:
            del self._running[task.id]
        return 128 - code if code < 0 else code  # as a container's runtime reports signals


def command_of(entry_point: list[str], command: list[str], python: str) -> list[str]:
    """The process's command line; arguments alone are the worker's."""
    words = [*entry_point, *command]
    if not words or not words[0].rpartition("/")[2].startswith(("python", "sh", "bash")):
        words = [*DEFAULT_COMMAND, *words]
    return [python, *words[1:]] if words[0].startswith("python") else words


def _container(definition: Any, overrides: dict[str, Any]) -> dict[str, Any]:
    """The essential container with its overrides; keys in camel case whoever wrote them."""
    container: dict[str, Any] = camel_case(definition.container_definitions[0])
    named = camel_case(overrides).get("containerOverrides") or []
    override: dict[str, Any] = next(
        (o for o in named if o.get("name") in (None, container.get("name"))), {}
    )
    return container | {
        "entryPoint": list(container.get("entryPoint") or []),
        "command": list(override.get("command") or container.get("command") or []),
        "overridden": _variables(override.get("environment")),
    }


def camel_case(value: Any) -> Any:
    """`ContainerOverrides` becomes `containerOverrides`, all the way down."""
    if isinstance(value, dict):
        return {k[:1].lower() + k[1:]: camel_case(v) for k, v in value.items()}
    return [camel_case(item) for item in value] if isinstance(value, list) else value


def _variables(pairs: list[dict[str, str]] | None) -> dict[str, str]:
    return {pair["name"]: str(pair["value"]) for pair in pairs or []}


def _secrets(host: Host, container: dict[str, Any]) -> dict[str, str]:
    """Secrets the definition injects: `arn:…:secret:NAME[:KEY::]` or a parameter's ARN."""
    values: dict[str, str] = {}
    for secret in container.get("secrets") or []:
        values[secret["name"]] = _secret(host, secret["valueFrom"])
    return values


def _secret(host: Host, source: str) -> str:
    parts = source.split(":")
    if ":ssm:" in source:
        name = source.partition(":parameter")[2]
        return str(host.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])
    secret = host.client("secretsmanager").get_secret_value(SecretId=":".join(parts[:7]))
    key = parts[7] if len(parts) > 7 else ""
    return str(json.loads(secret["SecretString"])[key] if key else secret["SecretString"])


def _finish(task: Any, code: int | None) -> None:
    task.stopped_at = time.time()
    task.containers[0].last_status = "STOPPED"
    task.containers[0].exit_code = task.containers[0].exitCode = code
    task.desired_status = "STOPPED"
    if not task.stop_code:
        task.stop_code = "TaskFailedToStart" if code is None else "EssentialContainerExited"
    if not task.stopped_reason:
        task.stopped_reason = "Essential container in task exited"
    task.last_status = "STOPPED"
    task.finished.set()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    _signal(process, signal.SIGKILL)
