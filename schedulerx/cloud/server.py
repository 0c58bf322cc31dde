"""The rehearsal cloud as one object: `with RehearsalCloud(state) as cloud: …`.

moto keeps its state in the process, so a process holds one cloud at a time. Logs and the database
lie in the state folder; buckets, queues and executions live in memory and end with the process.
"""

from __future__ import annotations

import errno
import logging
import os
import shlex
import socket
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from unittest import mock

from moto.core.base_backend import BackendDict
from moto.core.config import default_user_config
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

import schedulerx
from schedulerx.cloud import bootstrap, corrections, database
from schedulerx.cloud.clock import Clock, WallClock
from schedulerx.cloud.host import ACCOUNT, REGION, Host, Narrator, silent
from schedulerx.errors import ConfigurationError
from schedulerx.settings import environment

if TYPE_CHECKING:
    from schedulerx.cloud.database import Database

ADDRESS = "127.0.0.1"
KEPT_VARIABLES = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "USER",
    "TMPDIR",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
)
_one_at_a_time = threading.Lock()


class RehearsalCloud:
    """moto behind `http://localhost:PORT`, corrected, with PostgreSQL beside it.

    `port` 0 takes a free one. Entering starts everything, leaving ends everything.
    """

    def __init__(
        self,
        state: Path,
        port: int = 0,
        *,
        clock: Clock | None = None,
        say: Narrator = silent,
        root: Path | None = None,
        database: bool = True,
    ) -> None:
        self.state = state.resolve()
        self.clock = clock or WallClock()
        self.database: Database | None = None
        self._port = port
        self._say = say
        self._root = root or Path(schedulerx.__file__).resolve().parent.parent
        self._with_database = database
        self._host: Host | None = None

    @property
    def endpoint_url(self) -> str:
        """Where clients connect. The name `localhost` matters: moto knows its own URLs by it."""
        return f"http://localhost:{self._port}"

    def environment(self) -> dict[str, str]:
        """What a client exports to talk to this cloud and to no other."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_DEFAULT_ACCOUNT": ACCOUNT,
            "CDK_DEFAULT_REGION": REGION,
            "NO_PROXY": "localhost,127.0.0.1",
            "no_proxy": "localhost,127.0.0.1",
        }

    def __enter__(self) -> Self:
        if not _one_at_a_time.acquire(blocking=False):
            raise ConfigurationError(
                "A rehearsal cloud already runs in this process: close it before opening another."
            )
        listener = self._listen()
        host = self._host = self._make_host()
        host.undo.callback(_one_at_a_time.release)
        try:
            self._start(host, listener)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends tasks, warm functions, database and server; forgets what the cloud held."""
        host, self._host = self._host, None
        if host is not None:
            host.stopping.set()
            host.undo.close()

    def wait_ready(self) -> Self:
        """Returns once the cloud answers requests (entering already waited)."""
        assert self._host is not None, "enter the cloud first"
        self._host.client("sts").get_caller_identity()
        return self

    def wait(self) -> None:
        """Blocks until `close` or a signal handler sets the cloud stopping."""
        assert self._host is not None, "enter the cloud first"
        self._host.stopping.wait()

    def stop(self) -> None:
        """Makes `wait` return. Safe in a signal handler."""
        if self._host is not None:
            self._host.stopping.set()

    def _listen(self) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, self._port))
        except OSError as error:
            listener.close()
            _one_at_a_time.release()
            reason = "is taken" if error.errno == errno.EADDRINUSE else f"is refused: {error}"
            raise ConfigurationError(
                f"Port {self._port} {reason}. Stop what uses it, or choose another: --port 0 takes "
                "a free one."
            ) from error
        listener.listen(128)
        self._port = listener.getsockname()[1]
        return listener

    def _make_host(self) -> Host:
        inherited = environment(None)
        return Host(
            root=self._root,
            state=self.state,
            endpoint_url=self.endpoint_url,
            python=sys.executable,
            environment=self.environment(),
            base_environment={k: inherited[k] for k in KEPT_VARIABLES if k in inherited},
            say=self._say,
        )

    def _start(self, host: Host, listener: socket.socket) -> None:
        (self.state / "logs").mkdir(parents=True, exist_ok=True)
        _log_to(host)
        _configure_moto(host, self._port)
        endpoints = corrections.install(host, self.clock)
        _serve(host, listener, endpoints)
        bootstrap.prepare(host)
        if self._with_database:
            host.database = self.database = database.start(self.state / "database", host.undo)
            bootstrap.keep_secret(host, self.database)
        self._write_environment()

    def _write_environment(self) -> None:
        lines = [f"export {k}={shlex.quote(v)}" for k, v in self.environment().items()]
        lines.append(f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"')
        lines.append("unset AWS_PROFILE AWS_SESSION_TOKEN")
        (self.state / "environment").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _log_to(host: Host) -> None:
    """Moto's and werkzeug's messages go to a file: the terminal is for runs."""
    handler = logging.FileHandler(host.state / "logs" / "cloud.log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    host.undo.callback(handler.close)
    for name in ("moto", "werkzeug"):
        logger = logging.getLogger(name)
        host.patch(logger, "propagate", False)  # noqa: FBT003  (an attribute's value)
        logger.addHandler(handler)
        host.undo.callback(logger.removeHandler, handler)


def _configure_moto(host: Host, port: int) -> None:
    host.undo.callback(BackendDict.reset)
    host.undo.enter_context(mock.patch.dict(os.environ, {"MOTO_PORT": str(port)}))
    settings: dict[str, Any] = {
        "stepfunctions": {"execute_state_machine": True},
        "lambda": {"use_docker": False},
    }
    host.undo.enter_context(mock.patch.dict(default_user_config, settings))


def _serve(host: Host, listener: socket.socket, endpoints: Any) -> None:
    application = endpoints.around(DomainDispatcherApplication(create_backend_app))
    server = make_server(
        ADDRESS,
        0,
        application,
        threaded=True,
        request_handler=MotoRequestHandler,
        fd=listener.detach(),
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="moto", daemon=True)
    thread.start()
    host.undo.callback(server.server_close)
    host.undo.callback(server.shutdown)
