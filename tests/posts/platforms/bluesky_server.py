"""A real Bluesky server (@atproto/pds), installed once a user and started for who asks."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from schedulerx.locks import exclusive

PASSWORD = "a-password"
_PORTS = ("2582", "2583")  # of the directory of names and of the server, in its script
_NODES = (20, 22)  # the server's native modules are built for these


@contextmanager
def bluesky_server(source: Path, folder: Path) -> Iterator[str]:
    """The address of a server of the caller's own, its files in the folder. Skips with the reason
    where there can be none.
    """
    runtime = _node()
    (folder / "node_modules").symlink_to(_installed(source / "package.json", runtime))
    script, directory, server = (source / "server.mjs").read_text(), *_free_ports()
    for fixed, free in zip(_PORTS, (directory, server), strict=True):
        assert fixed in script
        script = script.replace(fixed, free)
    (folder / "server.mjs").write_text(script)
    with _started(runtime, folder):
        yield f"http://127.0.0.1:{server}"


def new_account(address: str) -> str:
    """The handle of a new account; its password is `PASSWORD`."""
    handle = f"u{os.urandom(5).hex()}.test"
    made = httpx.post(
        f"{address}/xrpc/com.atproto.server.createAccount",
        json={"email": f"{handle}@example.org", "handle": handle, "password": PASSWORD},
        timeout=60,
    )
    assert made.status_code == 200, made.text
    return handle


def asked(address: str, method: str, **query: str) -> httpx.Response:
    """What everybody can read of the server."""
    return httpx.get(f"{address}/xrpc/{method}", params=query, timeout=60)


def _free_ports() -> tuple[str, str]:
    with ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in _PORTS]
        one, other = (str(probe.getsockname()[1]) for probe in probes)
        return one, other


def _node() -> str:
    for found in filter(None, (shutil.which("node"), "/usr/bin/node")):
        if not Path(found).exists():
            continue
        told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
        if told.stdout.startswith(tuple(f"v{major}." for major in _NODES)):
            return found
    pytest.skip(f"no Node {' or '.join(map(str, _NODES))} is installed: the server needs one")


def _installed(wanted: Path, runtime: str) -> Path:
    """The folder of what the server needs, installed once for every checkout of this user."""
    key = sha256(wanted.read_bytes() + os.fsencode(Path(runtime).resolve())).hexdigest()[:16]
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "schedulerx-tests" / f"bluesky-pds-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / "install.lock"):
        if not (folder / "installed").exists():
            shutil.copyfile(wanted, folder / wanted.name)
            _install(folder, runtime)
            (folder / "installed").touch()
    return folder / "node_modules"


def _install(folder: Path, runtime: str) -> None:
    npm = Path(runtime).parent / "npm"
    if not npm.exists():
        pytest.skip(f"{npm} is absent: the Bluesky server cannot be installed")
    # Most of the time goes into compiling SQLite; for a few tests it need not be optimised.
    quickly = {"CFLAGS": "-O0", "CXXFLAGS": "-O0"}
    done = subprocess.run(
        ["timeout", "800", npm, "install", "--no-audit", "--no-fund", "--silent"],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, **quickly, "PATH": f"{Path(runtime).parent}:{os.environ['PATH']}"},
    )  # fmt: skip
    if done.returncode:
        pytest.skip(
            "the Bluesky server cannot be installed: npm ended with "
            f"{done.returncode} (124: not within 800 s) {done.stderr[-300:]}"
        )


@contextmanager
def _started(runtime: str, folder: Path) -> Iterator[None]:
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
        server.communicate()
