"""Secrets Manager: the one place where the stack keeps passwords."""

from __future__ import annotations

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from schedulerx.errors import ConfigurationError


def read_secret(name: str) -> str:
    """A secret's text, by name or ARN.

    Raises:
        ConfigurationError: it is absent, or may not be read.
    """
    try:
        answer = boto3.client("secretsmanager").get_secret_value(SecretId=name)
    except (ClientError, BotoCoreError) as error:
        raise ConfigurationError(
            f"the secret {name} cannot be read: {error}. Check that it exists in this region and"
            " that this role may read it"
        ) from error
    return str(answer["SecretString"])
