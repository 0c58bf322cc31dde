"""Credentials in Secrets Manager (moto), changed under a lock of a real PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import msgspec
import psycopg
import pytest
from moto import mock_aws

from schedulerx.settings import ACCOUNT_SECRETS
from schedulerx.stores.account_secrets import AccountSecrets
from schedulerx.stores.account_tokens import AccountTokens, NoSecret, Values
from schedulerx.stores.postgres.connect import Database
from schedulerx.stores.postgres.profiles import Profile

NAME = "account-1"


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("secretsmanager", region_name="us-east-1")


@pytest.fixture
def database(postgres: Profile) -> Iterator[Database]:
    opened = Database(postgres)
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def secrets(manager: Any, database: Database) -> AccountSecrets:
    return AccountSecrets(manager, database)


def at_stage(manager: Any, stage: str) -> Values:
    place = f"{ACCOUNT_SECRETS}{NAME}"
    found = manager.get_secret_value(SecretId=place, VersionStage=stage)["SecretString"]
    values: Values = msgspec.json.decode(found)
    return values


def test_a_secret_is_made_where_there_is_none_and_read_back(secrets: AccountSecrets) -> None:
    with pytest.raises(NoSecret, match="accounts connect"):
        secrets.read(NAME)
    secrets.write(NAME, {"token": "ü"})
    assert secrets.read(NAME) == {"token": "ü"}


def test_a_change_is_the_current_version_and_the_one_before_stays(
    secrets: AccountSecrets, manager: Any
) -> None:
    for number in (1, 2, 3):
        secrets.write(NAME, {"number": number})
    assert at_stage(manager, "AWSCURRENT") == {"number": 3}
    assert at_stage(manager, "AWSPREVIOUS") == {"number": 2}


def test_of_renewals_at_once_one_is_made_and_all_get_its_token(secrets: AccountSecrets) -> None:
    secrets.write(NAME, {"refresh_token": "r0"})
    together, renewed = threading.Barrier(5), []

    def change(known: Values) -> Values:
        renewed.append(known["refresh_token"])  # a platform takes each once
        return {"refresh_token": f"r{len(renewed)}"}

    def renew(_: int) -> Values:
        tokens = AccountTokens(secrets, NAME)
        tokens.get()
        together.wait()
        return tokens.refresh(change)

    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(renew, range(5)))
    assert renewed == ["r0"]
    assert found == [{"refresh_token": "r1"}] * 5
    assert secrets.read(NAME) == {"refresh_token": "r1"}


def test_renewals_of_different_accounts_do_not_wait_for_each_other(
    secrets: AccountSecrets,
) -> None:
    with secrets.locked("account-1"), secrets.locked("account-2"):
        pass


def test_a_holder_that_dies_lets_go(secrets: AccountSecrets, postgres: Profile) -> None:
    held, over = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def hold() -> None:
        try:
            with secrets.locked(NAME):
                held.set()
                over.wait(60)
        except psycopg.Error as error:  # its connection is gone, as a killed process's is
            failed.append(error)
        except Exception as error:  # noqa: BLE001  (translated by the house)
            failed.append(error)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    with psycopg.connect(postgres.conninfo(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        )
    with secrets.locked(NAME):
        over.set()
    holder.join()
    assert len(failed) == 1


def test_a_renewal_that_dies_before_it_stores_leaves_the_tokens_as_they_were(
    secrets: AccountSecrets,
) -> None:
    class Killed(BaseException):
        pass

    secrets.write(NAME, {"refresh_token": "r0"})

    def change(_: Values) -> Values:
        raise Killed

    with pytest.raises(Killed):
        AccountTokens(secrets, NAME).refresh(change)
    assert secrets.read(NAME) == {"refresh_token": "r0"}
    # The lock is free.
    assert AccountTokens(secrets, NAME).refresh(lambda _: {"a": 1}) == {"a": 1}
