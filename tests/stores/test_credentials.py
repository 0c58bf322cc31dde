from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from schedulerx.errors import ConfigurationError, RetryableError
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


def test_a_new_key_before_the_old_one_takes_its_place(tmp_path: Path) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    FileSecrets(tmp_path, old).write("one", {"token": 1})
    both = FileSecrets(tmp_path, f"{new}, {old}")
    both.write("one", both.read("one"))
    assert FileSecrets(tmp_path, new).read("one") == {"token": 1}


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
    mine = AccountTokens(secrets, "one")
    assert mine.get() == {"token": 1}
    secrets.write("one", {"token": 2})

    def change(_: Values) -> Values:
        raise AssertionError

    assert mine.refresh(change) == {"token": 2}
    assert mine.get() == {"token": 2}


def test_only_who_refreshed_tokens_tells_of_them(tmp_path: Path) -> None:
    secrets, told = FileSecrets(tmp_path), list[Values]()
    secrets.write("one", {"token": 1})
    mine, other = (AccountTokens(secrets, "one", told.append) for _ in range(2))
    assert mine.get() == other.get()
    for tokens in (mine, other):
        tokens.refresh(lambda known: {"token": known["token"] + 1})
    assert told == [{"token": 2}]


def _increment(folder: Path) -> None:
    for _ in range(20):
        tokens = AccountTokens(FileSecrets(folder), "one")
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


def _write_forever(folder: Path, started: Event) -> None:
    secrets, number = FileSecrets(folder), 0
    while True:
        number += 1
        secrets.write("one", {"number": number, "token": str(number) * 500})
        started.set()


def test_a_writer_killed_anywhere_leaves_a_whole_secret(tmp_path: Path) -> None:
    FileSecrets(tmp_path).write("one", {"number": 0, "token": ""})
    context = multiprocessing.get_context("fork")
    for _ in range(8):
        started = context.Event()
        writer = context.Process(target=_write_forever, args=(tmp_path, started))
        writer.start()
        started.wait(30)
        writer.kill()
        writer.join()
        found = FileSecrets(tmp_path).read("one")
        assert found["token"] == str(found["number"]) * 500


def test_many_that_write_at_once_leave_one_whole_secret(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path)

    def write(number: int) -> None:
        secrets.write("one", {"token": str(number) * 20_000})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1, 9)))
    assert len(set(secrets.read("one")["token"])) == 1
    assert [path.name for path in tmp_path.glob(".*")] == []


@pytest.mark.parametrize("content", [b"", b"torn", bytes(range(200, 250))])
def test_a_key_that_was_damaged_names_its_file(tmp_path: Path, content: bytes) -> None:
    FileSecrets(tmp_path).write("one", {})
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"/key is no key: .* connect the accounts again"):
        FileSecrets(tmp_path)


@pytest.mark.parametrize("content", [b"", b"torn", b"gAAAAAB"])
def test_a_secret_that_was_damaged_says_so(tmp_path: Path, content: bytes) -> None:
    FileSecrets(tmp_path).write("one", {})
    (tmp_path / "one.secret").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"connect the account again"):
        FileSecrets(tmp_path).read("one")


def test_a_new_token_that_cannot_be_stored_says_what_that_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = FileSecrets(tmp_path)
    secrets.write("one", {"refresh_token": "spent"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(secrets, "write", full)
    with pytest.raises(RetryableError, match=r"No space left.*accounts connect"):
        AccountTokens(secrets, "one").refresh(lambda _: {"refresh_token": "new"})
    assert secrets.read("one") == {"refresh_token": "spent"}
