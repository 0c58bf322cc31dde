"""The PostgreSQL server is killed, really, between the two marks of a post."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from schedulerx.posts.http import Http, Request, Response
from schedulerx.posts.means import HOLD
from schedulerx.posts.model import State
from schedulerx.posts.runner import Runner
from schedulerx.posts.tally import Tally
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.embedded import EmbeddedServer, start_embedded
from schedulerx.stores.postgres.migrations import migrate
from schedulerx.stores.postgres.patience import Patience
from schedulerx.stores.postgres.post_ledger import PostgresLedger
from tests.posts.test_once import Once


class Server:
    """A server that can be killed and started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begun: list[EmbeddedServer] = []
        self.start()
        migrate(self.running.profile)

    @property
    def running(self) -> EmbeddedServer:
        """The one that was started last."""
        return self._begun[-1]

    def kill(self) -> None:
        """As somebody does who pulls the plug. The processes that serve connections go too: they
        outlive the one that began them by a moment, in which one could still commit.
        """
        server = int((self._folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        with psycopg.connect(self.running.dsn) as connection:
            rows = connection.execute("SELECT pid FROM pg_stat_activity").fetchall()
        for pid in (server, *(pid for (pid,) in rows)):
            with suppress(ProcessLookupError):  # the query's own has ended
                os.kill(pid, signal.SIGKILL)

    def restart(self) -> None:
        self.kill()
        self.start()

    def start(self) -> None:
        self._begun.append(start_embedded(self._folder))

    def stop(self) -> None:
        """Each that was begun holds the server: the last to let go stops it."""
        for begun in self._begun:
            begun.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = Server(tmp_path_factory.mktemp("killed"))
    yield found
    found.stop()


@contextmanager
def opened(server: Server) -> Iterator[Database]:
    found = Database(server.running.profile)
    found.open()
    yield found
    found.close()


@dataclass(frozen=True)
class Wire:
    """The platform acts, and before its answer something happens to the database."""

    http: Http
    happens: Callable[[], None]

    def send(self, request: Request) -> Response:
        answer = self.http.send(request)
        self.happens()
        return answer


def run_due(world: Once, happens: Callable[[], None]) -> Tally:
    publisher = replace(world.publisher, http=Wire(world.publisher.http, happens))
    runner = Runner(
        publisher, world.ledger, lambda: world.now, world.wait_s, timedelta(minutes=1), threads=1
    )
    return runner.run_due("run", lambda *_: None)


def test_a_server_that_is_killed_and_comes_back_costs_nothing(server: Server) -> None:
    with opened(server) as database:
        world = Once(database, "bare")
        tally = run_due(world, server.restart)
        assert tally.states[State.POSTED] == 1
        target = world.work().target
    assert (target.state, target.attempt) == (State.POSTED, 1)
    assert world.server.visible == [str(world.target)]


def test_a_server_that_stays_away_is_told_with_the_answer_and_what_to_do(server: Server) -> None:
    with opened(server) as database:
        world = Once(database, "bare")
        world.ledger.patience = Patience(waits=())

        def kill() -> None:
            server.kill()
            database._pool.timeout = 0.5

        tally = run_due(world, kill)
    assert tally.ended_by is not None
    (defect,) = tally.defects
    assert f"went out: {world.target}" in defect
    assert re.search(rf"schedulerx posts resolve \w{{8}} --posted {world.target}$", defect), defect
    server.start()
    with opened(server) as database:
        ledger = PostgresLedger(database)
        assert ledger.expire(world.now + HOLD * 2).unknown == (world.target,)
    assert world.server.visible == [str(world.target)]
