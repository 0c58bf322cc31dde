from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from schedulerx.errors import ConfigurationError
from schedulerx.locks import open_lock, release, try_exclusive
from schedulerx.stores.postgres import cluster, programs
from schedulerx.stores.postgres.cluster import socket_alias
from schedulerx.stores.postgres.embedded import start_embedded

# Starts the server, tells how to connect, and waits to be killed or told to end.
USER = """
import sys, pathlib
from schedulerx.stores.postgres.embedded import start_embedded
server = start_embedded(pathlib.Path(sys.argv[1]))
print(server.dsn, flush=True)
sys.stdin.readline()
"""


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def ask(dsn: str, query: str = "SELECT 1") -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def ask_as(uid: int, folder: Path) -> None:
    os.setgroups([])
    os.setuid(uid)
    with start_embedded(folder / "database") as server:
        assert ask(server.dsn) == 1
        assert (folder / "database" / "data").stat().st_uid == uid


def server_pid(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def is_stopped(folder: Path) -> bool:
    lock = open_lock(folder / "server.lock")
    stopped = try_exclusive(lock)
    release(lock)
    return stopped


def kill_server(folder: Path) -> None:
    os.kill(server_pid(folder), signal.SIGKILL)


def test_a_server_starts_answers_and_stops(tmp_path: Path) -> None:
    with start_embedded(tmp_path) as server:
        assert str(ask(server.dsn, "SHOW server_version")).startswith("18.")
        assert ask(server.dsn, "SHOW fsync") == "on"
    assert is_stopped(tmp_path)


def test_rows_survive_a_restart(tmp_path: Path) -> None:
    with start_embedded(tmp_path) as server, psycopg.connect(server.dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    with start_embedded(tmp_path) as server:
        assert ask(server.dsn, "SELECT n FROM kept") == 7


def test_a_process_that_is_killed_leaves_a_server_that_the_next_one_adopts_and_stops(
    tmp_path: Path,
) -> None:
    with another_process(tmp_path) as killed:
        assert killed.stdout is not None
        assert ask(killed.stdout.readline()) == 1
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    orphan = server_pid(tmp_path)
    with start_embedded(tmp_path) as server:
        assert ask(server.dsn) == 1
        assert server_pid(tmp_path) == orphan
    assert is_stopped(tmp_path)


def test_two_processes_share_a_server_and_the_last_one_stops_it(tmp_path: Path) -> None:
    with start_embedded(tmp_path) as server, another_process(tmp_path) as other:
        assert other.stdout is not None
        other.stdout.readline()
        pid = server_pid(tmp_path)
        other.communicate("\n")
        assert server_pid(tmp_path) == pid
        assert ask(server.dsn) == 1
    assert is_stopped(tmp_path)


def test_the_server_outlives_the_process_that_started_it_while_another_uses_it(
    tmp_path: Path,
) -> None:
    with another_process(tmp_path) as first:
        assert first.stdout is not None
        first.stdout.readline()
        with start_embedded(tmp_path) as server:
            first.communicate("\n")
            assert ask(server.dsn) == 1
    assert is_stopped(tmp_path)


def test_many_processes_that_start_at_once_share_one_server(tmp_path: Path) -> None:
    command = [sys.executable, "-c", USER, str(tmp_path)]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    dsns = {process.stdout.readline() for process in processes if process.stdout}
    assert len(dsns) == 1
    assert ask(dsns.pop()) == 1
    assert [process.communicate("\n") and process.returncode for process in processes] == [0] * 4
    assert is_stopped(tmp_path)


def test_a_stale_pid_file_that_names_a_living_process_is_overcome(tmp_path: Path) -> None:
    names = ("postmaster.pid", ".s.PGSQL.5432.lock")
    with start_embedded(tmp_path):
        texts = {name: (tmp_path / "data" / name).read_text() for name in names}
    for name, text in texts.items():
        stale = "\n".join(["1", *text.splitlines()[1:]]) + "\n"
        (tmp_path / "data" / name).write_text(stale)
    with start_embedded(tmp_path) as server:
        assert ask(server.dsn) == 1


def test_a_server_that_was_killed_recovers_what_was_committed(tmp_path: Path) -> None:
    first = start_embedded(tmp_path)
    with psycopg.connect(first.dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    kill_server(tmp_path)
    with start_embedded(tmp_path) as server:
        assert ask(server.dsn, "SELECT n FROM kept") == 7
    first.stop()
    assert is_stopped(tmp_path)


def test_a_creation_that_was_killed_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "data.new" / "base").mkdir(parents=True)
    with start_embedded(tmp_path) as server:
        assert ask(server.dsn) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the children of a process")
def test_nobody_starts_while_a_creation_outlives_its_killed_process(tmp_path: Path) -> None:
    with another_process(tmp_path) as killed:
        while not (tmp_path / "data.new" / "base").exists():
            time.sleep(0.001)
        (creation,) = children(killed.pid)
        os.kill(creation, signal.SIGSTOP)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    lock = open_lock(tmp_path / "start.lock")
    assert not try_exclusive(lock)
    os.close(lock)
    os.kill(creation, signal.SIGCONT)
    with start_embedded(tmp_path) as server:
        assert ask(server.dsn) == 1
    assert not (tmp_path / "data.new").exists()


@pytest.mark.parametrize("name", ["n" * 200, "a,b", "o'clock \\ here", "naïve café", "b\udcff"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    with start_embedded(tmp_path / name) as server:
        assert ask(server.dsn) == 1


def test_stopping_twice_is_silent(tmp_path: Path) -> None:
    server = start_embedded(tmp_path)
    server.stop()
    server.stop()
    assert is_stopped(tmp_path)


def test_the_socket_is_for_its_owner_alone(tmp_path: Path) -> None:
    with start_embedded(tmp_path):
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_the_log_names_no_values(tmp_path: Path) -> None:
    with start_embedded(tmp_path) as server, psycopg.connect(server.dsn) as connection:
        connection.execute("CREATE TABLE t (name text PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES ('Zaphod')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO t VALUES ('Zaphod')")
    assert "unique constraint" in (tmp_path / "server.log").read_text()
    assert "Zaphod" not in (tmp_path / "server.log").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_root_leaves_the_modes_of_its_private_folders_alone(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with start_embedded(private / "database") as server:
        assert ask(server.dsn) == 1
    assert private.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can copy for another user")
def test_a_database_copied_by_root_starts(tmp_path: Path) -> None:
    with start_embedded(tmp_path / "a"):
        pass
    subprocess.run(["cp", "-r", tmp_path / "a", tmp_path / "b"], check=True)
    with start_embedded(tmp_path / "b") as server:
        assert ask(server.dsn) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_runs_the_server_as_himself() -> None:
    nobody = pwd.getpwnam("nobody")
    if not programs._open_to_all(programs._installed() / "bin"):
        pytest.skip("the virtual environment lies in a private folder")
    with TemporaryDirectory(dir="/tmp") as name:  # the session's folder is private
        os.chown(name, nobody.pw_uid, nobody.pw_gid)
        child = get_context("fork").Process(target=ask_as, args=(nobody.pw_uid, Path(name)))
        child.start()
        child.join()
        assert child.exitcode == 0


def test_a_machine_without_the_wheel_is_told_to_name_a_profile(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(programs, "WHEEL", "no_such_wheel")
    with pytest.raises(ConfigurationError, match="DB_PROFILE=LOCAL_1"):
        start_embedded(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="file/database"):
        start_embedded(tmp_path / "file" / "database")


def test_a_server_that_does_not_start_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(cluster.OPTIONS, "shared_buffers", "many")
    with pytest.raises(ConfigurationError, match="shared_buffers"):
        start_embedded(tmp_path)


def test_programs_out_of_the_accounts_reach_are_copied_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install = tmp_path / "private" / "pginstall18"
    (install / "bin").mkdir(parents=True)
    (install / "bin" / "postgres").touch()
    (tmp_path / "private").chmod(0o700)
    monkeypatch.setattr(programs, "_installed", lambda: install)
    monkeypatch.setattr(programs, "CACHE", tmp_path / "cache")
    first = programs.programs(programs.Account(1, 1))
    assert (first / "postgres").is_file()
    assert first.is_relative_to(tmp_path / "cache")
    assert programs.programs(programs.Account(1, 1)) == first
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_long_folder_for_temporary_files_is_passed_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    alias = socket_alias(deep / "data")
    try:
        assert not alias.is_relative_to(deep)
        assert alias.readlink() == deep / "data"
    finally:
        alias.unlink()
        alias.parent.rmdir()
