"""What every correction is handed: where state lies, how to patch, what to tell the operator."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from unittest import mock

import boto3
from botocore.config import Config

from schedulerx.cloud.database import Database

ACCOUNT = "123456789012"  # moto's default account
REGION = "us-east-1"


class Narrator(Protocol):
    """Says one line to the operator."""

    def __call__(self, line: str, /) -> None:
        """`line` may hold rich markup."""


def silent(line: str) -> None:
    """Says nothing."""


@dataclass
class Host:
    """The running cloud as its corrections see it.

    `root` is the repository whose handlers and worker run; `environment` what clients export;
    `python` the interpreter they run under. Patches and threads end with `undo`.
    """

    root: Path
    state: Path
    endpoint_url: str
    python: str
    environment: dict[str, str]
    base_environment: dict[str, str]
    say: Narrator
    database: Database | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    undo: ExitStack = field(default_factory=ExitStack)
    _told: set[str] = field(default_factory=set)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _making: threading.Lock = field(default_factory=threading.Lock)

    def patch(self, owner: object, name: str, value: object) -> None:
        """Replaces, or adds, an attribute of moto until the cloud closes."""
        self.undo.enter_context(mock.patch.object(owner, name, value, create=True))

    def say_once(self, line: str) -> None:
        """Says a line the first time only."""
        if line not in self._told:
            self._told.add(line)
            self.say(line)

    def client(self, service: str, region: str = REGION) -> Any:
        """A boto3 client of this cloud, independent of the caller's own AWS settings; kept."""
        with self._making:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._new_client(service, region)
            return self._clients[service, region]

    def _new_client(self, service: str, region: str) -> Any:
        return boto3.session.Session().client(
            service,
            region_name=region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            config=Config(max_pool_connections=64),
        )

    def thread(self, target: Any, name: str) -> None:
        """Runs a loop that watches `stopping`; joined when the cloud closes."""
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        self.undo.callback(thread.join, 5)
