"""Fixtures every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest

from schedulerx.stores.postgres.embedded import start_embedded
from schedulerx.stores.postgres.migrations import migrate
from schedulerx.stores.postgres.profiles import Profile
from tests import temporary
from tests.posts.platforms.bluesky_server import bluesky_server

# Nothing here asserts how long something takes: a busy machine is no failure.
hypothesis.settings.register_profile(
    "exploring", deadline=None, derandomize=False,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)  # fmt: skip
# What `make test` proves it proves again: it tries the same examples each time, and a change fails
# by what it changed alone. New examples are looked for where somebody can look at what they break:
# by `pytest` as it is typed.
hypothesis.settings.register_profile(
    "repeatable", hypothesis.settings.get_profile("exploring"), derandomize=True, database=None
)
hypothesis.settings.load_profile("exploring")

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    temporary.prefer_memory()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests go first: one that begins last runs on alone while a worker idles."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session", autouse=True)
def temporary_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What programs leave behind in temporary files goes with the session."""
    temporary.keep_to(tmp_path_factory.mktemp("tmp"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the repository: corpora with truth, specifications, tools."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: the corpora with truth are not part of this repository")
    return folder


@pytest.fixture(scope="session")
def pds(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Bluesky server; the first test to ask waits until it is installed."""
    folder = tmp_path_factory.mktemp("pds")
    with bluesky_server(shared / "tools" / "bluesky-pds", folder) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    """A PostgreSQL server with a migrated database to copy."""
    with start_embedded(tmp_path_factory.mktemp("postgres")) as server:
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # no test cuts the power
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE migrated")
        migrate(replace(server.profile, dbname="migrated"))
        yield server.profile


@pytest.fixture
def postgres(postgres_server: Profile) -> Iterator[Profile]:
    """A migrated database of this test's own; `.conninfo()` is its libpq connection string."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_server.conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        yield replace(postgres_server, dbname=name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
