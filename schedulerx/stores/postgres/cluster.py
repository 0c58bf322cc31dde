"""A PostgreSQL cluster in a folder: made once, started, found ready, stopped.

The server holds `server.lock` through a descriptor it inherits. The lock is free when no server
process lives, whatever `postmaster.pid` says: after a crash of the machine, with a recycled
process id, or from within another container.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from schedulerx import locks
from schedulerx.errors import ConfigurationError
from schedulerx.stores.postgres.programs import Account, programs, server_account

SUPERUSER = "postgres"
PORT = 5432  # names the socket's file; nothing listens on the network
SOCKET = f".s.PGSQL.{PORT}"
_SHORT = ("/tmp", "/var/tmp")  # noqa: S108  (a folder of our own is made in it, for us alone)
_LONGEST = Path("schedulerx-12345678") / "data"  # an alias in a folder for temporary files
SOCKET_PATH_MAX = 103  # bytes; macOS allows 103, Linux 107

# Small and durable: fsync and synchronous_commit stay on. The log names no person: statements and
# the details of errors stay out of it.
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "16MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_parallel_workers_per_gather": "0",  # shared memory of containers is often 64 MB
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


class Cluster:
    """The server of one folder. `data/` in it belongs to the account the server runs as."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.log = folder / "server.log"
        self._lock = folder / "server.lock"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def create(self, lock: int) -> None:
        """Makes the cluster, whole or not at all; silent where there is one. What makes it holds
        the caller's lock with it: who comes after a kill waits until nothing is written any more.
        """
        account = server_account(self.data)
        if self.data.exists():
            self._check_owner(account)
            return
        fresh = self._folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)  # a creation that was killed
        fresh.mkdir(mode=0o700)
        _hand_over(fresh, account)
        made = self._run("initdb", fresh, account, *_INITDB, keep=(lock,))
        if made.wait() != 0:
            raise self._failure("could not be created")
        fresh.rename(self.data)

    def _check_owner(self, account: Account | None) -> None:
        owner = self.data.stat().st_uid
        if account is None and owner != os.geteuid():
            raise ConfigurationError(
                f"The database in {self.data} belongs to user {owner}: run as that user, choose "
                "another artifact folder, or name a database with DB_PROFILE."
            )
        if account is not None and owner == 0:  # copied by root
            _hand_over(self.data, account)

    def launch(self) -> bool:
        """Starts the server unless one lives; whether it did."""
        lock = locks.open_lock(self._lock)
        try:
            if not locks.try_exclusive(lock):
                return False
            for stale in ("postmaster.pid", f"{SOCKET}.lock"):  # of a server that is no more
                (self.data / stale).unlink(missing_ok=True)
            options = [
                word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")
            ]
            account = server_account(self.data)
            self._process = self._run("postgres", self.data, account, *options, keep=(lock,))
            return True
        finally:
            os.close(lock)

    def check(self) -> None:
        """Raises ConfigurationError when the server that was launched has ended."""
        if self._process is not None and self._process.poll() is not None:
            raise self._failure("did not start")

    def ready(self, socket_folder: Path) -> bool:
        """Whether it accepts connections."""
        conninfo = make_conninfo(host=os.fspath(socket_folder), port=PORT, user=SUPERUSER)
        return PGconn.ping(conninfo.encode()) == Ping.OK

    def stop(self) -> None:
        """Stops the server and waits until every process of it has ended."""
        lines = self._pid_lines()
        if lines and _works_in(int(lines[0]), self.data):
            os.kill(int(lines[0]), signal.SIGINT)  # fast shutdown: open transactions roll back
            with locks.exclusive(self._lock):
                pass
        if self._process is not None:
            self._process.wait()

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _run(
        self,
        program: str,
        data: Path,
        account: Account | None,
        *words: str,
        keep: tuple[int, ...] = (),
    ) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603  (our own program, no shell)
                [os.fspath(programs(account) / program), "-D", _data_argument(data), *words],
                cwd=data,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=keep,
                start_new_session=True,  # Ctrl-C at the terminal is for us, not for the server
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )

    def _failure(self, what: str) -> ConfigurationError:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        return ConfigurationError(
            f"The embedded PostgreSQL in {self._folder} {what}: {' | '.join(lines) or 'no output'}"
            f". See {self.log}, or name a database with DB_PROFILE."
        )


_INITDB = (f"--username={SUPERUSER}", "--auth=trust", "--encoding=UTF8", "--no-locale")


def _data_argument(data: Path) -> str:
    """The folder as PostgreSQL is to be told. Under another account it cannot pass through root's
    private folders, but it can always reach its own working directory.
    """
    return "/proc/self/cwd" if sys.platform == "linux" else os.fspath(data)


def _hand_over(folder: Path, account: Account | None) -> None:
    if account is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _works_in(pid: int, data: Path) -> bool:
    """Whether the process is the server of this folder, where the machine tells (Linux)."""
    link = Path(f"/proc/{pid}/cwd")
    try:
        return not Path("/proc/self/cwd").exists() or link.samefile(data)
    except OSError:
        return False


def socket_alias(data: Path) -> Path:
    """A name of the socket's folder that libpq takes: short, and free of its separators.

    Raises:
        ConfigurationError: no folder for temporary files has a name short enough.
    """
    if _fits(data):
        return data
    for place in dict.fromkeys((tempfile.gettempdir(), *_SHORT)):
        if _fits(Path(place) / _LONGEST) and os.access(place, os.W_OK | os.X_OK):
            alias = Path(tempfile.mkdtemp(prefix="schedulerx-", dir=place)) / "data"
            alias.symlink_to(data)
            return alias
    raise ConfigurationError(
        f"The path of {data} is too long for the database's socket, and so is that of "
        f"{tempfile.gettempdir()}: choose an artifact folder with a shorter path, or set TMPDIR."
    )


def _fits(folder: Path) -> bool:
    text = os.fspath(folder)
    is_plain = text.isprintable() and "," not in text
    return is_plain and len(os.fsencode(folder / SOCKET)) < SOCKET_PATH_MAX
