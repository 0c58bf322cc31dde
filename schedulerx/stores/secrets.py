"""Secrets Manager: the one place where the stack keeps passwords."""

from __future__ import annotations

from typing import Any

from schedulerx.stores.aws_errors import aws_call


def read_secret(name: str, client: Any) -> str:
    """A secret's text, by name or ARN and a client of Secrets Manager.

    Raises:
        ConfigurationError: it is absent, or may not be read.
        RetryableError: Secrets Manager does not answer now.
    """
    with aws_call(f"the secret {name}"):
        return str(client.get_secret_value(SecretId=name)["SecretString"])


def write_secret(name: str, text: str, client: Any) -> None:
    """Replaces a secret's text.

    Raises:
        ConfigurationError: it is absent, or may not be written.
        RetryableError: Secrets Manager does not answer now.
    """
    with aws_call(f"the secret {name}"):
        client.put_secret_value(SecretId=name, SecretString=text)
