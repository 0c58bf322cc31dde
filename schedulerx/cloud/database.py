"""The rehearsal's PostgreSQL: the embedded server, in the state folder."""

from __future__ import annotations

from dataclasses import dataclass

from schedulerx.cloud.host import Host
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


def start(host: Host) -> Database:
    """Starts the server; it stops when the cloud closes."""
    server = start_embedded(host.state / "database")
    host.undo.callback(server.stop)
    profile = server.profile
    return Database(
        engine="postgres",
        host=profile.host,
        port=int(profile.port),
        username=profile.user,
        password=profile.password or "rehearsal",  # the socket trusts this user; any value passes
        dbname=profile.dbname,
    )
