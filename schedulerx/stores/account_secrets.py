"""Credentials of accounts in Secrets Manager, a secret each; changed by one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from schedulerx.settings import ACCOUNT_SECRETS
from schedulerx.stores.account_tokens import NoSecret, Values
from schedulerx.stores.aws_errors import aws_call, code_of
from schedulerx.stores.postgres.connect import Database


@dataclass(frozen=True)
class AccountSecrets:
    """Implements `schedulerx.stores.account_tokens.Secrets` by a client of Secrets Manager. The
    database's advisory lock ends with its transaction, so with a process that dies.
    """

    client: Any
    database: Database

    def read(self, name: str) -> Values:
        """The secret.

        Raises:
            NoSecret: there is none.
            ConfigurationError: it may not be read.
            RetryableError: Secrets Manager does not answer now.
        """
        with aws_call(f"the credentials {name}"):
            try:
                text = self.client.get_secret_value(SecretId=_place(name))["SecretString"]
            except ClientError as error:
                if code_of(error) != "ResourceNotFoundException":
                    raise
                raise NoSecret(
                    f"there are no credentials for {name}; run `schedulerx accounts connect`"
                ) from None
        values: Values = msgspec.json.decode(text, type=dict[str, Any])
        return values

    def write(self, name: str, values: Values) -> None:
        """Stores it, as a new version of the secret."""
        text = msgspec.json.encode(values).decode()
        with aws_call(f"the credentials {name}"):
            try:
                self.client.put_secret_value(SecretId=_place(name), SecretString=text)
            except ClientError as error:
                if code_of(error) != "ResourceNotFoundException":
                    raise
                self.client.create_secret(
                    Name=_place(name),
                    SecretString=text,
                    Description="Credentials of an account posts go out by",
                )

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Waits for the lock, and holds it."""
        with self.database.transaction() as connection:
            connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (_place(name),)
            )
            yield


def _place(name: str) -> str:
    return f"{ACCOUNT_SECRETS}{name}"
