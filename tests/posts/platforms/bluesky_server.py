"""A real Bluesky server (@atproto/pds), installed once and started for who asks."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from schedulerx.locks import exclusive

PDS = "http://127.0.0.1:2583"
PASSWORD = "a-password"
_PORTS = (2582, 2583)  # of the directory of names and of the server, as its script has them
_NODES = (20, 22)  # the server's native modules are built for these
_FILES = ("package.json", "server.mjs")


@contextmanager
def bluesky_server(source: Path, folder: Path) -> Iterator[str]:
    """The server's address. Its ports are fixed, so that tests take turns; one that runs already,
    another checkout's, is shared. Skips with the reason where there can be none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / "turn.lock"):
        if _is_running():
            yield PDS
            return
        with _started(_node(), _installed(source, folder, _node())):
            yield PDS


def new_account() -> str:
    """The handle of a new account; its password is `PASSWORD`."""
    handle = f"u{os.urandom(5).hex()}.test"
    made = httpx.post(
        f"{PDS}/xrpc/com.atproto.server.createAccount",
        json={"email": f"{handle}@example.org", "handle": handle, "password": PASSWORD},
    )
    assert made.status_code == 200, made.text
    return handle


def _node() -> str:
    for found in filter(None, (shutil.which("node"), "/usr/bin/node")):
        if not Path(found).exists():
            continue
        told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
        if told.stdout.startswith(tuple(f"v{major}." for major in _NODES)):
            return found
    pytest.skip(f"no Node {' or '.join(map(str, _NODES))} is installed: the server needs one")


def _installed(source: Path, folder: Path, runtime: str) -> Path:
    """The server with what it needs, installed once and kept."""
    if not (folder / "installed").exists():
        for name in _FILES:
            shutil.copyfile(source / name, folder / name)
        npm = Path(runtime).parent / "npm"
        if not npm.exists():
            pytest.skip(f"{npm} is absent: the Bluesky server cannot be installed")
        done = subprocess.run(
            ["timeout", "800", npm, "install", "--no-audit", "--no-fund", "--silent"],
            cwd=folder, capture_output=True, text=True, check=False,
            env={**os.environ, "PATH": f"{Path(runtime).parent}:{os.environ['PATH']}"},
        )  # fmt: skip
        if done.returncode:
            pytest.skip(
                "the Bluesky server cannot be installed: npm ended with "
                f"{done.returncode} (124: not within 800 s) {done.stderr[-300:]}"
            )
        (folder / "installed").touch()
    return folder


@contextmanager
def _started(runtime: str, folder: Path) -> Iterator[None]:
    taken = [port for port in _PORTS if _is_taken(port)]
    if taken:
        pytest.skip(f"port {taken[0]} is taken by something else")
    server = subprocess.Popen(
        [runtime, "server.mjs"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        if not any(line.startswith("ready") for line in server.stdout):
            pytest.skip("the Bluesky server does not start here")
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_running() -> bool:
    try:
        told = httpx.get(f"{PDS}/xrpc/com.atproto.server.describeServer", timeout=5).json()
        return ".test" in told["availableUserDomains"]
    except (httpx.HTTPError, ValueError, KeyError):
        return False
