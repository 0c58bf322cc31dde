"""`schedulerx db`: the profiles found, migrations, what a database holds, a prompt to ask it."""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from schedulerx.compose.layout import ArtifactFolder
from schedulerx.errors import ConfigurationError
from schedulerx.settings import environment
from schedulerx.stores.postgres.embedded import start_embedded
from schedulerx.stores.postgres.migrations import migrate
from schedulerx.stores.postgres.profiles import (
    CHOICE,
    EMBEDDED,
    SCHEMA,
    Found,
    Profile,
    choose,
    find_profiles,
    unchosen_note,
)
from schedulerx.stores.postgres.programs import programs
from schedulerx.stores.postgres.revision import NEWEST
from schedulerx.stores.postgres.status import Status, status

HIDDEN = "********"


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the subcommand."""
    parser = subparsers.add_parser(
        "db",
        help="database profiles, migrations, status",
        description="The database: one of the profiles in the environment and .env, chosen by "
        f"{CHOICE}, or the embedded PostgreSQL of an artifact folder.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    profiles = actions.add_parser("profiles", help="list the profiles, passwords hidden")
    profiles.set_defaults(func=list_profiles)
    for name, help_text, function in (
        ("migrate", "bring the schema to the revision this version needs", run_migrate),
        ("status", "show the server, the revision and the rows", run_status),
        ("shell", "open psql in the schema", run_shell),
    ):
        action = actions.add_parser(name, help=help_text, description=f"{help_text.capitalize()}.")
        action.add_argument("--profile", metavar="NAME", help=f"instead of {CHOICE}")
        action.add_argument(
            "--artifact_dir", type=Path, metavar="RESULTS", help="whose embedded database to use"
        )
        action.set_defaults(func=function)


def list_profiles(_arguments: argparse.Namespace) -> int:
    """`db profiles`."""
    env = environment()
    console = Console(highlight=False)
    chosen = env.get(CHOICE, "").strip().upper() or EMBEDDED
    table = Table("", "Profile", "Schema", "Where and state")
    for column in table.columns:
        column.overflow = "fold"
    for name, found in {**find_profiles(env), EMBEDDED: None}.items():
        mark = "→" if name == chosen else ""
        table.add_row(mark, name, *(Text(cell) for cell in _cells(found)))
    console.print(table)
    if note := unchosen_note(env):
        console.print(Text(note))
    choose(env)  # says so where the chosen one is unknown or incomplete
    return 0


def _cells(found: Found | None) -> tuple[str, ...]:
    if found is None:
        return SCHEMA, "in RESULTS/database, ready"
    if not isinstance(found, Profile):
        return "", f"incomplete: {'; '.join(found.problems)}"
    password = f":{HIDDEN}" if found.password else ""
    return found.schema, f"{found.user}{password}@{found.host}:{found.port}/{found.dbname}"


def run_migrate(arguments: argparse.Namespace) -> int:
    """`db migrate`."""
    with _database(arguments) as profile:
        revision = migrate(profile)
        Console(highlight=False).print(
            Text(f"Profile {profile.name}: schema {profile.schema} is at revision {revision}.")
        )
    return 0


def run_status(arguments: argparse.Namespace) -> int:
    """`db status`."""
    with _database(arguments) as profile:
        found = status(profile)
        Console(highlight=False).print(_status_table(profile, found))
    return 0


def _status_table(profile: Profile, found: Status) -> Table:
    behind = "" if found.revision == NEWEST else f", needs {NEWEST}: run `schedulerx db migrate`"
    table = Table("Profile", profile.name)
    rows = {
        "Server": f"PostgreSQL {found.server}, {profile.place()}",
        "Schema": profile.schema,
        "Revision": f"{found.revision or 'none'}{behind}",
        "Size": f"{found.bytes / 1e6:,.1f} MB",
        "Instance": found.instance_id or "none",
        **{f"Rows in {name}": f"{rows:,}" for name, rows in found.rows.items()},
    }
    for name, value in rows.items():
        table.add_row(name, Text(value))
    return table


def run_shell(arguments: argparse.Namespace) -> int:
    """`db shell`: psql of the wheel; the password goes by the environment, not the command line."""
    with _database(arguments) as profile:
        env = {
            **os.environ,
            "PGHOST": profile.host,
            "PGPORT": str(profile.port),
            "PGUSER": profile.user,
            "PGDATABASE": profile.dbname,
            "PGPASSWORD": profile.password,
            "PSQLRC": os.devnull,
        }
        if profile.sslmode is not None:
            env["PGSSLMODE"] = profile.sslmode
        if profile.sslrootcert is not None:
            env["PGSSLROOTCERT"] = profile.sslrootcert
        schema = profile.schema.replace('"', '""')
        words = [os.fspath(programs(None) / "psql"), "--quiet", "--set=HISTFILE=/dev/null"]
        words += ["--command", f'SET search_path TO "{schema}"', "--file=-"]
        return subprocess.run(words, env=env, check=False).returncode  # noqa: S603  (the wheel's psql)


@contextmanager
def _database(arguments: argparse.Namespace) -> Iterator[Profile]:
    """The profile meant; the embedded server runs for the time of the context."""
    env = environment()
    if arguments.profile:
        env[CHOICE] = arguments.profile
    profile = choose(env)
    if profile is not None:
        yield profile
        return
    if arguments.artifact_dir is None:
        raise ConfigurationError(
            "Say which database: --artifact_dir RESULTS for the embedded one of a run, or "
            f"--profile (or {CHOICE}) for one of `schedulerx db profiles`."
        )
    folder = ArtifactFolder(arguments.artifact_dir.resolve())
    if not folder.artifacts.is_dir():
        raise ConfigurationError(
            f"{folder.root} holds no results: name the artifact folder of a run."
        )
    with start_embedded(folder.database) as server:
        yield server.profile
