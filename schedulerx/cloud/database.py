"""The rehearsal's PostgreSQL: the embedded server, in the state folder."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from schedulerx.stores.postgres.embedded import start_embedded


@dataclass(frozen=True)
class Database:
    """The fields of an RDS secret. `host` is the folder of a Unix socket."""

    engine: str
    host: str
    port: int
    username: str
    password: str
    dbname: str


def start(folder: Path, undo: ExitStack) -> Database:
    """Starts the server; `undo` stops it."""
    server = start_embedded(folder)
    undo.callback(server.stop)
    profile = server.profile
    return Database(
        engine="postgres",
        host=profile.host,
        port=int(profile.port),
        username=profile.user,
        password=profile.password or "rehearsal",  # the socket trusts this user; any value passes
        dbname=profile.dbname,
    )
