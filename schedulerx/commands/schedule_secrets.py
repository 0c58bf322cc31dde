"""What an operator hands over to the stack before a run: passwords to try, a token to feed with.

Both go into secrets of the stack, and into nothing else: no plan, no message, no log.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from schedulerx.errors import ConfigurationError
from schedulerx.model.ports import ArtifactStore
from schedulerx.pipeline.password_file import read_password_file
from schedulerx.stores.aws_clients import aws_client
from schedulerx.stores.secrets import write_secret
from schedulerx.stores.stack import StackOutputs


def refuse_without_secrets(arguments: argparse.Namespace, places: StackOutputs, stack: str) -> None:
    """A stack is deployed with a secret for each, or without.

    Raises:
        ConfigurationError: it has none for what is given.
    """
    for given, secret, what, how in (
        (arguments.password_file, places.password_secret_arn, "passwords", "passwords=true"),
        (arguments.upload_url, places.upload_secret_arn, "tokens of events APIs", "feeds=true"),
    ):
        if given is not None and not secret:
            raise ConfigurationError(
                f"The stack {stack} has no secret for {what}: deploy it with -c {how}"
            )


def fed_to(
    arguments: argparse.Namespace,
    places: StackOutputs,
    artifacts: ArtifactStore,
    env: Mapping[str, str],
) -> str:
    """The events API and its database, asked from here; empty where none is to be fed.

    Raises:
        ConfigurationError: the address or the token is wrong.
        RetryableError: nobody answers now.
    """
    if arguments.upload_url is None:
        return ""
    # Most runs do without httpx.
    from schedulerx.compose.stack_feed import operators_token  # noqa: PLC0415  (see above)
    from schedulerx.compose.upload_url import upload_feed  # noqa: PLC0415  (see above)

    token = operators_token(arguments.upload_url, places.upload_secret_arn, env)
    with upload_feed(arguments.upload_url, token, artifacts) as feed:
        return feed.target


def hand_over(arguments: argparse.Namespace, places: StackOutputs, env: Mapping[str, str]) -> None:
    """Writes what is given to the one place where workers, or the function that feeds, read it."""
    if arguments.password_file is not None:
        text, _ = read_password_file(arguments.password_file)
        write_secret(places.password_secret_arn, text, aws_client("secretsmanager", env))
    if arguments.upload_url is not None:
        from schedulerx.compose.stack_feed import hand_over_token, operators_token  # noqa: PLC0415  (httpx)

        url, secret = arguments.upload_url, places.upload_secret_arn
        hand_over_token(url, operators_token(url, secret, env), secret, env)
