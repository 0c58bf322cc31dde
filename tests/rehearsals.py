"""A rehearsal cloud as a user has it: `schedulerx cloud`, and commands typed against it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
import pytest

from schedulerx.locks import exclusive
from tests.folder_runs import ROOT, environment

DEPLOY = (
    "npx", "aws-cdk@2", "deploy", "--require-approval", "never", "-c", "database=external",
    "-c", "database_secret=schedulerx/rehearsal-database", "-c", "worker_image=rehearsal",
)  # fmt: skip
NEEDS = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not (ROOT / "node_modules" / "aws-cdk").is_dir(),
        reason="the CDK command line is not installed: run make, which installs it",
    ),
]


def kill_processes(parent: int, word: str) -> int:
    """Kills the children of a process whose command line holds the word; how many there were."""
    killed = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            is_one = word.encode() in path.read_bytes()
            if is_one and f"\nPPid:\t{parent}\n" in (path.parent / "status").read_text():
                os.kill(int(path.parent.name), signal.SIGKILL)
                killed += 1
        except (FileNotFoundError, ProcessLookupError):  # it has ended by itself
            continue
    return killed


class Cloud:
    """A running `schedulerx cloud`, and commands typed against it."""

    def __init__(self, state: Path, *options: str) -> None:
        self.state = state
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "schedulerx.cli", "cloud"),
                *("--port", "0", "--state", str(state), *options),
            ],
            cwd=ROOT,
            env=environment(),
            stdout=(state.parent / "cloud.log").open("wb"),
            stderr=subprocess.STDOUT,
        )
        self.variables = self._variables()

    def _variables(self) -> dict[str, str]:
        """What `source DIR/environment` leaves in a shell."""
        file = self.state / "environment"
        while not file.exists():
            assert self.process.poll() is None, (self.state.parent / "cloud.log").read_text()
            time.sleep(0.1)
        done = subprocess.run(
            ["bash", "-c", 'source "$0" && env -0', file],
            env=environment(),
            capture_output=True,
            check=True,
        )
        pairs = (line.split("=", 1) for line in done.stdout.decode().split("\0") if "=" in line)
        return dict(pairs)

    def type(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            command, cwd=ROOT, env=self.variables, capture_output=True, text=True, check=False
        )

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`python ARGUMENTS` to its end."""
        return self.type(sys.executable, *arguments)

    def deploy(self, *contexts: str) -> None:
        """The stack. Tests take turns, since the CDK locks the folder that it synthesizes into, and
        share that folder because what is zipped already is not zipped again.
        """
        (ROOT / "build").mkdir(exist_ok=True)
        with exclusive(ROOT / "build" / "deploying.lock"):
            deployed = self.type(*DEPLOY, *contexts)
        assert deployed.returncode == 0, deployed.stdout + deployed.stderr

    def client(self, service: str) -> Any:
        """A client of the rehearsal."""
        return boto3.client(
            service,
            endpoint_url=self.variables["AWS_ENDPOINT_URL"],
            region_name=self.variables["AWS_DEFAULT_REGION"],
            aws_access_key_id="rehearsal",
            aws_secret_access_key="rehearsal",
        )

    def outputs(self) -> dict[str, str]:
        """Of the deployed stack."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName="SchedulerX")["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def export(self, kind: str) -> list[dict[str, Any]]:
        """`schedulerx export KIND --stack SchedulerX` as rows."""
        done = self.python("-m", "schedulerx.cli", "export", kind, "--stack", "SchedulerX")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def end(self) -> None:
        """As Ctrl-C ends it."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=240)
