from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from schedulerx.errors import ConfigurationError
from schedulerx.stores.account_tokens import AccountTokens, Values
from schedulerx.stores.credentials import FileSecrets


def test_a_secret_is_read_back_and_lies_encrypted(tmp_path: Path) -> None:
    FileSecrets(tmp_path).write("one", {"password": "hush"})
    assert FileSecrets(tmp_path).read("one") == {"password": "hush"}
    assert all(b"hush" not in path.read_bytes() for path in tmp_path.iterdir())


def test_only_the_owner_may_read_what_lies_there(tmp_path: Path) -> None:
    FileSecrets(tmp_path).write("one", {})
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


def test_another_key_says_so(tmp_path: Path) -> None:
    FileSecrets(tmp_path).write("one", {})
    with pytest.raises(ConfigurationError, match="another key"):
        FileSecrets(tmp_path, Fernet.generate_key().decode()).read("one")


def test_a_key_that_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="32 bytes"):
        FileSecrets(tmp_path, "short")


def test_a_missing_secret_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="accounts connect"):
        FileSecrets(tmp_path).read("one")


@pytest.mark.parametrize("name", ["../up", "a/b", "", "."])
def test_a_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError):
        FileSecrets(tmp_path).write(name, {})


def test_tokens_that_another_refreshed_are_taken_not_refreshed_again(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path)
    secrets.write("one", {"token": 1})
    mine = AccountTokens.of(secrets, "one")
    assert mine.get() == {"token": 1}
    secrets.write("one", {"token": 2})

    def change(_: Values) -> Values:
        raise AssertionError

    assert mine.refresh(change) == {"token": 2}
    assert mine.get() == {"token": 2}


def _increment(folder: Path) -> None:
    for _ in range(20):
        tokens = AccountTokens.of(FileSecrets(folder), "one")
        before = tokens.get()["token"]
        after = tokens.refresh(lambda known: {"token": known["token"] + 1})["token"]
        assert after > before


def test_processes_that_refresh_at_once_lose_no_token(tmp_path: Path) -> None:
    FileSecrets(tmp_path).write("one", {"token": 0})
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_increment, args=(tmp_path,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert FileSecrets(tmp_path).read("one")["token"] >= 20
